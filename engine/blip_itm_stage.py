"""BLIP's matching as the second stage of a model that has no head: what it sees comes from thumbnails, or is kept.

Seeing a photo costs many times what reading a sentence in sight of it does. The photos seen last are kept in memory;
all others are seen again for every sentence, unless the user gives their vision tokens room on the disk.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.blip_itm_vision_store import VisionStore
from engine.catalog import Catalog
from engine.config import INDEX_STEP_S
from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable
from engine.matcher import MatcherCost
from engine.second_stage import Comparison
from engine.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from engine.matcher import Matcher

KEPT = 64  # photos in memory: 57 MB with BLIP-ITM base
Paths = Callable[[Sequence[int]], dict[int, bytes]]


class BlipStage:
    """`paths`: the thumbnails of contents that have one."""

    def __init__(self, matcher: Matcher, paths: Paths, *, store: VisionStore | None = None) -> None:
        self._matcher = matcher
        self._paths = paths
        self._store = store
        self._recent: OrderedDict[int, np.ndarray] = OrderedDict()
        cost = matcher.cost()
        self._seeing, self._matching = _Expected(cost.see_ms), _Expected(cost.match_ms)

    @property
    def name(self) -> str:
        """Under which the cross-encoder is installed."""
        return self._matcher.name

    @property
    def cost(self) -> MatcherCost:
        """What a photo, and then a candidate, is expected to take now."""
        return MatcherCost(self._seeing.ms, self._matching.ms)

    def compare(self, sentence: str, content_ids: np.ndarray) -> Comparison:
        contents = [int(content) for content in content_ids]
        unseen = self._unseen(contents)
        paths = self._paths(sorted(unseen))
        places = np.array([p for p, content in enumerate(contents) if content not in unseen or content in paths], int)
        cost = self.cost
        costs_ms = [cost.match_ms + cost.see_ms * (contents[place] in unseen) for place in places]
        return _BlipComparison(self, sentence, contents, places=places, costs_ms=np.array(costs_ms))

    def look_ahead(self, content_ids: Sequence[int], budget_s: float) -> int:
        """Sees and stores what the store lacks, in this order, until `budget_s` is over; returns how many. For idle
        moments: a search writes nothing. Raises DiskFull."""
        deadline_s = time.monotonic() + budget_s
        stored = 0
        if self._store is None:
            return stored
        lacking = self._store.lacking(content_ids)
        for content in content_ids:
            if time.monotonic() >= deadline_s:
                break
            if content in lacking:
                seen = self._recent.get(content)
                vision = {content: seen} if seen is not None else self._look([content])
                for each, tokens in vision.items():
                    self._store.put([each], tokens[None])
                stored += len(vision)
        return stored

    def forget(self, content_ids: Sequence[int]) -> None:
        """Of contents that left the library."""
        for content in content_ids:
            self._recent.pop(int(content), None)
        if self._store is not None:
            self._store.remove(content_ids)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def score(self, sentence: torch.Tensor, content_ids: Sequence[int], cosines: np.ndarray) -> np.ndarray:
        """float32[n], nan where a photo cannot be seen."""
        vision = self._vision(content_ids)
        able = [place for place, content in enumerate(content_ids) if content in vision]
        scores = np.full(len(content_ids), np.nan, np.float32)
        if able:
            started = time.perf_counter()
            seen = np.stack([vision[content_ids[place]] for place in able])
            scores[able] = self._matcher.score(sentence, seen, cosines[able])
            self._matching.observe((time.perf_counter() - started) * 1000 / len(able))
        return scores

    def prepare(self, sentence: str) -> torch.Tensor:
        return self._matcher.prepare(sentence)

    def _unseen(self, content_ids: Sequence[int]) -> set[int]:
        fresh = {content for content in content_ids if content not in self._recent}
        return self._store.lacking(sorted(fresh)) if self._store is not None else fresh

    def _vision(self, content_ids: Sequence[int]) -> dict[int, np.ndarray]:
        """float16[v, D] by content: from memory, from the disk, or seen now."""
        vision = {content: self._recent[content] for content in content_ids if content in self._recent}
        if self._store is not None:
            vision |= self._store.get([content for content in content_ids if content not in vision])
        vision |= self._look([content for content in content_ids if content not in vision])
        for content in content_ids:
            if content in vision:
                self._recent[content] = vision[content]
                self._recent.move_to_end(content)
        while len(self._recent) > KEPT:
            self._recent.popitem(last=False)
        return vision

    def _look(self, content_ids: Sequence[int]) -> dict[int, np.ndarray]:
        """Through the model. Thumbnails that are damaged are passed over."""
        started = time.perf_counter()
        size = self._matcher.model_input.size
        pixels: dict[int, np.ndarray] = {}
        for content, path in (self._paths(content_ids) if content_ids else {}).items():
            try:
                photo = load_pixels(path, self._matcher.model_input)
            except PhotoUnreadable:  # a cache: it is made again when the library is opened
                continue
            pixels[content] = np.frombuffer(photo, np.uint8).reshape(size, size, 3)
        if not pixels:
            return {}
        seen = self._matcher.see(np.stack(list(pixels.values())))
        self._seeing.observe((time.perf_counter() - started) * 1000 / len(pixels))
        return dict(zip(pixels, seen, strict=True))


class _BlipComparison:
    def __init__(
        self, stage: BlipStage, sentence: str, contents: list[int], *, places: np.ndarray, costs_ms: np.ndarray
    ) -> None:
        self._stage = stage
        self._prepared = stage.prepare(sentence)
        self._contents = contents
        self.places = places
        self.costs_ms = costs_ms
        self.at_once = max(1, int(INDEX_STEP_S * 1000 / max(costs_ms, default=1.0)))

    def score(self, places: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return self._stage.score(self._prepared, [self._contents[place] for place in places], cosines)


class _Expected:
    """A time that real work replaces, and then only betters: another program's work must not decide."""

    def __init__(self, ms: float) -> None:
        self.ms = ms
        self._observed = False

    def observe(self, ms: float) -> None:
        self.ms = min(self.ms, ms) if self._observed else ms
        self._observed = True


def thumbnails_of(catalog: Catalog, thumbnails: ThumbnailStore) -> Paths:
    """Where the thumbnails of contents lie, of those that have one."""

    def paths(content_ids: Sequence[int]) -> dict[int, bytes]:
        rows = {content: photos[0] for content, photos in catalog.photo_rows(content_ids).items()}
        return {
            content: thumbnails.path(row.pixel_hash)
            for content, row in rows.items()
            if thumbnails.exists(row.pixel_hash)
        }

    return paths
