"""From a sentence to the photos that it may tag, each with how likely that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from engine.messages import FindTaggable, Search, SearchResults, Taggable
from engine.result_shelf import Result, ResultShelf

MOST = 20_000  # photos
WORTH_A_LOOK = 0.05  # probability

Find = Callable[[Search], Iterator[SearchResults | None]]


class TagBySentence:
    """`find` runs a search; `results` keeps what it found, in another order."""

    def __init__(self, find: Find, results: ResultShelf) -> None:
        self._find = find
        self._results = results

    def run(self, request: FindTaggable) -> Iterator[Taggable | None]:
        """None between slices of work."""
        last: SearchResults | None = None
        for event in self._find(
            Search(request.request, request.sentence, limit=MOST, folder=request.folder, every_copy=True)
        ):
            last = event if event is not None else last
            if event is None:
                yield None
        if last is None:
            raise AssertionError("a search that succeeds has results")
        yield self._told(request, last)

    def _told(self, request: FindTaggable, found: SearchResults) -> Taggable:
        result = self._results.result(found.result)
        self._results.drop(found.result)
        if result is None or result.probabilities is None or found.uncalibrated:
            reason = found.uncalibrated or "a sentence is needed"
            return Taggable(request.request, -1, 0, b"", b"", b"", b"", uncalibrated=reason)
        likely = np.nan_to_num(result.probabilities, nan=1.0)  # a person said so
        order = np.argsort(-likely, kind="stable")
        matched = order < (len(order) if result.matched is None else result.matched)
        order = order[matched | (likely[order] >= WORTH_A_LOOK)]
        chosen = _only(result, order)
        return Taggable(
            request.request,
            self._results.put(chosen),
            len(order),
            chosen.photo_ids.astype("<i8").tobytes(),
            chosen.aspects.astype("<f4").tobytes(),
            chosen.tones.astype("<u4").tobytes(),
            likely[order].astype("<f4").tobytes(),
        )


def _only(result: Result, order: np.ndarray) -> Result:
    """Rows in this order, alone."""
    assert result.probabilities is not None
    return replace(
        result,
        photo_ids=result.photo_ids[order],
        aspects=result.aspects[order],
        tones=result.tones[order],
        scores=result.scores[order],
        cosines=result.cosines[order],
        reranked=result.reranked[order],
        probabilities=result.probabilities[order],
        behind=None,
        ends=None,
        matched=None,
        days=None,
    )
