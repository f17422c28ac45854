"""Saved searches with how many photos match, and how many of these nobody has looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.catalog import Catalog
from engine.messages import SavedSearch, Search, SearchResults
from engine.query import parse
from engine.result_shelf import ResultShelf

LOOKED_THROUGH = 300  # rows of a search with a sentence: what the window shows of one


@dataclass(frozen=True, slots=True)
class _Count:
    """`contents` int64[n], ascending; None where there is no telling what matches. `revision`: of library and model."""

    contents: np.ndarray | None
    revision: object


class SavedSearches:
    """`search` runs a search; `model` names what answers it. Filters alone are counted by the catalog; a sentence is
    searched for, and counts what it matches only where scores are calibrated."""

    def __init__(
        self,
        catalog: Catalog,
        results: ResultShelf,
        *,
        search: Callable[[Search], Iterator[SearchResults | None]],
        model: Callable[[], str],
    ) -> None:
        self._catalog = catalog
        self._table = catalog.sets.saved
        self._results = results
        self._search = search
        self._model = model
        self._counts: dict[int, _Count] = {}

    def all(self) -> list[SavedSearch]:
        """In the order of their names, with the counts that are known."""
        return [self._told(row) for row in self._table.all()]

    def add(self, wanted: SavedSearch) -> int:
        """Raises UsageError for a name that is taken, and where nothing is searched for."""
        return self._table.add(wanted)

    def rename(self, search: int, name: str) -> None:
        """Raises UsageError."""
        self._table.rename(search, name)

    def remove(self, search: int, *, restore: bool = False) -> None:
        """Raises UsageError."""
        (self._table.restore if restore else self._table.remove)(search)

    def look(self, search: int) -> None:
        """What is known to match is new no more."""
        count = self._counts.get(search)
        if count is not None and count.contents is not None:
            self._table.see(search, count.contents)

    def counting(self) -> Iterator[bool]:
        """A slice of work after the other; True when a count has changed."""
        for row in self._table.all():
            revision = (self._table.revision(), self._model(), row.sentence)
            known = self._counts.get(row.id)
            if known is not None and known.revision == revision:
                continue
            contents: np.ndarray | None = None
            for found in self._counted(row):
                contents = found
                yield False
            self._counts[row.id] = _Count(contents, revision)
            if contents is not None and self._table.seen(row.id) is None:
                self._table.see(row.id, contents)
            yield True

    def _counted(self, row: SavedSearch) -> Iterator[np.ndarray | None]:
        query = parse(row.sentence)
        if query.clause is None and not row.like and not row.unlike:
            yield self._catalog.contents_of_folder(row.folder, filters=query.filters)
            return
        request = Search(0, row.sentence, LOOKED_THROUGH, folder=row.folder, like=row.like, unlike=row.unlike)
        last: SearchResults | None = None
        for found in self._search(request):
            if found is not None:
                self._results.drop(found.result)
                last = found
            yield None
        if last is None or last.uncalibrated:
            return
        matched = np.frombuffer(last.photo_ids, "<i8")[: last.matched]
        yield np.unique([hit.content_id for hit in self._catalog.hits(matched.tolist())]).astype(np.int64)

    def _told(self, row: SavedSearch) -> SavedSearch:
        count = self._counts.get(row.id)
        contents = count.contents if count is not None else None
        photos, new = -1, -1
        if contents is not None:
            seen = self._table.seen(row.id)
            photos = len(contents)
            new = 0 if seen is None else len(np.setdiff1d(contents, seen, assume_unique=True))
        return replace(row, photos=photos, new=new)
