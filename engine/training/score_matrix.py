"""Every sentence against every photo: the cosines, and the cross-encoder's part where it was asked for.

Kept apart, they serve both directions, every k and every way to put the two together; a cache keeps them between runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from engine.bi_encoder import Tokens, restore
from engine.cross_encoder import CrossEncoder
from engine.errors import TrainingDataError
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

    def missing(self, needed: np.ndarray) -> np.ndarray:
        """bool[s, n]: needed and not yet scored."""
        return needed & np.isnan(self.alone)


class ScoreCache:
    """One file in a folder for one model, pool and list of sentences. `identity` is anything JSON can write."""

    def __init__(self, folder: bytes, identity: object) -> None:
        name = hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()
        self.path = os.path.join(folder, os.fsencode(f"scores-{name}.npz"))
        os.makedirs(folder, exist_ok=True)

    def load(self) -> ScoreMatrix | None:
        """None where there is none yet. Raises TrainingDataError where the file is damaged."""
        if not os.path.exists(self.path):
            return None
        try:
            with np.load(os.fsdecode(self.path), allow_pickle=False) as parts:
                scale = float(parts["cosine_scale"])
                return ScoreMatrix(parts["cosines"], parts["alone"], scale, parts["readable"])
        except Exception as error:  # zipfile, zlib, numpy: each has its own kinds
            raise TrainingDataError("the cached scores are damaged", path=self.path, remedy="delete it") from error

    def save(self, matrix: ScoreMatrix) -> None:
        """Replaces the file as a whole."""
        temporary = self.path + b".part"
        with open(temporary, "wb") as file:
            np.savez(
                file,
                cosines=matrix.cosines,
                alone=matrix.alone,
                cosine_scale=np.array(matrix.cosine_scale),
                readable=matrix.readable,
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)


def fill(
    matrix: ScoreMatrix,
    needed: np.ndarray,
    *,
    scored: Iterator[tuple[int, np.ndarray, np.ndarray]],
    cache: ScoreCache | None,
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
                cache.save(matrix)
                saved = time.monotonic()
    finally:  # what was scored before Ctrl+C is worth keeping
        if cache is not None:
            cache.save(matrix)
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
