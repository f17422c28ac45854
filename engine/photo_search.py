"""From a Search request to results: the Searcher ranks contents, the Catalog says which photos show them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine import clauses, config, people_words
from engine.alike import HEAD, Likeness, Stack, likeness, stacked
from engine.calibration import Expected
from engine.catalog import Catalog, Newest, PhotoRow
from engine.clauses import search_for
from engine.examples import with_examples
from engine.language import foreign
from engine.messages import Search, SearchResults, Stage
from engine.pairs import Pairs, with_pairs
from engine.people_words import PeopleWords, Written
from engine.photo import PhotoState
from engine.presets import spoken_by
from engine.query import Order, Query, parse, texts
from engine.result_order import LOOKED_THROUGH, first_rows, ordered, reversed_in_time
from engine.result_shelf import Result, ResultShelf, browse, from_ranking, runs_of
from engine.searcher import Answer, Ranking
from engine.served_model import ServedModel

AT_ONCE = 10_000  # of the newest photos: more come in slices


class PhotoSearch:
    """`served` gives the model at work; it is asked for only where there is something to encode."""

    def __init__(self, catalog: Catalog, results: ResultShelf, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._results = results
        self._served = served
        self._written = PeopleWords(catalog)
        self._spoken: dict[str, tuple[str, ...]] = {}  # languages by model
        self._pairs = Pairs(catalog)
        self._in_use: list[ServedModel] = []  # once for every search under way

    def run(self, request: Search) -> Iterator[SearchResults | None]:
        """RETRIEVED first, then RERANKED where there was something to rerank; None between slices of work.

        Raises PhotoUnreadable for an example photo that cannot be used.
        """
        asked = _Asked(request, parse(request.sentence), time.perf_counter())
        if asked.query.clause is None and not request.like and not request.unlike:
            for newest in self._browsed(asked):
                if newest is None:
                    yield None
                else:
                    found = _Found(newest, Answer(len(newest.photo_ids)), 0)
                    yield self._message(asked, found, Stage.RETRIEVED)
            return
        served = self._served()
        self._in_use.append(served)
        try:
            yield from self._find(served, asked)
        finally:
            self._in_use.remove(served)

    def _browsed(self, asked: _Asked) -> Iterator[Result | None]:
        """All that pass the filters, in the order asked for; the newest first where none is."""
        limit, order = asked.request.limit, asked.query.order
        if order in (Order.RELEVANCE, Order.DATE) and limit <= AT_ONCE:
            copies = self._copies(asked)
            yield _rows(self._catalog.newest(limit + len(copies[0]), **asked.chosen), copies, limit)
            return
        for packed in self._catalog.newest_in_slices(**asked.chosen):
            if packed is None:
                yield None
                continue
            everything = _rows(packed, self._copies(asked), sys.maxsize)
            if order is Order.OLDEST:
                everything = reversed_in_time(everything)
            later = order in (Order.NAME, Order.RATING)
            for result in ordered(self._catalog, everything, order if later else Order.RELEVANCE):
                yield None if result is None else first_rows(result, limit)

    def _copies(self, asked: _Asked) -> tuple[np.ndarray, np.ndarray]:
        """What is one row: copies, a raw photo and its JPEG; not frames of a burst, which would take embeddings."""
        if asked.request.every_copy:
            return people_words.NONE, people_words.NONE
        return with_pairs(self._catalog.alike.copies(asked.request.folder), self._pairs.all())

    def uses(self, served: ServedModel) -> bool:
        """Whether a search under way began with this model, which it goes on with."""
        return any(each is served for each in self._in_use)

    def _find(self, served: ServedModel, asked: _Asked) -> Iterator[SearchResults | None]:
        request = asked.request
        asked.unknown = tuple(served.loaded.bi_encoder.unknown_words(asked.words))
        asked.language = self._language(served, asked)
        examples = [[self._example(served, path) for path in paths] for paths in (request.like, request.unlike)]
        tree, embeddings = with_examples(asked.query.clause, *examples)
        assert tree is not None
        among = self._among(asked)
        if not request.like and not request.unlike:
            for written in self._written.finding(asked.query, among):
                if written is None:
                    yield None
                else:
                    asked.written = written
        if len(asked.written.whole):
            asked.unknown, asked.language = (), ""  # somebody used these words
        search = search_for(served.searcher, tree, among=among, examples=embeddings)
        ranking, shown = self._retrieve(served, search, asked)
        yield from self._tell(asked, _found(served, ranking, shown, asked), Stage.RETRIEVED)
        for better in search.rerank(ranking, look=request.look) if request.rerank else ():
            if better is None:
                yield None
            else:
                yield from self._tell(asked, _found(served, better, shown, asked), Stage.RERANKED)

    def _tell(self, asked: _Asked, found: _Found, stage: Stage) -> Iterator[SearchResults | None]:
        """In the order asked for."""
        for result in ordered(self._catalog, found.result, asked.query.order):
            if result is None:
                yield None
            else:
                result = first_rows(result, asked.request.limit)
                yield self._message(asked, replace(found, result=result), stage)

    def _among(self, asked: _Asked) -> np.ndarray | None:
        """int64[n], or None where every photo may be shown."""
        if asked.request.folder is None and not asked.query.filters:
            return None
        return self._catalog.contents_of_folder(**asked.chosen)

    def _retrieve(self, served: ServedModel, search: clauses.Search, asked: _Asked) -> tuple[Ranking, _Shown]:
        """Deeper and deeper until there are enough rows to show (photos are missing, being re-read, or alike)."""
        request = asked.request
        depth = max(asked.looked_through, config.RETRIEVE_HITS, request.look)
        while True:
            ranking = search.retrieve(depth)
            retrieved = len(ranking.ids)
            if len(asked.written.contents):
                ranking = people_words.joined(ranking, asked.written.contents, search)
            photos = self._catalog.photo_rows(ranking.ids.tolist(), **asked.chosen)
            kept = ranking.only(np.array([int(content) in photos for content in ranking.ids], bool))
            alike = None if request.every_copy else likeness(self._catalog, served.index, kept.ids, photos)
            rows = alike.rows(kept.ids.tolist()) if alike is not None and depth < HEAD else len(kept.ids)
            if rows >= min(request.limit, config.RETRIEVE_HITS) or retrieved < depth:
                return kept, _Shown(photos, alike)
            depth *= 4

    def _language(self, served: ServedModel, asked: _Asked) -> str:
        name, model = served.loaded.name, served.loaded.bi_encoder
        if name not in self._spoken:
            self._spoken[name] = spoken_by(name)
        return foreign(asked.words, self._spoken[name], asked.unknown if model.knows_words else None)

    def _example(self, served: ServedModel, path: bytes) -> np.ndarray:
        """The embedding float32[d] of an example photo, from the catalog where it is known, else encoded now."""
        path = os.path.abspath(path)
        content = self._catalog.content_at(path)
        if content is not None:
            ids, rows = self._catalog.embeddings_for([content])
            if len(ids):
                return rows[0].astype(np.float32)
        return served.encode_file(path)

    def _message(self, asked: _Asked, found: _Found, stage: Stage) -> SearchResults:
        request, result, answer = asked.request, found.result, found.answer
        counts = self._catalog.counts()
        ready = counts.get(PhotoState.READY, 0)
        searched = max(ready - self._catalog.unencoded(), 0)
        expected = within(answer.expected, searched)
        return SearchResults(
            request=request.request,
            result=self._results.put(result),
            stage=stage,
            count=len(result.photo_ids),
            photo_ids=result.photo_ids.astype("<i8").tobytes(),
            aspect_ratios=result.aspects.astype("<f4").tobytes(),
            tones=result.tones.astype("<u4").tobytes(),
            alike=result.alike().astype("<u4").tobytes(),
            days=runs_of(result.days).astype("<i4").tobytes(),
            looked_closely=found.looked_closely,
            searched=searched,
            total=ready + counts.get(PhotoState.PENDING, 0),
            seconds=time.perf_counter() - asked.started,
            sentence=request.sentence,
            unknown_words=asked.unknown,
            language=asked.language,
            unclear=asked.query.unclear,
            matched=len(result.photo_ids) if result.matched is None else result.matched,
            uncalibrated=answer.uncalibrated,
            best=answer.best,
            expected=expected.count if expected is not None else None,
            expected_low=expected.low if expected is not None else None,
            expected_high=expected.high if expected is not None else None,
        )


def within(expected: Expected | None, photos: int) -> Expected | None:
    """No more can match than were searched, however unsure the count is."""
    return expected and Expected(*(min(number, photos) for number in (expected.count, expected.low, expected.high)))


@dataclass(slots=True)
class _Asked:
    """A request as it is understood, and what the model says of its words."""

    request: Search
    query: Query
    started: float
    unknown: tuple[str, ...] = ()
    language: str = ""
    written: Written = field(default_factory=Written)

    @property
    def words(self) -> str:
        """All sentences, those that are denied too."""
        return " ".join(text.text for text in texts(self.query.clause))

    @property
    def looked_through(self) -> int:
        """Rows: who wants the three latest of a dog wants them of all dogs."""
        limit = self.request.limit
        return limit if self.query.order is Order.RELEVANCE else max(limit, LOOKED_THROUGH)

    @property
    def chosen(self) -> dict[str, Any]:
        """Which photos may be shown, as the catalog is asked."""
        return {"folder": self.request.folder, "filters": self.query.filters}


@dataclass(frozen=True, slots=True)
class _Shown:
    """The photos of each ranked content, and which contents are one row."""

    photos: dict[int, list[PhotoRow]]
    alike: Likeness | None


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows to show, and what may be said of them."""

    result: Result
    answer: Answer
    looked_closely: int


