"""What a search for each of many sentences would have met: in all photos, and without those that name what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.calibration_features import FIRST, View
from engine.config import RERANK_HEAD
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.asked import Asked, Searched
from engine.evaluation.pool import EncodedPool
from engine.evaluation.score_matrix import ScoreMatrix, fill, score_rows
from engine.evaluation.scorer import Progress, Scorer
from engine.model_store import LoadedModel

THIRDS = 3


def of_sentences(
    model: LoadedModel,
    encoded: EncodedPool,
    asked: Sequence[Asked],
    *,
    cache: ArrayCache | None = None,
    progress: Progress,
    head: int = RERANK_HEAD,
) -> list[Searched]:
    """Searches for these sentences twice, in the whole pool and without what names them; and the same in every third of
    the photos, for what is usual among many is not among few."""
    matrix = _matrix(model, encoded, asked, cache)
    needed = np.zeros(matrix.cosines.shape, bool)
    if model.cross_encoder is not None:
        for row, each in enumerate(asked):
            for pool in (np.arange(len(each.named)), np.flatnonzero(~each.named)):
                for part in (pool, *_thirds(pool)):
                    needed[row, _nearest(matrix.cosines[row], part, head)] = True
    missing = matrix.missing(needed)
    if model.cross_encoder is not None and missing.any():
        scored = score_rows(model.cross_encoder, [each.text for each in asked], encoded.tokens, missing)
        fill(matrix, missing, scored=scored, cache=cache, progress=progress)
    return searched(model, matrix, asked, head=head, thirds=True)


def of_captions(scorer: Scorer, asked: Sequence[Asked], rows: np.ndarray, *, head: int) -> list[Searched]:
    """The same for captions of the pool itself, rows int64[m] of the scorer's matrix."""
    needed = np.zeros(scorer.matrix.cosines.shape, bool)
    if scorer.reranks:
        for row in rows:
            needed[row, _nearest(scorer.matrix.cosines[row], np.arange(len(asked[row].named)), head)] = True
        scorer.need(needed)
    kept = scorer.matrix
    some = ScoreMatrix(kept.cosines[rows], kept.alone[rows], kept.cosine_scale, kept.readable)
    return searched(scorer.model, some, [asked[row] for row in rows], head=head)


def searched(
    model: LoadedModel, matrix: ScoreMatrix, asked: Sequence[Asked], *, head: int, thirds: bool = False
) -> list[Searched]:
    """From scores to searches; where the head of a smaller pool was not scored to its end, it is that much shorter."""
    found = []
    embeddings = model.bi_encoder.encode_sentences([each.text for each in asked])
    for row, each in enumerate(asked):
        unknown = len(model.bi_encoder.unknown_words(each.text))
        alone = matrix.alone[row] if model.cross_encoder is not None else None
        met = _Sentence(each, unknown, embeddings[row], matrix.cosines[row], alone, matrix.cosine_scale)
        for whole in (True, False):
            pool = np.arange(len(each.named)) if whole else np.flatnonzero(~each.named)
            found.append(met.among(pool, whole=whole, head=head))
            for part in _thirds(pool) if thirds else ():
                found.append(replace(met.among(part, whole=whole, head=head), share=1 / THIRDS))
    return found


@dataclass(frozen=True, slots=True)
class _Sentence:
    """With its cosine float32[n] with every photo, and the scores float32[n] of a head without it."""

    asked: Asked
    unknown: int
    embedding: np.ndarray
    cosines: np.ndarray
    alone: np.ndarray | None
    cosine_scale: float

    def among(self, pool: np.ndarray, *, whole: bool, head: int) -> Searched:
        chosen = _nearest(self.cosines, pool, head)
        cosines, nearest = self.cosines[pool], self.cosines[chosen][:FIRST]
        view = View(self.asked.text, self.unknown, len(pool), cosines, nearest, self.embedding)
        if self.alone is not None:
            chosen = chosen[~np.isnan(self.alone[chosen])]
        scores = self.cosines[chosen]
        if self.alone is not None:
            scores = self.alone[chosen] + np.float32(self.cosine_scale) * scores
        matches = self.asked.matches
        return Searched(
            self.asked,
            whole,
            view,
            chosen,
            self.cosines[chosen],
            scores,
            matches[chosen],
            cosines,
            matches[pool],
            pool=pool,
        )


def _thirds(pool: np.ndarray) -> list[np.ndarray]:
    return [pool[pool % THIRDS == part] for part in range(THIRDS)]


def _matrix(model: LoadedModel, encoded: EncodedPool, asked: Sequence[Asked], cache: ArrayCache | None) -> ScoreMatrix:
    kept = cache.load() if cache is not None else None
    if kept is not None:
        return ScoreMatrix.of_arrays(kept)
    cosines = model.bi_encoder.encode_sentences([each.text for each in asked]) @ encoded.embeddings.T
    scale = model.cross_encoder.cosine_scale if model.cross_encoder is not None else 0.0
    return ScoreMatrix.of_cosines(cosines, scale, encoded.readable)


def _nearest(cosines: np.ndarray, pool: np.ndarray, count: int) -> np.ndarray:
    return pool[np.argsort(-cosines[pool], kind="stable")[:count]]
