"""Sets of photos that a person names, and the values to choose photos by."""

from __future__ import annotations

from engine.catalog_collections import CollectionTable
from engine.catalog_file import CatalogFile
from engine.catalog_order import OrderTable
from engine.catalog_people_words import PeopleWordTable
from engine.catalog_saved import SavedTable
from engine.catalog_tags import TagTable
from engine.catalog_values import ValueTable


class Sets:
    """`collections`: picked by hand; `saved`: found by searches; `values`: what filters can ask for; `words`: what
    people wrote; `order`: what photos are put in order by."""

    def __init__(self, file: CatalogFile, edits: TagTable) -> None:
        self._file = file
        self.collections = CollectionTable(file, edits)
        self.saved = SavedTable(file)
        self.values = ValueTable(file)
        self.words = PeopleWordTable(file)
        self.order = OrderTable(file)

    def clear(self) -> None:
        """Erases collections and saved searches."""
        with self._file.erasing():
            self.collections.clear()
            self.saved.clear()
