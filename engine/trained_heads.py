"""What a library has for a training on this computer, and which of the heads that came of it serve."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from engine import calibration
from engine.catalog import Catalog
from engine.errors import ModelAltered, ModelMissing
from engine.head_change import token_folder
from engine.locations import Locations
from engine.model_switch import ModelSwitch
from engine.presets import Presets
from engine.thumbnails import ThumbnailStore

FACTS = b"head.json"
SAMPLE = 400  # photos that tell a training what a library looks like
MOST_JUDGMENTS = 5_000  # the latest; tags come first


class TrainedHeads:
    """Belongs to the thread that owns the catalog."""

    def __init__(
        self, catalog: Catalog, locations: Locations, *, switch: ModelSwitch, thumbnails: ThumbnailStore
    ) -> None:
        self._catalog = catalog
        self._locations = locations
        self._switch = switch
        self._thumbnails = thumbnails

    def use(self, name: str, model_id: str, key: str) -> None:
        """Chooses a head for an installed model, by name; an empty key is the model's own. Raises ModelMissing."""
        if not self._switch.is_here(name):
            Presets.of(self._locations).require(name)
        if key:
            ready = self._has_tokens(model_id, self._facts(model_id, key).get("token_version", "unknown"))
        else:
            ready = self._own_is_ready(model_id, self._switch.head_of(name))
        self._switch.use_head(name, key, ready=ready)

    def _own_is_ready(self, model_id: str, now: str) -> bool:
        """Whether the model's own head finds its tokens, as far as the head that took its place knows."""
        if not now:
            return True
        try:
            facts = self._facts(model_id, now)
        except ModelMissing:
            return False
        return not facts.get("base") and self._has_tokens(model_id, facts.get("base_token_version", ""))

    def _has_tokens(self, model_id: str, version: str) -> bool:
        """A model without a head reads none."""
        where = token_folder(self._locations.model(model_id), version)
        return not version or (os.path.isdir(where) and bool(os.listdir(where)))

    def _facts(self, model_id: str, key: str) -> dict[str, Any]:
        path = os.path.join(self._locations.model(model_id), b"heads", key.encode(), FACTS)
        try:
            with open(path, encoding="utf-8") as file:
                facts: dict[str, Any] = json.load(file)
                return facts
        except (OSError, ValueError) as error:
            raise ModelMissing("there is no such head", path=path, remedy="train one first") from error

    @property
    def serving(self) -> tuple[str, int]:
        """The name of the model that answers, and how often model or head have changed since the start."""
        return self._switch.name, self._switch.changes

    def abilities(self) -> dict[str, dict[str, bool]]:
        """By model, what a head that was trained here, or a calibration that was made here, adds to its abilities."""
        presets = Presets.of(self._locations)
        found = {
            name: self._learned(name, key=self._switch.settled_head_of(name), headless=not preset.abilities["rerank"])
            for name, preset in presets.all().items()
            if preset.installed and not preset.reranks_others
        }
        return {name: learned for name, learned in found.items() if learned}

    def _learned(self, name: str, *, key: str, headless: bool) -> dict[str, bool]:
        learned: dict[str, bool] = {}
        for model_id in self._catalog.models.named({name}):
            if key:
                try:
                    facts = self._facts(model_id, key)
                except ModelMissing:
                    continue
                learned |= {"rerank": True, "why": bool(facts.get("config", {}).get("alignment"))}
            if (key or headless) and self._calibrated(model_id, key):
                learned |= {"probability": True, "nothing_matches": True}
        return learned

    def _calibrated(self, model_id: str, key: str) -> bool:
        path = os.path.join(self._locations.model(model_id), calibration.own_file(key))
        try:
            return calibration.read(path, model_id=model_id, head=key) is not None
        except ModelAltered:
            return False  # told when the model is loaded

    def examples(self, model: str = "") -> dict[str, Any]:
        """For a training, as JSON can write it: the chosen `model` (or this one) and the key of its `head`; `judgments`
        with sentence, verdict, content and path (a tag that a person gave is such a sentence); and the paths of some
        `photos`, of what was not judged. Paths are in base64; that of a thumbnail stands in for a photo that is out of
        reach."""
        said = [(each.sentence, each.verdict, each.content_id) for each in self._catalog.judgments.all()]
        said = [*((tag, 1, content) for tag, content in self._catalog.judgments.tagged()), *said][-MOST_JUDGMENTS:]
        paths = self._paths([content for _, _, content in said])
        shown, name = set(paths.values()), model or self._switch.chosen
        return {
            "model": name,
            "head": self._switch.head_of(name),
            "judgments": [
                {"sentence": sentence, "verdict": verdict, "content": content, "path": _text(path)}
                for sentence, verdict, content in said
                if (path := paths.get(content)) is not None
            ],
            "photos": [_text(path) for path in self._catalog.sample(SAMPLE) if path not in shown],
        }

    def _paths(self, content_ids: list[int]) -> dict[int, bytes]:
        found = {}
        for content, rows in self._catalog.photo_rows(sorted(set(content_ids))).items():
            here = next((row.path for row in rows if os.path.exists(row.path)), None)
            small = self._thumbnails.path(rows[0].pixel_hash)
            path = here if here is not None else small if os.path.exists(small) else None
            if path is not None:
                found[content] = path
        return found


def _text(path: bytes) -> str:
    return base64.b64encode(path).decode()
