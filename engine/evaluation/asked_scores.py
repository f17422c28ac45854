"""What a search for each of many sentences would have met: in all photos, and without those that name what it is of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.calibration_features import FIRST, View
from engine.config import RERANK_HEAD
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.asked import Asked, Searched
from engine.evaluation.pool import EncodedPool
from engine.evaluation.score_matrix import ScoreMatrix, fill, score_rows
from engine.evaluation.scorer import Progress, Scorer
from engine.model_store import LoadedModel


def of_sentences(
    model: LoadedModel,
    encoded: EncodedPool,
    asked: Sequence[Asked],
    *,
    cache: ArrayCache | None = None,
    progress: Progress,
    head: int = RERANK_HEAD,
) -> list[Searched]:
    """Searches for these sentences twice: in the whole pool, and without what names them."""
    matrix = _matrix(model, encoded, asked, cache)
    needed = np.zeros(matrix.cosines.shape, bool)
    if model.cross_encoder is not None:
        for row, each in enumerate(asked):
            for pool in (np.arange(len(each.named)), np.flatnonzero(~each.named)):
                needed[row, _nearest(matrix.cosines[row], pool, head)] = True
    missing = matrix.missing(needed)
    if model.cross_encoder is not None and missing.any():
        scored = score_rows(model.cross_encoder, [each.text for each in asked], encoded.tokens, missing)
        fill(matrix, missing, scored=scored, cache=cache, progress=progress)
    return searched(model, matrix, asked, head=head)


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


def searched(model: LoadedModel, matrix: ScoreMatrix, asked: Sequence[Asked], *, head: int) -> list[Searched]:
    """From scores to searches; where the head of a smaller pool was not scored to its end, it is that much shorter."""
    found = []
    embeddings = model.bi_encoder.encode_sentences([each.text for each in asked])
    for row, each in enumerate(asked):
        unknown = len(model.bi_encoder.unknown_words(each.text))
        for whole in (True, False):
            pool = np.arange(len(each.named)) if whole else np.flatnonzero(~each.named)
            cosines, chosen = matrix.cosines[row], _nearest(matrix.cosines[row], pool, head)
            view = View(each.text, unknown, len(pool), cosines[pool], cosines[chosen][:FIRST], embeddings[row])
            scores = cosines[chosen]
            if model.cross_encoder is not None:
                chosen = chosen[~np.isnan(matrix.alone[row, chosen])]
                scores = matrix.alone[row, chosen] + np.float32(matrix.cosine_scale) * cosines[chosen]
            matches = each.matches[chosen]
            found.append(
                Searched(each, whole, view, chosen, cosines[chosen], scores, matches, cosines[pool], each.matches[pool])
            )
    return found


def _matrix(model: LoadedModel, encoded: EncodedPool, asked: Sequence[Asked], cache: ArrayCache | None) -> ScoreMatrix:
    kept = cache.load() if cache is not None else None
    if kept is not None:
        return ScoreMatrix.of_arrays(kept)
    cosines = model.bi_encoder.encode_sentences([each.text for each in asked]) @ encoded.embeddings.T
    scale = model.cross_encoder.cosine_scale if model.cross_encoder is not None else 0.0
    return ScoreMatrix.of_cosines(cosines, scale, encoded.readable)


def _nearest(cosines: np.ndarray, pool: np.ndarray, count: int) -> np.ndarray:
    return pool[np.argsort(-cosines[pool], kind="stable")[:count]]
