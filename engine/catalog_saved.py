"""Saved searches: a sentence with its filters, a folder and example photos, under a name."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np

from engine.catalog_collections import plain_name
from engine.catalog_file import CatalogFile
from engine.errors import UsageError
from engine.messages import SavedSearch

LONGEST_SENTENCE = 2_000  # characters


class SavedTable:
    """What a person saves is on the disk before it returns; what was found at the last look may be lost."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def all(self) -> list[SavedSearch]:
        """In the order of their names; nothing is counted."""
        examples: dict[tuple[int, int], list[bytes]] = {}
        for search, unlike, path in self._file.rows(
            "SELECT search_id, unlike, path FROM saved_examples JOIN photos ON photos.id = photo_id ORDER BY photo_id"
        ):
            examples.setdefault((search, unlike), []).append(path)
        rows = self._file.rows("SELECT id, name, sentence, folder FROM saved_searches WHERE removed = 0 ORDER BY name")
        return [SavedSearch(*row, *(tuple(examples.get((row[0], unlike), ())) for unlike in (0, 1))) for row in rows]

    def named(self, name: str) -> SavedSearch:
        """Whatever its case. Raises UsageError where there is none."""
        wanted = plain_name(name).casefold()
        found = next((row for row in self.all() if row.name.casefold() == wanted), None)
        if found is None:
            raise UsageError(f"There is no saved search “{name[:50]}”", remedy="see: afterimage saved list")
        return found

    def add(self, wanted: SavedSearch) -> int:
        """Its id; `wanted.id` does not count, nor do example photos that are not in the library. Raises UsageError for
        a name that is taken, and where nothing is searched for."""
        name = self._free(wanted.name)
        kept = unicodedata.normalize("NFC", wanted.sentence).encode("utf-8", "ignore").decode()
        sentence = " ".join(kept.split())[:LONGEST_SENTENCE]
        examples = [(path, 0) for path in wanted.like] + [(path, 1) for path in wanted.unlike]
        found = [(self._file.value("SELECT id FROM photos WHERE path = ?", [path]), way) for path, way in examples]
        photos = {photo: way for photo, way in found if photo is not None}
        if not sentence and wanted.folder is None and not photos:
            raise UsageError("There is nothing to save", remedy="search for something first")
        with self._file.transaction(durable=True):
            self._file.write("DELETE FROM saved_searches WHERE removed = 1")
            self._file.write(
                "INSERT INTO saved_searches (name, sentence, folder) VALUES (?, ?, ?)", [name, sentence, wanted.folder]
            )
            search = int(self._file.value("SELECT last_insert_rowid()"))
            rows = [(search, photo, way) for photo, way in photos.items()]
            self._file.write_many("INSERT INTO saved_examples (search_id, photo_id, unlike) VALUES (?, ?, ?)", rows)
        return search

    def rename(self, search: int, name: str) -> None:
        """Raises UsageError for a name that another one has."""
        self._require(search)
        with self._file.transaction(durable=True):
            self._file.write("UPDATE saved_searches SET name = ? WHERE id = ?", [self._free(name, but=search), search])

    def remove(self, search: int) -> None:
        """Until the next one is saved it can be restored."""
        self._require(search)
        with self._file.transaction(durable=True):
            self._file.write("UPDATE saved_searches SET removed = 1 WHERE id = ?", [search])

    def restore(self, search: int) -> None:
        """Raises UsageError where that is not possible any more."""
        name = self._file.value("SELECT name FROM saved_searches WHERE id = ? AND removed = 1", [search])
        if name is None:
            raise UsageError("This saved search is gone", remedy="save it again")
        self._free(name)
        with self._file.transaction(durable=True):
            self._file.write("UPDATE saved_searches SET removed = 0 WHERE id = ?", [search])

    def clear(self) -> None:
        """Call it within a transaction."""
        self._file.write("DELETE FROM saved_searches")

    # ---- what was seen ---------------------------------------------------------------------------------------

    def seen(self, search: int) -> np.ndarray | None:
        """Contents int64[n], ascending, that it found at the last look; None where nobody looked."""
        packed = self._file.value("SELECT contents FROM saved_looks WHERE search_id = ?", [search])
        return None if packed is None else np.cumsum(np.frombuffer(zlib.decompress(packed), "<i8"))

    def see(self, search: int, contents: np.ndarray) -> None:
        """int64[n], ascending. One that is gone meanwhile is passed over."""
        packed = zlib.compress(np.diff(contents, prepend=0).astype("<i8").tobytes(), 1)
        with self._file.transaction():
            self._file.write(
                "INSERT OR REPLACE INTO saved_looks SELECT id, ? FROM saved_searches WHERE id = ?", [packed, search]
            )

    def revision(self) -> Sequence[object]:
        """Another one whenever photos or what people made of them may have changed."""
        return self._file.rows(
            """SELECT (SELECT total(photos) FROM tallies WHERE state = 'ready'),
                (SELECT total(photos) FROM tallies WHERE state = 'missing'), (SELECT max(id) FROM photos),
                (SELECT max(id) FROM contents), (SELECT max(id) FROM edits), (SELECT total(undone) FROM edits),
                (SELECT max(id) FROM captions), (SELECT count(*) FROM photo_tags),
                (SELECT count(*) FROM marks), (SELECT total(value) FROM marks),
                (SELECT group_concat(offline) FROM folders)"""
        )[0]

    def _require(self, search: int) -> None:
        if not self._file.value("SELECT 1 FROM saved_searches WHERE id = ? AND removed = 0", [search]):
            raise UsageError("This saved search is gone", remedy="save it again")

    def _free(self, text: str, *, but: int = 0) -> str:
        name = plain_name(text)
        if any(row.name.casefold() == name.casefold() and row.id != but for row in self.all()):
            raise UsageError(f"There is a saved search “{name}” already", remedy="choose another name")
        return name
