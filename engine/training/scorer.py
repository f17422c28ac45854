"""The scores of one pool under one model, taken from a cache or computed where something is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.bi_encoder import Tokens
from engine.errors import TrainingDataError
from engine.model_store import LoadedModel
from engine.training.pool import EncodedPool, Pool, encode_pool
from engine.training.score_matrix import ScoreCache, ScoreMatrix, fill, score_rows

Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]


def to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured beyond the recalls of one k.

    heads: further k. lambdas: shares of the cosine in the score sum. fold_size: photos a fold. distractors: folder of
    further photos. resamples: of the bootstrap. judgments: files of grades. reranker: the model whose cross-encoder
    reranks, where it is not the retriever's own. cache: folder that keeps scores; nothing else is ever written.
    """

    heads: tuple[int, ...] = ()
    lambdas: tuple[float, ...] = ()
    fold_size: int | None = None
    distractors: bytes | None = None
    resamples: int = 0
    judgments: tuple[bytes, ...] = ()
    reranker: LoadedModel | None = None
    cache: bytes | None = None
    notice: Notice = to_stderr


class Scorer:
    """The matrix of one pool: taken from the cache or made, and filled where something is needed."""

    def __init__(self, model: LoadedModel, pool: Pool, measures: Measures, progress: Progress) -> None:
        self.pool = pool
        self._model = model
        self._reranker = measures.reranker or model
        self._measures = measures
        self._progress = progress
        self._encoded: EncodedPool | None = None
        self._sentences = pool.pairs.sentences()
        self._cache = self._open_cache()
        self.matrix = (self._cache.load() if self._cache else None) or self._make()
        self.scored, self.seconds = 0, 0.0

    @property
    def reranks(self) -> bool:
        return self._reranker.cross_encoder is not None

    def need(self, needed: np.ndarray) -> None:
        """bool[s, n]: scores these pairs, less those that are there."""
        missing = self.matrix.missing(needed)
        cross_encoder = self._reranker.cross_encoder
        if cross_encoder is None or not missing.any():
            return
        scored = score_rows(cross_encoder, self._sentences, self._tokens(), missing)
        self.scored += int(missing.sum())
        self.seconds += fill(self.matrix, missing, scored=scored, cache=self._cache, progress=self._progress)

    def _make(self) -> ScoreMatrix:
        encoded = self._encoded = self._encode(self._model)
        cosines = self._model.bi_encoder.encode_sentences(self._sentences) @ encoded.embeddings.T
        cross_encoder = self._reranker.cross_encoder
        scale = cross_encoder.cosine_scale if cross_encoder is not None else 0.0
        matrix = ScoreMatrix.of_cosines(cosines, scale, encoded.readable)
        if self._cache is not None:
            self._cache.save(matrix)
        return matrix

    def _tokens(self) -> Tokens:
        if self._encoded is None or self._reranker is not self._model:
            self._encoded = self._encode(self._reranker)
        if not np.array_equal(self._encoded.readable, self.matrix.readable):
            raise TrainingDataError("Distractors that could be read before cannot be read now", remedy="run it again")
        return self._encoded.tokens

    def _encode(self, model: LoadedModel) -> EncodedPool:
        return encode_pool(model.bi_encoder, self.pool, self._progress, self._measures.notice)

    def _open_cache(self) -> ScoreCache | None:
        if self._measures.cache is None:
            return None
        identity = [
            [(model.model_id, model.token_version) for model in (self._model, self._reranker)],
            [digest.hex() for digest in self.pool.digests],
            self._sentences,
        ]
        return ScoreCache(self._measures.cache, identity)
