"""Results in another order than the one in which they were found."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from engine.catalog import Catalog
from engine.query import Order
from engine.result_shelf import Result

SLICE = 2_000  # rows: some ten milliseconds
LOOKED_THROUGH = 300  # rows of which those that match are put in order, however few are wanted

_DIGITS = re.compile(r"\d+")
_LONGEST_NUMBER = 20  # digits


def ordered(catalog: Catalog, result: Result, order: Order) -> Iterator[Result | None]:
    """The result with its matching rows in this order, and the others behind them; rows with the same value stay in
    theirs. None between slices of work, then the result."""
    if order is Order.RELEVANCE:
        yield result
        return
    matched = len(result.photo_ids) if result.matched is None else result.matched
    places: list[np.ndarray] = []
    for rows in (range(matched), range(matched, len(result.photo_ids))):
        for some in _sorted(result.photo_ids, rows, _keys(catalog, order)):
            if some is None:
                yield None
            else:
                places.append(np.array(some, np.int64))
    yield taken(result, np.concatenate(places))


def taken(result: Result, rows: np.ndarray) -> Result:
    """Rows int64[n] of a result, in this order, each with the photos behind it; those that match have to come first."""
    counts = result.alike()
    behind, ends = result.behind, result.ends
    if len(counts):
        behind = np.concatenate([result.behind_row(row) for row in rows[counts[rows] > 0].tolist()] or [np.zeros(0)])
        behind, ends = behind.astype(np.int64), np.cumsum(counts[rows], dtype=np.int64)
    return replace(
        result,
        photo_ids=result.photo_ids[rows],
        aspects=result.aspects[rows],
        tones=result.tones[rows],
        scores=result.scores[rows],
        cosines=result.cosines[rows],
        reranked=result.reranked[rows],
        probabilities=None if result.probabilities is None else result.probabilities[rows],
        behind=behind,
        ends=ends,
        matched=None if result.matched is None else int((rows < result.matched).sum()),
        days=None,
    )


def first_rows(result: Result, count: int) -> Result:
    if len(result.photo_ids) <= count:
        return result
    return replace(taken(result, np.arange(count)), days=None if result.days is None else result.days[:count])


def reversed_in_time(result: Result) -> Result:
    """The oldest first, of a result that is in the order of time."""
    rows = np.arange(len(result.photo_ids))[::-1]
    return replace(taken(result, rows), days=None if result.days is None else result.days[rows])


def _keys(catalog: Catalog, order: Order) -> Callable[[Sequence[int]], list[Any]]:
    table = catalog.sets.order

    def of_times(photos: Sequence[int]) -> list[Any]:
        known = table.times(photos)
        return [known.get(photo, 0) * (-1 if order is Order.DATE else 1) for photo in photos]

    def of_stars(photos: Sequence[int]) -> list[Any]:
        known = table.stars(photos)
        return [-known.get(photo, 0) for photo in photos]

    def of_names(photos: Sequence[int]) -> list[Any]:
        known = table.names(photos)
        return [spoken_name(known.get(photo, b"")) for photo in photos]

    return {Order.RATING: of_stars, Order.NAME: of_names}.get(order, of_times)


def _sorted(
    photo_ids: np.ndarray, rows: range, keys: Callable[[Sequence[int]], list[Any]]
) -> Iterator[list[int] | None]:
    """The rows by their keys, a slice at a time: each slice is sorted, then all are merged."""
    runs: list[list[tuple[Any, int]]] = []
    for start in range(rows.start, rows.stop, SLICE):
        some = range(start, min(start + SLICE, rows.stop))
        photos = photo_ids[some.start : some.stop].tolist()
        runs.append(sorted(zip(keys(photos), some, strict=True)))
        yield None
    merged = heapq.merge(*runs)
    found: list[int] = []
    while part := [row for _, row in islice(merged, SLICE)]:
        found += part
        yield None
    yield found


def spoken_name(name: bytes) -> str:
    """As people sort: without case and accents, and 2 before 10."""
    apart = unicodedata.normalize("NFD", name.decode("utf-8", "replace").casefold())
    plain = "".join(ch for ch in apart if not unicodedata.combining(ch))
    return _DIGITS.sub(lambda found: found[0].lstrip("0").rjust(_LONGEST_NUMBER, "0"), plain)
