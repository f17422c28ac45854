"""What box and sidebar offer: values of filters, collections, saved searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.catalog import Catalog, Edit
from engine.completions import Completer
from engine.messages import Search, SearchResults
from engine.result_shelf import ResultShelf
from engine.saved_searches import SavedSearches


@dataclass(frozen=True, slots=True)
class Collected:
    """`edit` is None where nothing changed; `removed`: the photos left the collection. `unknown`: paths that are no
    photo of the library."""

    edit: Edit | None
    removed: bool = False
    unknown: tuple[bytes, ...] = ()


class Offers:
    def __init__(
        self,
        catalog: Catalog,
        results: ResultShelf,
        *,
        search: Callable[[Search], Iterator[SearchResults | None]],
        model: Callable[[], str],
    ) -> None:
        self._catalog = catalog
        self.collections = catalog.sets.collections
        self.saved = SavedSearches(catalog, results, search=search, model=model)
        self.completer = Completer(catalog)

    def collect(
        self, name: str, photo_ids: Sequence[int], paths: Sequence[bytes], *, remove: bool = False, toggle: bool = False
    ) -> Collected:
        """Into a collection, or out of it; with `toggle` out of it if all are in it. Raises UsageError for what is no
        name, DiskFull."""
        found = {path: self._catalog.tags.photo_at(path) for path in paths}
        unknown = tuple(path for path, photo in found.items() if photo is None)
        photos = list(dict.fromkeys([*photo_ids, *(photo for photo in found.values() if photo is not None)]))
        if remove:
            return Collected(self.collections.take_out(photos, name), removed=True, unknown=unknown)
        edit = self.collections.put(photos, name) if photos else None
        if edit is None and toggle and photos:
            return Collected(self.collections.take_out(photos, name), removed=True, unknown=unknown)
        return Collected(edit, unknown=unknown)
