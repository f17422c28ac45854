"""Several clauses as one search: AND, OR and NOT over sentences and example photos.

Each clause says by itself how likely a content is to match; the likelihoods are put together as if they were
independent: p(A) p(B), 1 - (1 - p(A)) (1 - p(B)), 1 - p(A); but of what is wanted, and never denied, a part goes
together (docs/answering.md). Where a model is not calibrated, a likelihood stands in that tells how far a cosine lies
beyond what is usual in this library: good enough to order by, never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from engine.calibration_features import FIRST
from engine.config import RERANK_HEAD
from engine.language import bare
from engine.query import And, Clause, Example, Not, Or, Text
from engine.query_kinds import widened
from engine.searcher import Ranking, Searcher, View, reorder

# Of what stands in for a probability, in standard deviations; chosen on the dev photos of Flickr8k: docs/answering.md.
STEEP, HALF_WAY = 1.0, 1.5  # of sentences
EXAMPLE_STEEP, EXAMPLE_HALF_WAY = 0.6, 3.0  # photos are like each other in many ways: beside a sentence they count less
EXAMPLE_SHARE = 0.4  # of an example in the way to look, that of a sentence being 1
FULL_HEADS = 5  # so many sentences look at a whole head each; more share what these would look at
DEEPER = 3  # what is denied may well be most of what is near
# Log odds. Who denies something expects it to be there, and one trace of it is enough to spoil a photo; one trace of
# what is wanted is enough to be right.
DOUBT, HOPE = 4.0, 1.0
TOGETHER = 0.25  # of what is asked for with AND: who photographs one of them mostly has the other there


Part = Text | Example


@dataclass(frozen=True, slots=True)
class _Reading:
    """A part of the query, as the model takes it; what its cosines are usually like here. `first`: what a search for
    this part alone would find first, by which a closer look judges all others."""

    part: Part
    embedding: np.ndarray
    view: View
    first: Ranking


class Search(Protocol):
    """One query over one Searcher, first and second stage."""

    def retrieve(self, limit: int) -> Ranking: ...

    def beside(self, ranking: Ranking, ids: np.ndarray) -> Ranking:
        """What this search says of distinct contents int64[n] that it did not retrieve, the best first; `ranking` is
        what it did."""
        ...

    def rerank(self, ranking: Ranking, *, look: int = 0) -> Iterator[Ranking | None]:
        """As Searcher.rerank."""
        ...


def search_for(
    searcher: Searcher, tree: Clause, *, among: np.ndarray | None = None, examples: Sequence[np.ndarray] = ()
) -> Search:
    """`among`: ids that narrow the choice. `examples`: unit embeddings float32[d] by the numbers that the tree calls
    them."""
    tree = widened(tree)
    if isinstance(tree, Text):
        sentence = bare(tree.text)
        return PlainSearch(searcher, searcher.embed(sentence), sentence=sentence, among=among)
    if isinstance(tree, Example):
        return PlainSearch(searcher, examples[tree.number], among=among)
    # What is enough for whoever asks for it would deny too much.
    searcher = searcher.strictly() if _denies(tree) else searcher
    return ClauseSearch(searcher, tree, among=among, examples=examples)


class PlainSearch:
    """For one sentence, or for one example."""

    def __init__(
        self, searcher: Searcher, embedding: np.ndarray, *, sentence: str = "", among: np.ndarray | None = None
    ) -> None:
        self._searcher = searcher
        self._embedding = embedding
        self._sentence = sentence
        self._among = among

    def retrieve(self, limit: int) -> Ranking:
        return self._searcher.retrieve(self._embedding, limit=limit, among=self._among, sentence=self._sentence)

    def beside(self, ranking: Ranking, ids: np.ndarray) -> Ranking:
        cosines, calibration = self._searcher.cosines(self._embedding, ids), self._searcher.calibration
        order = np.lexsort((ids, -cosines))
        ids, cosines = ids[order], cosines[order]
        found = Ranking(ids, cosines, cosines, np.zeros(len(ids), bool))
        if calibration is None or ranking.view is None:
            return found
        return replace(found, probabilities=calibration.of_cosines(ranking.view, cosines), view=ranking.view)

    def rerank(self, ranking: Ranking, *, look: int = 0) -> Iterator[Ranking | None]:
        """Of an example there is nothing to read."""
        if self._sentence:
            yield from self._searcher.rerank(self._sentence, ranking, look=look)


class ClauseSearch:
    """For several parts at once."""

    def __init__(
        self, searcher: Searcher, tree: Clause, *, among: np.ndarray | None = None, examples: Sequence[np.ndarray] = ()
    ) -> None:
        self._searcher = searcher
        self._tree = tree
        self._among = among
        self._examples = examples
        self._readings = {id(part): self._read(part) for part in parts_of(tree)}

    def _read(self, part: Part) -> _Reading:
        text = part.text if isinstance(part, Text) else ""
        embedding = self._examples[part.number] if isinstance(part, Example) else self._searcher.embed(text)
        first = self._searcher.retrieve(embedding, limit=FIRST, among=self._among)
        return _Reading(part, embedding, self._searcher.view(text, embedding, self._among), first)

    # ---- first stage -----------------------------------------------------------------------------------------

    def retrieve(self, limit: int) -> Ranking:
        """The `limit` best of the pool, ordered by all clauses; with probabilities where each clause has one."""
        found = self._ranked(self._pool(self._tree, DEEPER * limit if _denies(self._tree) else limit), limit)
        return found if found.probabilities is None else replace(found, rest=self._rest(found.probabilities))

    def beside(self, ranking: Ranking, ids: np.ndarray) -> Ranking:
        return self._ranked(ids, len(ids))

    def _ranked(self, ids: np.ndarray, limit: int) -> Ranking:
        cosines = {key: self._searcher.cosines(some.embedding, ids) for key, some in self._readings.items()}
        levels = {key: self._level(some, cosines[key]) for key, some in self._readings.items()}
        wanted = self._together(levels, doubt=self._doubt)
        order = np.lexsort((ids, -wanted))[:limit]
        shown = self._searcher.cosines(self._direction(self._tree), ids[order])
        calibrated = self._searcher.calibration is not None and self._sentences_only
        found = Ranking(ids[order], shown, wanted[order], np.zeros(len(order), bool))
        if not calibrated:
            return found
        return replace(found, probabilities=_falling(self._together(levels)[order]))

    def _pool(self, tree: Clause, limit: int) -> np.ndarray:
        """int64[n], ascending: what is worth looking at. Of a denial it is all that is not near to what it denies."""
        if isinstance(tree, Or):
            return np.unique(np.concatenate([self._pool(part, limit) for part in tree.clauses]))
        wanted = [part for part in tree.clauses if not isinstance(part, Not)] if isinstance(tree, And) else []
        near = [self._nearest(self._direction(tree), limit)]
        near += [self._pool(part, limit) for part in wanted if len(wanted) > 1 or isinstance(part, Or)]
        return np.unique(np.concatenate(near))

    def _nearest(self, embedding: np.ndarray, limit: int) -> np.ndarray:
        return self._searcher.retrieve(embedding, limit=limit, among=self._among).ids

    def _direction(self, tree: Clause) -> np.ndarray:
        """float32[d], unit length: the way to what the tree wants; away from what it denies where it wants nothing."""
        wanted = list(parts_of(tree, wanted=True))
        parts, sign = (wanted, 1) if wanted else (list(parts_of(tree)), -1)
        shares = [1.0 if isinstance(part, Text) else EXAMPLE_SHARE for part in parts]
        total = sign * np.sum(
            [share * self._readings[id(part)].embedding for share, part in zip(shares, parts, strict=True)], axis=0
        )
        return (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)

    # ---- likelihoods -----------------------------------------------------------------------------------------

    @property
    def _sentences_only(self) -> bool:
        return all(isinstance(some.part, Text) for some in self._readings.values())

    def _level(self, reading: _Reading, cosines: np.ndarray) -> np.ndarray:
        """float32[n], between 0 and 1."""
        calibration = self._searcher.calibration
        if calibration is not None and isinstance(reading.part, Text):
            return calibration.of_cosines(reading.view, cosines)
        usual = reading.view.cosines
        beyond = (cosines - usual.mean()) / max(float(usual.std()), 1e-3) if len(usual) > 1 else cosines
        text = isinstance(reading.part, Text)
        steep, half_way = (STEEP, HALF_WAY) if text else (EXAMPLE_STEEP, EXAMPLE_HALF_WAY)
        return (1 / (1 + np.exp(-steep * (beyond - half_way)))).astype(np.float32)

    @property
    def _doubt(self) -> float:
        return DOUBT if self._searcher.calibration is not None and _denies(self._tree) else 0.0

    @property
    def _dependence(self) -> float:
        told = self._searcher.calibration is not None and self._sentences_only
        return TOGETHER if told and not _denies(self._tree) else 0.0

    def _together(self, levels: dict[int, np.ndarray], *, doubt: float = 0.0) -> np.ndarray:
        """float32[n]: how likely a content is to match all in all. With `doubt` what is denied is supposed to be there
        by so much more log odds, and what is wanted by HOPE: good to order by (docs/answering.md), not to be said."""

        def of(tree: Clause, denied: bool) -> np.ndarray:
            if isinstance(tree, Not):
                return 1 - of(tree.clause, not denied)
            if isinstance(tree, And):
                return every([of(part, denied) for part in tree.clauses], dependence=self._dependence)
            if isinstance(tree, Or):
                return 1 - np.prod([1 - of(part, denied) for part in tree.clauses], axis=0)
            level = levels[id(tree)].astype(np.float64)
            more = doubt if denied else HOPE * (doubt > 0)
            return np.asarray(level / (level + (1 - level) * np.exp(-more)))

        return np.asarray(of(self._tree, False), np.float32)

    def _rest(self, likely: np.ndarray) -> float:
        """How many matches are to be expected beyond those retrieved: judged by a sample of the library."""
        sample = self._together({key: self._level(some, some.view.cosines) for key, some in self._readings.items()})
        size = next(iter(self._readings.values())).view.size
        if not len(sample) or size <= len(likely):
            return 0.0
        return max(float(sample.mean()) * size - float(likely.sum()), 0.0)

    # ---- second stage ----------------------------------------------------------------------------------------

    def rerank(self, ranking: Ranking, *, look: int = 0) -> Iterator[Ranking | None]:
        """As Searcher.rerank: every sentence is compared with the same head, each within its share of the budget."""
        sentences = [some for some in self._readings.values() if isinstance(some.part, Text)]
        depth = RERANK_HEAD if len(sentences) <= FULL_HEADS else max(FULL_HEADS * RERANK_HEAD // len(sentences), FIRST)
        head = ranking.only(np.arange(min(max(depth, look), len(ranking.ids))))
        levels: dict[int, np.ndarray] = {}
        calibrated = ranking.probabilities is not None
        seen = np.ones(len(head.ids), bool)
        for key, some in self._readings.items():
            if not isinstance(some.part, Text):
                levels[key] = self._level(some, self._searcher.cosines(some.embedding, head.ids))
                continue
            plain = self._alone(some, head.ids)
            better: Ranking | None = None
            share_ms = self._searcher.budget_ms / len(sentences)
            steps = self._searcher.rerank(some.part.text, plain, head=len(plain.ids), look=look, budget_ms=share_ms)
            for step in steps:
                better = step
                yield None
            if better is None:
                return
            looked, likely = _taken(plain, better)
            seen &= looked[: len(seen)]
            levels[key] = likely[: len(seen)]
            calibrated &= better.probabilities is not None
        if sentences and seen.any():
            places = np.flatnonzero(seen)
            wanted, likely = self._together(levels, doubt=self._doubt)[seen], self._together(levels)[seen]
            yield self._reordered(ranking, places, wanted, likely if calibrated else None)

    def _alone(self, reading: _Reading, ids: np.ndarray) -> Ranking:
        """These contents, then what a search for this part alone finds first, as if there were no other part."""
        calibrated = self._searcher.calibration is not None
        ids = np.concatenate([ids, np.setdiff1d(reading.first.ids, ids)]) if calibrated else ids
        cosines = self._searcher.cosines(reading.embedding, ids)
        likely = self._level(reading, cosines)
        known = likely if calibrated else None
        return Ranking(ids, cosines, likely, np.zeros(len(ids), bool), known, reading.view)

    def _reordered(
        self, ranking: Ranking, places: np.ndarray, wanted: np.ndarray, likely: np.ndarray | None
    ) -> Ranking:
        if likely is None or ranking.probabilities is None:
            return reorder(replace(ranking, probabilities=None), places, wanted)
        probabilities = ranking.probabilities.copy()
        probabilities[places[np.argsort(-wanted, kind="stable")]] = _falling(likely)
        return reorder(replace(ranking, probabilities=probabilities), places, wanted)


def every(levels: Sequence[np.ndarray], *, dependence: float) -> np.ndarray:
    """float[n]: how likely all of these are, float[n] each: from their product, where they know nothing of each other
    (0), to the least of them, where the rarest is never without the others (1)."""
    product, least = np.prod(levels, axis=0), np.min(levels, axis=0)
    return np.asarray(product ** (1 - dependence) * least**dependence)


def _falling(likely: np.ndarray) -> np.ndarray:
    """The same probabilities, the highest first: their order is found elsewhere, and their sum is what is expected."""
    return np.asarray(np.sort(likely)[::-1], np.float32)


def _taken(plain: Ranking, better: Ranking) -> tuple[np.ndarray, np.ndarray]:
    """bool[n] which were looked at, and float32[n] likelihoods, in the order of `plain`. Where these are not
    calibrated, the closer look says which is likelier, and the cosines how likely: the best takes the best."""
    order = np.argsort(plain.ids)
    back = order[np.searchsorted(plain.ids, better.ids, sorter=order)]  # where each of `better` stands in `plain`
    looked = np.zeros(len(back), bool)
    looked[back] = better.reranked
    likely = plain.scores.copy()
    if better.probabilities is not None:
        likely[back] = better.probabilities
    else:
        closer = back[better.reranked]
        likely[closer] = np.sort(likely[closer])[::-1]
    return looked, likely


def parts_of(tree: Clause, *, wanted: bool = False) -> Iterator[Part]:
    """Sentences and examples from left to right; only those that are not denied where they are `wanted`."""
    if isinstance(tree, Not):
        if not wanted:
            yield from parts_of(tree.clause)
    elif isinstance(tree, And | Or):
        for part in tree.clauses:
            yield from parts_of(part, wanted=wanted)
    else:
        yield tree


def _denies(tree: Clause) -> bool:
    return isinstance(tree, Not) or (isinstance(tree, And | Or) and any(map(_denies, tree.clauses)))
