"""Saved searches with how many photos match, and how many of these nobody has looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.catalog import Catalog
from engine.messages import SavedSearch, Search, SearchResults
from engine.pairs import Pairs
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
        self._pairs = Pairs(catalog)
        self._counts: dict[int, _Count] = {}
        self._untold = False

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
        if self._untold:
            self._untold = False
            yield True
        library = self._table.revision()  # once: it looks at every tag
        for row in self._table.all():
            revision = self._revision(row, library)
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

    def heard(self, request: Search, events: Iterator[SearchResults | None]) -> Iterator[SearchResults | None]:
        """The same events. What a person was shown is what a saved search for the same counts from then on: how many
        were looked at closely depends on the time there was."""
        last: SearchResults | None = None
        for event in events:
            last = event if event is not None else last
            yield event
        if last is None or last.uncalibrated or request.every_copy or not request.rerank:
            return
        if request.limit < LOOKED_THROUGH or not request.describes:
            return
        for row in self._table.all():
            if _same(row, request):
                contents = self._matched(last)
                self._counts[row.id] = _Count(contents, self._revision(row, self._table.revision()))
                self._table.see(row.id, contents)
                self._untold = True

    def _revision(self, row: SavedSearch, library: object) -> object:
        return library, self._model(), row.sentence

    def _counted(self, row: SavedSearch) -> Iterator[np.ndarray | None]:
        query = parse(row.sentence)
        if query.clause is None and not row.like and not row.unlike:
            yield self._one_a_pair(self._catalog.contents_of_folder(row.folder, filters=query.filters))
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
        yield self._matched(last)

    def _matched(self, results: SearchResults) -> np.ndarray:
        matched = np.frombuffer(results.photo_ids, "<i8")[: results.matched]
        return np.unique([hit.content_id for hit in self._catalog.hits(matched.tolist())]).astype(np.int64)

    def _one_a_pair(self, contents: np.ndarray) -> np.ndarray:
        """A raw photo and its JPEG are one row of a result, and so are counted once."""
        pairs = self._pairs.all()
        if not len(pairs):
            return contents
        shown = self._catalog.alike.contents(pairs.ravel().tolist())
        raw, other = (np.array([shown.get(photo, -1) for photo in side], np.int64) for side in pairs.T.tolist())
        both = np.isin(raw, contents) & np.isin(other, contents) & (raw != other)
        return np.setdiff1d(contents, raw[both])

    def _told(self, row: SavedSearch) -> SavedSearch:
        count = self._counts.get(row.id)
        contents = count.contents if count is not None else None
        photos, new = -1, -1
        if contents is not None:
            seen = self._table.seen(row.id)
            photos = len(contents)
            new = 0 if seen is None else len(np.setdiff1d(contents, seen, assume_unique=True))
        return replace(row, photos=photos, new=new)


def _same(row: SavedSearch, request: Search) -> bool:
    examples = set(row.like) == set(request.like) and set(row.unlike) == set(request.unlike)
    return examples and row.folder == request.folder and row.sentence.split() == request.sentence.split()
