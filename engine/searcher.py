"""Retrieve fast, rerank smart: the bi-encoder finds, the cross-encoder looks closely at the head.

Source of the method: Geigle et al., "Retrieve Fast, Rerank Smart", TACL 2022, section 3.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.calibration import SAMPLE, Calibration, Expected
from engine.calibration_features import FIRST, View
from engine.catalog import Catalog
from engine.closer_look import CloserLook
from engine.config import EXACT_AMONG, EXACT_FEW, RERANK_BUDGET_MS, RERANK_HEAD, WIDE_SHARE
from engine.second_stage import SLICE, SecondStage, TokenStage
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder
    from engine.cross_encoder import CrossEncoder


EXACT_PART = 8  # to fetch more than this part of a library costs more than to compare all that passes a filter
FETCHED = 1.5  # times what would be enough if filter and sentence knew nothing of each other

NOT_CALIBRATED = "the scores of this model have not been calibrated"
NOT_TOGETHER = "the scores of this model have not been calibrated together with its reranker"
BY_EXAMPLE = "how likely a match is can only be told of a sentence, not of an example photo"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Contents in rank order: ids int64[n], cosines float32[n], scores float32[n] (the cosine until reranked),
    reranked bool[n], probabilities float32[n] of a match (None while uncalibrated). `view`: what the search met, where
    it is calibrated. `rest`: matches to be expected beyond these, where the view cannot tell. `floor`: the lowest
    cosine that was retrieved, where others that are not nearest were joined below it."""

    ids: np.ndarray
    cosines: np.ndarray
    scores: np.ndarray
    reranked: np.ndarray
    probabilities: np.ndarray | None = None
    view: View | None = None
    rest: float = 0.0
    floor: float | None = None

    def only(self, kept: np.ndarray) -> Ranking:
        """The rows where bool[n] is set, or those at int64[m], in that order."""
        likely = None if self.probabilities is None else self.probabilities[kept]
        return replace(
            self,
            ids=self.ids[kept],
            cosines=self.cosines[kept],
            scores=self.scores[kept],
            reranked=self.reranked[kept],
            probabilities=likely,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be said of a ranking: the first `matched` rows match, the best of all has probability `best`, and about
    `expected` contents of the library match. `uncalibrated` says why nothing of this is known; all rows match then."""

    matched: int
    best: float | None = None
    expected: Expected | None = None
    uncalibrated: str = ""


class Searcher:
    """Knows contents only; which photos show a content is the catalog's business.

    `second_stage` looks closely where the model has no cross-encoder of its own, at as many candidates as fit into
    `budget_ms`. Without a `calibration` nothing is said of how likely a match is.
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
        calibration: Calibration | None = None,
    ) -> None:
        self._catalog = catalog
        self._bi_encoder = bi_encoder
        self._index = index
        own = TokenStage(cross_encoder, tokens) if cross_encoder is not None and tokens is not None else None
        self._second_stage = own or second_stage
        self._calibrated_together = own is not None and calibration is not None and calibration.reranked is not None
        self.calibration = calibration
        self.budget_ms = RERANK_BUDGET_MS
        self.exact_among, self.exact_few = EXACT_AMONG, EXACT_FEW

    def retrieve(
        self, embedding: np.ndarray, *, limit: int, among: np.ndarray | None = None, sentence: str = ""
    ) -> Ranking:
        """The `limit` contents nearest to a unit embedding float32[d]; exact where `among` (ids, ascending)
        leaves few.

        With probabilities where the embedding is that of the `sentence` alone and the model is calibrated.
        """
        ids, cosines = self._nearest(embedding, limit, among)
        ranking = Ranking(ids, cosines, cosines, np.zeros(len(ids), bool))
        if self.calibration is None or not sentence:
            return ranking
        view = self.view(sentence, embedding, among, nearest=cosines[:FIRST] if len(cosines) >= FIRST else None)
        return replace(ranking, probabilities=self.calibration.of_cosines(view, cosines), view=view)

    def _nearest(self, embedding: np.ndarray, limit: int, among: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Exact where a filter leaves few. Otherwise so many are fetched that enough should pass; where they do not,
        because the filter and the sentence have little in common, exact again, or for very many more and more."""
        if among is None:
            return self._index.nearest(embedding, limit)
        size = len(self._index)
        share = len(among) / max(size, 1)
        exact = len(among) <= self.exact_among
        if exact and (len(among) <= self.exact_few or share < WIDE_SHARE):
            return self._index.nearest_among(embedding, among, limit)
        depth = int(FETCHED * limit / max(share, 1e-6))
        while True:
            depth = min(depth, size)
            ids, cosines = self._index.nearest(embedding, depth)
            passing = within(ids, among)
            if passing.sum() >= limit or depth >= size:
                return ids[passing][:limit], cosines[passing][:limit]
            depth *= 4
            if exact and depth * EXACT_PART > size:
                return self._index.nearest_among(embedding, among, limit)

    def cosines(self, embedding: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """float32[n]: how near distinct contents int64[n] are to a unit embedding float32[d]; -1 for those that have
        left the library meanwhile."""
        found, cosines = self._index.nearest_among(embedding, ids, len(ids))
        order = np.argsort(ids)
        placed = np.full(len(ids), -1, np.float32)
        placed[order[np.searchsorted(ids, found, sorter=order)]] = cosines
        return placed

    def view(
        self,
        sentence: str,
        embedding: np.ndarray,
        among: np.ndarray | None = None,
        *,
        nearest: np.ndarray | None = None,
    ) -> View:
        """What a search for this sentence, with its embedding float32[d], meets; `nearest` cosines where known."""
        if nearest is None:
            nearest = self._nearest(embedding, FIRST, among)[1]
        size, vectors = self._index.some(SAMPLE, among)
        unknown = len(self._bi_encoder.unknown_words(sentence))
        return View(sentence, unknown, size, vectors @ embedding, nearest, embedding)

    def embed(self, sentence: str, photo: np.ndarray | None = None) -> np.ndarray:
        """float32[d] of a sentence, of an example photo's embedding, or of both together (their mean direction)."""
        if not sentence and photo is not None:
            return photo
        embedding = self._bi_encoder.encode_sentences([sentence])[0]
        if photo is None:
            return embedding
        both = embedding + photo
        return both / max(float(np.linalg.norm(both)), 1e-6)

    def rerank(
        self,
        sentence: str,
        ranking: Ranking,
        *,
        head: int = RERANK_HEAD,
        look: int = 0,
        budget_ms: float | None = None,
    ) -> Iterator[Ranking | None]:
        """Yields None after each slice of work, then the ranking with its head in the cross-encoder's order.

        Goes on below `head` while what it sees is likely to match, within the budget, and in any case down to `look`.
        Never drops a hit. Contents that cannot be compared keep their rank, and so do those beyond the budget.
        """
        if self._second_stage is None or not len(ranking.ids):
            return
        budget_ms = self.budget_ms if budget_ms is None else budget_ms
        closer = CloserLook(self._second_stage, sentence, ranking.ids, ranking.cosines)
        for _ in closer.go(max(head, look), budget_ms=float("inf") if look else budget_ms):
            yield None
        while self._promising(ranking, *closer.seen()) and (more := closer.affordable(budget_ms)):
            for _ in closer.go(more, budget_ms=closer.left_ms(budget_ms)):
                yield None
        places, scores = closer.seen()
        if closer.looked:
            yield self._likely(reorder(ranking, places, scores), ranking.view)

    def _promising(self, ranking: Ranking, places: np.ndarray, scores: np.ndarray) -> bool:
        """Whether the lowest places that were looked at are half as likely as a match has to be."""
        if self.calibration is None or ranking.view is None or not self._calibrated_together or not len(places):
            return False
        likely = self.calibration.of_scores(ranking.view, scores, ranking.cosines[places])
        return float(likely[np.argsort(places)][-SLICE:].mean()) >= self.calibration.threshold / 2

    def _likely(self, ranking: Ranking, view: View | None) -> Ranking:
        """With the probabilities of what was looked at closely."""
        if self.calibration is None or view is None or ranking.probabilities is None:
            return ranking
        if not self._calibrated_together:
            return replace(ranking, probabilities=None)
        likely = ranking.probabilities.copy()
        seen = ranking.reranked
        likely[seen] = self.calibration.of_scores(view, ranking.scores[seen], ranking.cosines[seen])
        return replace(ranking, probabilities=likely)

    def strictly(self) -> Searcher:
        """The same, but that a short sentence asks for what people would name unasked."""
        other = copy.copy(self)
        other.calibration = self.calibration.strict if self.calibration is not None else None
        return other

    def answer(self, ranking: Ranking) -> tuple[Ranking, Answer]:
        """The ranking with the likeliest first, so that what is said of its rows falls from each to the next, and what
        may be said of it."""
        likely, calibration = ranking.probabilities, self.calibration
        if calibration is None:
            return ranking, Answer(len(ranking.ids), uncalibrated=NOT_CALIBRATED)
        if likely is None:
            reason = NOT_TOGETHER if ranking.view is not None else BY_EXAMPLE
            return ranking, Answer(len(ranking.ids), uncalibrated=reason)
        matches = likely >= calibration.begins(float(likely.max(initial=0.0)))
        if ranking.view is not None:  # otherwise only parts of the search are known, and its rows decide alone
            seen = ranking.reranked
            matches = calibration.matches(ranking.view, likely, ranking.scores[seen], ranking.cosines[seen])
        best = float(likely.max()) if len(likely) else None
        floor = ranking.floor if ranking.floor is not None else float(ranking.cosines.min(initial=1.0))
        near = likely[ranking.cosines >= floor]  # the others are among those that the view stands for
        expected = calibration.expected(near, view=ranking.view, floor=floor, rest=ranking.rest)
        first = np.argsort(-likely, kind="stable")
        return ranking.only(first), Answer(int(matches.sum()), best, expected)


def within(ids: np.ndarray, among: np.ndarray) -> np.ndarray:
    """bool[n]: which of int64[n] are among int64[m], which ascend."""
    places = np.minimum(np.searchsorted(among, ids), max(len(among) - 1, 0))
    return among[places] == ids if len(among) else np.zeros(len(ids), bool)


def reorder(ranking: Ranking, places: np.ndarray, scores: np.ndarray) -> Ranking:
    """Sorts the given places by descending score among themselves (stable: ties keep the retrieved order)."""
    source = np.arange(len(ranking.ids))
    source[places] = places[np.argsort(-scores, kind="stable")]
    all_scores = ranking.scores.astype(np.float32, copy=True)
    all_scores[places] = scores
    looked = ranking.reranked.copy()
    looked[places] = True
    return replace(ranking, scores=all_scores, reranked=looked).only(source)
