"""The head of one ranking, looked at closely in slices, as deep as it pays."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from engine.second_stage import SLICE, SecondStage, fitted


class CloserLook:
    """Scores contents int64[n], in rank order, with cosines float32[n], for one sentence."""

    def __init__(self, stage: SecondStage, sentence: str, ids: np.ndarray, cosines: np.ndarray) -> None:
        self._stage = stage
        self._sentence = sentence
        self._ids, self._cosines = ids, cosines
        self._places: list[np.ndarray] = []
        self._scores: list[np.ndarray] = []
        self._spent_ms = 0.0
        self.depth = 0

    def go(self, count: int, *, budget_ms: float) -> Iterator[None]:
        """The next `count` contents, less those beyond the budget; yields after each slice of work."""
        start, self.depth = self.depth, min(self.depth + count, len(self._ids))
        comparison = self._stage.compare(self._sentence, self._ids[start : self.depth])
        places = comparison.places[: fitted(comparison.costs_ms, budget_ms)]
        for first in range(0, len(places), comparison.at_once):
            began = time.perf_counter()
            some = places[first : first + comparison.at_once]
            self._scores.append(comparison.score(some, self._cosines[start + some]))
            self._places.append(start + some)
            self._spent_ms += (time.perf_counter() - began) * 1000
            yield

    def affordable(self, budget_ms: float) -> int:
        """How many more to look at: as many again, at the pace so far; 0 where that is not even one slice."""
        scored = sum(map(len, self._scores))
        if not scored or self.depth >= len(self._ids):
            return 0
        fits = int((budget_ms - self._spent_ms) / max(self._spent_ms / scored, 1e-6))
        count = min(fits, self.depth, len(self._ids) - self.depth)
        return count if count >= min(SLICE, len(self._ids) - self.depth) else 0

    @property
    def looked(self) -> bool:
        return bool(self._scores)

    def left_ms(self, budget_ms: float) -> float:
        return budget_ms - self._spent_ms

    def seen(self) -> tuple[np.ndarray, np.ndarray]:
        """places int64[m] and scores float32[m], less those that could not be seen after all."""
        if not self._scores:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        places, scores = np.concatenate(self._places), np.concatenate(self._scores)
        kept = ~np.isnan(scores)
        return places[kept], scores[kept]
