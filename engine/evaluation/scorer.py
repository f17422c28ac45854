"""The scores of one pool under one model, taken from a cache or computed where something is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.bi_encoder import Tokens
from engine.errors import TrainingDataError
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.pool import EncodedPool, Pool, encode_pool, encode_rows
from engine.evaluation.score_matrix import ScoreMatrix, fill, score_rows
from engine.model_store import LoadedModel

Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]


def to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured beyond the recalls of one k.

    heads: further k. lambdas: shares of the cosine in the score sum. fold_size: photos a fold. distractors: folder of
    further photos. aspect: width and height that photos are cut to. resamples: of the bootstrap. judgments: files of
    grades. rerank: False for the bi-encoder alone. reranker: the model whose cross-encoder reranks, where it is not the
    retriever's own. bank: captions that normalise cosines, those of bank_split, with each of the heats. dear: a second
    bi-encoder that reorders what the first retrieved. cache: folder that keeps scores; nothing else is ever written.
    """

    heads: tuple[int, ...] = ()
    lambdas: tuple[float, ...] = ()
    fold_size: int | None = None
    distractors: bytes | None = None
    aspect: tuple[int, int] | None = None
    resamples: int = 0
    judgments: tuple[bytes, ...] = ()
    rerank: bool = True
    reranker: LoadedModel | None = None
    bank: bytes | None = None
    bank_split: bytes | None = None
    heats: tuple[float, ...] = ()
    dear: LoadedModel | None = None
    cache: bytes | None = None
    notice: Notice = to_stderr


class Scorer:
    """The matrix of one pool: taken from the cache or made, and filled where something is needed."""

    def __init__(self, model: LoadedModel, pool: Pool, measures: Measures, progress: Progress) -> None:
        self.pool = pool
        self.model = model
        self.sentences = pool.pairs.sentences()
        self.scored, self.seconds = 0, 0.0
        self._reranker = measures.reranker or model
        self._measures = measures
        self._progress = progress
        self._encoded: dict[tuple[str, str], EncodedPool] = {}
        self._cache = self._open_cache()
        kept = self._cache.load() if self._cache else None
        self.matrix = self._make() if kept is None else ScoreMatrix.of_arrays(kept)

    @property
    def reranks(self) -> bool:
        return self._measures.rerank and self._reranker.cross_encoder is not None

    def need(self, needed: np.ndarray) -> None:
        """bool[s, n]: scores these pairs, less those that are there."""
        missing = self.matrix.missing(needed)
        cross_encoder = self._reranker.cross_encoder
        if cross_encoder is None or not missing.any():
            return
        scored = score_rows(cross_encoder, self.sentences, self._columns(self._reranker).tokens, missing)
        self.scored += int(missing.sum())
        self.seconds += fill(self.matrix, missing, scored=scored, cache=self._cache, progress=self._progress)

    def embeddings(self) -> np.ndarray:
        """float32[n, d] of the photos that are the matrix's columns."""
        return self._columns(self.model).embeddings

    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        """float32[m, d], by the retriever."""
        return _encode_by_length(self.model, sentences)

    def encode_dear(self, dear: LoadedModel, columns: np.ndarray) -> np.ndarray:
        """float32[m, d]: these photos alone, by another bi-encoder."""
        rows = np.flatnonzero(self.matrix.readable)[columns]
        return encode_rows(dear.bi_encoder, self.pool, rows, self._progress)

    def encoded(self) -> EncodedPool:
        """The photos that are the columns of the matrix, as the model sees them."""
        return self._columns(self.model)

    def _columns(self, model: LoadedModel) -> EncodedPool:
        """The photos that are the matrix's columns."""
        encoded = self._encode(model)
        if not np.array_equal(encoded.readable, self.matrix.readable):
            raise TrainingDataError("Distractors that could be read before cannot be read now", remedy="run it again")
        return encoded

    def _make(self) -> ScoreMatrix:
        encoded = self._encode(self.model)
        cosines = self.encode_sentences(self.sentences) @ encoded.embeddings.T
        cross_encoder = self._reranker.cross_encoder
        scale = cross_encoder.cosine_scale if cross_encoder is not None else 0.0
        matrix = ScoreMatrix.of_cosines(cosines, scale, encoded.readable)
        if self._cache is not None:
            self._cache.save(matrix.arrays())
        return matrix

    def _encode(self, model: LoadedModel) -> EncodedPool:
        """Every photo by this model: once in this run, and with a cache once for all runs."""
        seen = _seen_by(model)
        if seen not in self._encoded:
            self._encoded[seen] = self._kept_or_encoded(model)
        return self._encoded[seen]

    def _kept_or_encoded(self, model: LoadedModel) -> EncodedPool:
        if self._measures.cache is None:
            return encode_pool(model.bi_encoder, self.pool, self._progress, self._measures.notice)
        cache = ArrayCache(self._measures.cache, "photos", [_seen_by(model), self._photos()])
        kept = cache.load()
        if kept is not None:
            return EncodedPool(kept["embeddings"], Tokens(kept["values"], kept["scales"]), kept["readable"])
        encoded = encode_pool(model.bi_encoder, self.pool, self._progress, self._measures.notice)
        tokens = {"values": encoded.tokens.values, "scales": encoded.tokens.scales}
        cache.save({"embeddings": encoded.embeddings, "readable": encoded.readable, **tokens})
        return encoded

    def _open_cache(self) -> ArrayCache | None:
        if self._measures.cache is None:
            return None
        models = [(*_seen_by(model), model.head) for model in (self.model, self._reranker)]
        return ArrayCache(self._measures.cache, "scores", [models, self._photos(), self.sentences])

    def _photos(self) -> object:
        return [[digest.hex() for digest in self.pool.digests], self.pool.aspect]


def _seen_by(model: LoadedModel) -> tuple[str, str]:
    """What embeddings and tokens of photos depend on."""
    return model.model_id, model.token_version


def _encode_by_length(model: LoadedModel, sentences: list[str]) -> np.ndarray:
    """Sentences of one length stand together, so that little padding is read."""
    order = sorted(range(len(sentences)), key=lambda row: len(sentences[row]))
    encoded = model.bi_encoder.encode_sentences([sentences[row] for row in order])
    placed = np.empty_like(encoded)
    placed[order] = encoded
    return placed
