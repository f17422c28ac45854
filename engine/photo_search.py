"""From a Search request to results: the Searcher ranks contents, the Catalog says which photos show them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine import config
from engine.alike import HEAD, Likeness, likeness, stacked
from engine.catalog import Catalog, PhotoRow
from engine.messages import Search, SearchResults, Stage
from engine.photo import PhotoState
from engine.query import parse
from engine.result_shelf import Result, ResultShelf, browse, from_ranking
from engine.searcher import Answer, Ranking
from engine.served_model import ServedModel


class PhotoSearch:
    """`served` gives the model at work; it is asked for only where there is something to encode."""

    def __init__(self, catalog: Catalog, results: ResultShelf, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._results = results
        self._served = served
        self._in_use: list[ServedModel] = []  # once for every search under way

    def run(self, request: Search) -> Iterator[SearchResults | None]:
        """RETRIEVED first, then RERANKED where there was something to rerank; None between slices of work.

        Raises PhotoUnreadable for an example photo that cannot be used.
        """
        started = time.perf_counter()
        sentence = parse(request.sentence).sentence
        if not sentence and not request.like:
            newest = browse(*self._catalog.newest(request.limit, folder=request.folder))
            found = _Found(newest, Answer(len(newest.photo_ids)), 0)
            yield self._message(request, found, Stage.RETRIEVED, started)
            return
        served = self._served()
        self._in_use.append(served)
        try:
            yield from self._find(served, request, sentence, started)
        finally:
            self._in_use.remove(served)

    def uses(self, served: ServedModel) -> bool:
        """Whether a search under way began with this model, which it goes on with."""
        return any(each is served for each in self._in_use)

    def _find(
        self, served: ServedModel, request: Search, sentence: str, started: float
    ) -> Iterator[SearchResults | None]:
        unknown = tuple(served.loaded.bi_encoder.unknown_words(sentence))
        example = self._example(served, next(iter(request.like), None))
        embedding = served.searcher.embed(sentence, example)
        ranking, shown = self._retrieve(served, embedding, request, sentence="" if request.like else sentence)
        found = _found(served, ranking, shown, request)
        yield self._message(request, found, Stage.RETRIEVED, started, unknown)
        if not (request.rerank and sentence):
            return
        for better in served.searcher.rerank(sentence, ranking, look=request.look):
            if better is None:
                yield None
            else:
                found = _found(served, better, shown, request)
                yield self._message(request, found, Stage.RERANKED, started, unknown)

    def _retrieve(
        self, served: ServedModel, embedding: np.ndarray, request: Search, *, sentence: str
    ) -> tuple[Ranking, _Shown]:
        """Deeper and deeper until there are enough rows to show (photos are missing, being re-read, or alike)."""
        among = self._catalog.contents_of_folder(request.folder) if request.folder is not None else None
        depth = max(request.limit, config.RETRIEVE_HITS, request.look)
        while True:
            ranking = served.searcher.retrieve(embedding, limit=depth, among=among, sentence=sentence)
            photos = self._catalog.photo_rows(ranking.ids.tolist(), folder=request.folder)
            kept = ranking.only(np.array([int(content) in photos for content in ranking.ids], bool))
            alike = None if request.every_copy else likeness(self._catalog, served.index, kept.ids, photos)
            rows = len(stacked(kept.ids, photos, alike=alike)) if depth < HEAD else len(kept.ids)
            if rows >= min(request.limit, config.RETRIEVE_HITS) or len(ranking.ids) < depth:
                return kept, _Shown(photos, alike)
            depth *= 4

    def _example(self, served: ServedModel, like: bytes | None) -> np.ndarray | None:
        """The embedding float32[d] of an example photo, from the catalog where it is known, else encoded now."""
        if like is None:
            return None
        path = os.path.abspath(like)
        content = self._catalog.content_at(path)
        if content is not None:
            ids, rows = self._catalog.embeddings_for([content])
            if len(ids):
                return rows[0].astype(np.float32)
        return served.encode_file(path)

    def _message(
        self, request: Search, found: _Found, stage: Stage, started: float, unknown: tuple[str, ...] = ()
    ) -> SearchResults:
        result, answer = found.result, found.answer
        counts = self._catalog.counts()
        ready = counts.get(PhotoState.READY, 0)
        return SearchResults(
            request=request.request,
            result=self._results.put(result),
            stage=stage,
            count=len(result.photo_ids),
            photo_ids=result.photo_ids.astype("<i8").tobytes(),
            aspect_ratios=result.aspects.astype("<f4").tobytes(),
            tones=result.tones.astype("<u4").tobytes(),
            alike=result.alike().astype("<u4").tobytes(),
            looked_closely=found.looked_closely,
            searched=max(ready - self._catalog.unencoded(), 0),
            total=ready + counts.get(PhotoState.PENDING, 0),
            seconds=time.perf_counter() - started,
            sentence=request.sentence,
            unknown_words=unknown,
            matched=len(result.photo_ids) if result.matched is None else result.matched,
            uncalibrated=answer.uncalibrated,
            best=answer.best,
            expected=answer.expected and answer.expected.count,
            expected_low=answer.expected and answer.expected.low,
            expected_high=answer.expected and answer.expected.high,
        )


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


def _found(served: ServedModel, ranking: Ranking, shown: _Shown, request: Search) -> _Found:
    ranking, answer = served.searcher.answer(ranking)
    stacks = stacked(ranking.ids, shown.photos, alike=shown.alike, every_copy=request.every_copy)
    matched = None if answer.uncalibrated else answer.matched
    result = from_ranking(ranking, stacks, request.limit, matched=matched)
    return _Found(result, answer, int(ranking.reranked.sum()))