def _rows(newest: Newest, copies: tuple[np.ndarray, np.ndarray], limit: int) -> Result:
    return browse(*newest, copies=copies, limit=limit)


def _found(served: ServedModel, ranking: Ranking, shown: _Shown, asked: _Asked) -> _Found:
    request = asked.request
    ranking, answer = served.searcher.answer(ranking)
    calibration = served.searcher.calibration
    if calibration is not None:
        ranking, answer = people_words.likelier(ranking, answer, asked.written, threshold=calibration.threshold)
    ranking, answer = people_words.first(ranking, answer, asked.written.whole)
    stacks = stacked(ranking.ids, shown.photos, alike=shown.alike, every_copy=request.every_copy)
    matched = None if answer.uncalibrated else answer.matched
    result = from_ranking(ranking, stacks, request.limit if matched is None else asked.looked_through, matched=matched)
    return _Found(result, _of_rows(answer, ranking, stacks), int(ranking.reranked.sum()))


def _of_rows(answer: Answer, ranking: Ranking, stacks: Sequence[Stack]) -> Answer:
    """The answer with as many matches expected as there are rows to show, not contents: what stands behind a row is
    not counted again."""
    expected, likely = answer.expected, ranking.probabilities
    if expected is None or likely is None or expected.count <= 0:
        return answer
    likely = np.nan_to_num(likely, nan=1.0)  # a person said so
    first = np.unique([stack.place for stack in stacks]).astype(np.int64)
    behind = float(likely.sum() - likely[first].sum())
    share = max(1 - behind / expected.count, 0.0)
    rows = replace(expected, count=expected.count * share, low=expected.low * share, high=expected.high * share)
    return replace(answer, expected=rows)
