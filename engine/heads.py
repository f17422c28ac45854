"""Heads that were trained on this computer, beside what their model has learned of the photos.

    models/<model id>/heads/<key>/   head.safetensors, head.json, manifest.json

A folder is there completely or not at all, and never changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from engine.errors import AfterimageError, ModelAltered, ModelMissing
from engine.model_identity import head_key

WEIGHTS = "head.safetensors"
FACTS = "head.json"
MANIFEST = "manifest.json"
FORMAT = 1
TOKEN_MAKERS = ("token_projection.weight", "token_projection.bias", "token_norm.weight", "token_norm.bias")
REMEDY = "go back to the head before: afterimage train --adapter --undo"


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """`config`: the fields of a HeadConfig. `token_version`: of the tokens that it reads. `base`: what was chosen
    before it, empty for the model's own, and the version of what that reads, empty for none. `made_at`: ISO 8601.
    `story`: what it was made of and how it did."""

    key: str
    model_id: str
    config: dict[str, Any]
    token_version: str = ""
    base: str = ""
    base_token_version: str = ""
    made_at: str = ""
    story: dict[str, Any] | None = None


class HeadStore:
    """The heads of all models below `models`, a library's folder of what models have learned."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def folder(self, model_id: str, key: str) -> Path:
        return self._models / model_id / "heads" / key

    def keep(self, facts: HeadFacts, weights: dict[str, Tensor]) -> HeadFacts:
        """Writes a head, whose key is found from its weights, and returns its facts with the key. One that is there
        already stays as it is."""
        home = self._models / facts.model_id / "heads"
        making = home / f".making-{os.getpid()}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700, parents=True)
        safetensors.torch.save_file({name: value.contiguous() for name, value in weights.items()}, making / WEIGHTS)
        made = HeadFacts(head_key(making / WEIGHTS, facts.config), *list(asdict(facts).values())[1:])
        (making / FACTS).write_text(json.dumps({"format": FORMAT, **asdict(made)}, indent=1), encoding="utf-8")
        hashes = {name: hashlib.sha256((making / name).read_bytes()).hexdigest() for name in (WEIGHTS, FACTS)}
        (making / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": hashes}, indent=1), encoding="utf-8")
        for path in (*making.iterdir(), making):
            _to_disk(path)
        if (home / made.key / MANIFEST).is_file():
            shutil.rmtree(making)
        else:
            shutil.rmtree(home / made.key, ignore_errors=True)
            making.rename(home / made.key)
            _to_disk(home)
        return made

    def load(self, model_id: str, key: str) -> tuple[HeadFacts, dict[str, Tensor]]:
        """Facts and weights, each file against its hash. Raises ModelMissing, ModelAltered."""
        folder = self.folder(model_id, key)
        files = _verified(folder)
        try:
            known = json.loads(files[FACTS])
            known.pop("format")
            facts = HeadFacts(**known)
            weights = safetensors.torch.load(files[WEIGHTS])
        except (ValueError, TypeError, KeyError, AttributeError, safetensors.SafetensorError) as error:
            raise ModelAltered("a trained head cannot be read", path=os.fsencode(folder), remedy=REMEDY) from error
        if (facts.model_id, facts.key) != (model_id, key):
            raise ModelAltered("a trained head is another's", path=os.fsencode(folder), remedy=REMEDY)
        return facts, weights

    def find(self, start: str) -> HeadFacts:
        """The one whose key begins so, of whichever model. Raises ModelMissing where none does, or several do."""
        known = [facts for home in sorted(self._models.glob("*/heads")) for facts in self.all(home.parent.name)]
        found = [facts for facts in known if start and facts.key.startswith(start)]
        if len(found) != 1:
            names = ", ".join(facts.key for facts in known)
            remedy = f"there are: {names}" if names else "train one: afterimage train --head NAME --captions FILE"
            problem = f"{'several heads begin' if found else 'no head that was trained here begins'} with {start!r}"
            raise ModelMissing(problem, path=os.fsencode(self._models), remedy=remedy)
        return found[0]

    def all(self, model_id: str) -> list[HeadFacts]:
        """What was trained for a model, the oldest first; what cannot be read is passed over."""
        home = self._models / model_id / "heads"
        found = []
        for folder in home.iterdir() if home.is_dir() else ():
            try:
                found.append(self.load(model_id, folder.name)[0])
            except AfterimageError:
                continue
        return sorted(found, key=lambda facts: (facts.made_at, facts.key))


def token_version_of(weights: dict[str, Tensor]) -> str:
    """Of a head's own weights, as `model_store.token_version` tells it of a whole model."""
    digest = hashlib.blake2b(digest_size=8)
    for name in TOKEN_MAKERS:
        digest.update(weights[name].float().numpy().tobytes())
    return digest.hexdigest()


def _verified(folder: Path) -> dict[str, bytes]:
    try:
        hashes: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())["files"]
        files = {name: (folder / name).read_bytes() for name in (WEIGHTS, FACTS)}
    except OSError as error:
        raise ModelMissing("a trained head is missing", path=os.fsencode(folder), remedy=REMEDY) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelAltered("a trained head cannot be read", path=os.fsencode(folder), remedy=REMEDY) from error
    for name, contents in files.items():
        if hashlib.sha256(contents).hexdigest() != hashes.get(name):
            problem = "a file of a trained head is not the one that was written"
            raise ModelAltered(problem, path=os.fsencode(folder / name), remedy=REMEDY)
    return files


def _to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # cannot be opened there
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
