"""Retrieve fast, rerank smart: the bi-encoder finds, the cross-encoder looks closely at the head.

Source of the method: Geigle et al., "Retrieve Fast, Rerank Smart", TACL 2022, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.catalog import Catalog
from engine.config import RERANK_BUDGET_MS, RERANK_HEAD
from engine.second_stage import SecondStage, TokenStage, fitted
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder
    from engine.cross_encoder import CrossEncoder


@dataclass(frozen=True, slots=True)
class Ranking:
    """Contents in rank order: ids int64[n], cosines float32[n], scores float32[n] (the cosine until reranked),
    reranked bool[n], probabilities float32[n] of a match (None while uncalibrated)."""

    ids: np.ndarray
    cosines: np.ndarray
    scores: np.ndarray
    reranked: np.ndarray
    probabilities: np.ndarray | None = None

    def only(self, kept: np.ndarray) -> Ranking:
        """The rows where bool[n] is set, or those at int64[m], in that order."""
        likely = None if self.probabilities is None else self.probabilities[kept]
        return Ranking(self.ids[kept], self.cosines[kept], self.scores[kept], self.reranked[kept], likely)


class Searcher:
    """Knows contents only; which photos show a content is the catalog's business.

    `second_stage` looks closely where the model has no cross-encoder of its own, at as many candidates as fit into
    `budget_ms`.
    """

    def __init__(
        self,
        catalog: Catalog,
        bi_encoder: BiEncoder,
        *,
        cross_encoder: CrossEncoder | None,
        index: VectorIndex,
        tokens: TokenStore | None,
        second_stage: SecondStage | None = None,
    ) -> None:
        self._catalog = catalog
        self._bi_encoder = bi_encoder
        self._index = index
        own = TokenStage(cross_encoder, tokens) if cross_encoder is not None and tokens is not None else None
        self._second_stage = own or second_stage
        self.budget_ms = RERANK_BUDGET_MS

    def retrieve(self, embedding: np.ndarray, *, limit: int, among: np.ndarray | None = None) -> Ranking:
        """The `limit` contents nearest to a unit embedding float32[d]; exact where `among` (ids) narrows the choice."""
        if among is None:
            ids, cosines = self._index.nearest(embedding, limit)
        else:
            ids, cosines = self._index.nearest_among(embedding, among, limit)
        return Ranking(ids, cosines, cosines, np.zeros(len(ids), bool))

    def embed(self, sentence: str, photo: np.ndarray | None = None) -> np.ndarray:
        """float32[d] of a sentence, of an example photo's embedding, or of both together (their mean direction)."""
        if not sentence and photo is not None:
            return photo
        embedding = self._bi_encoder.encode_sentences([sentence])[0]
        if photo is None:
            return embedding
        both = embedding + photo
        return both / max(float(np.linalg.norm(both)), 1e-6)

    def rerank(self, sentence: str, ranking: Ranking, *, head: int = RERANK_HEAD) -> Iterator[Ranking | None]:
        """Yields None after each slice of work, then the ranking with its head in the cross-encoder's order.

        Never drops a hit. Contents that cannot be compared keep their rank, and so do those beyond the budget.
        """
        if self._second_stage is None or not len(ranking.ids):
            return
        comparison = self._second_stage.compare(sentence, ranking.ids[:head])
        places = comparison.places[: fitted(comparison.costs_ms, self.budget_ms)]
        if not len(places):
            return
        parts: list[np.ndarray] = []
        for start in range(0, len(places), comparison.at_once):
            some = places[start : start + comparison.at_once]
            parts.append(comparison.score(some, ranking.cosines[some]))
            yield None
        scores = np.concatenate(parts)
        seen = ~np.isnan(scores)
        yield reorder(ranking, places[seen], scores[seen])


def reorder(ranking: Ranking, places: np.ndarray, scores: np.ndarray) -> Ranking:
    """Sorts the given places by descending score among themselves (stable: ties keep the retrieved order)."""
    source = np.arange(len(ranking.ids))
    source[places] = places[np.argsort(-scores, kind="stable")]
    all_scores = ranking.scores.astype(np.float32, copy=True)
    all_scores[places] = scores
    looked = ranking.reranked.copy()
    looked[places] = True
    return replace(
        ranking,
        ids=ranking.ids[source],
        cosines=ranking.cosines[source],
        scores=all_scores[source],
        reranked=looked[source],
    )
