"""Every sentence against every photo: the cosines, and the cross-encoder's part where it was asked for.

Kept apart, they serve both directions, every k and every way to put the two together; a cache keeps them between runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from engine.bi_encoder import Tokens, restore
from engine.cross_encoder import CrossEncoder
from engine.evaluation.array_cache import ArrayCache
from engine.joint_model import Offer

Progress = Callable[[str, int, int], None]
PAIRS_AT_ONCE = 128
KEPT_BYTES = 5 << 29  # 2.5 GB: beyond this the photos are looked at for each sentence again
SAVE_EVERY_S = 120.0


@dataclass(slots=True)
class ScoreMatrix:
    """cosines float32[s, n]; alone float32[s, n], the cross-encoder without the cosine, NaN where not asked yet.

    A model's own score is alone + cosine_scale * cosine. readable: bool, which photos of the pool are the n columns.
    """

    cosines: np.ndarray
    alone: np.ndarray
    cosine_scale: float
    readable: np.ndarray

    @classmethod
    def of_cosines(cls, cosines: np.ndarray, cosine_scale: float, readable: np.ndarray) -> ScoreMatrix:
        """Nothing scored yet."""
        return cls(cosines, np.full(cosines.shape, np.nan, np.float32), cosine_scale, readable)

    @classmethod
    def of_arrays(cls, arrays: dict[str, np.ndarray]) -> ScoreMatrix:
        """What `arrays` gave."""
        return cls(arrays["cosines"], arrays["alone"], float(arrays["cosine_scale"]), arrays["readable"])

    def arrays(self) -> dict[str, np.ndarray]:
        """For a cache."""
        scale = np.array(self.cosine_scale)
        return {"cosines": self.cosines, "alone": self.alone, "cosine_scale": scale, "readable": self.readable}

    def missing(self, needed: np.ndarray) -> np.ndarray:
        """bool[s, n]: needed and not yet scored."""
        return needed & np.isnan(self.alone)


def fill(
    matrix: ScoreMatrix,
    needed: np.ndarray,
    *,
    scored: Iterator[tuple[int, np.ndarray, np.ndarray]],
    cache: ArrayCache | None,
    progress: Progress,
) -> float:
    """Takes the scores of `score_rows` in, saving now and then. Returns seconds."""
    started = saved = time.monotonic()
    total = int(needed.any(1).sum())
    try:
        for done, (row, photos, alone) in enumerate(scored, 1):
            matrix.alone[row, photos] = alone
            if done % 50 == 0 or done == total:
                progress("sentences", done, total)
            if cache is not None and time.monotonic() - saved > SAVE_EVERY_S:
                cache.save(matrix.arrays())
                saved = time.monotonic()
    finally:  # what was scored before Ctrl+C is worth keeping
        if cache is not None:
            cache.save(matrix.arrays())
    return time.monotonic() - started


def score_rows(
    cross_encoder: CrossEncoder,
    sentences: list[str],
    tokens: Tokens,
    needed: np.ndarray,
    *,
    kept_bytes: int = KEPT_BYTES,
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """For each sentence with needed pairs, bool[s, n]: (row, photos int64[m], scores without the cosine float32[m]).

    The sentence is read once for all its photos; each photo is looked at once for all sentences where memory allows.
    """
    look = _Look(cross_encoder, tokens, kept_bytes)
    for row in np.flatnonzero(needed.any(1)):
        photos = np.flatnonzero(needed[row])
        state = cross_encoder.prepare(sentences[row])
        parts = [photos[start : start + PAIRS_AT_ONCE] for start in range(0, len(photos), PAIRS_AT_ONCE)]
        scores = [cross_encoder.score_offered(state, look(some), np.zeros(len(some), np.float32)) for some in parts]
        yield int(row), photos, np.concatenate(scores)


class _Look:
    """What photos offer to the cross-encoder: kept for all of them, or made each time where that would be too much."""

    def __init__(self, cross_encoder: CrossEncoder, tokens: Tokens, kept_bytes: int) -> None:
        self._cross_encoder = cross_encoder
        self._values, self._scales = torch.from_numpy(tokens.values), torch.from_numpy(tokens.scales)
        self._kept = None
        if len(tokens.values) and len(tokens.values) * _bytes_of(self._make(slice(0, 1))) <= kept_bytes:
            self._kept = self._make(slice(None))

    def __call__(self, photos: np.ndarray) -> Offer:
        together = photos[-1] - photos[0] + 1 == len(photos)  # a slice costs no copy
        rows = slice(int(photos[0]), int(photos[-1]) + 1) if together else torch.from_numpy(photos)
        return self._make(rows) if self._kept is None else self._kept.rows(rows)

    def _make(self, rows: torch.Tensor | slice) -> Offer:
        return self._cross_encoder.offer(restore(self._values[rows], self._scales[rows]))


def _bytes_of(offer: Offer) -> int:
    parts = [part for pair in offer.keys for part in pair] + [offer.regions, offer.tokens]
    return sum(part.numel() * part.element_size() for part in parts if part is not None)
