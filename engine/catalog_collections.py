"""Collections: sets of photos that a person picked by hand, each known by its name."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence

from engine.catalog_file import CatalogFile
from engine.catalog_members import INSIDE, MEMBER
from engine.catalog_tags import Edit, TagTable
from engine.errors import UsageError

LONGEST_NAME = 120  # characters


class CollectionTable:
    """What changes photos is a batch of edits, undone and done again with those of tags. All is on the disk before it
    returns."""

    def __init__(self, file: CatalogFile, edits: TagTable) -> None:
        self._file = file
        self._edits = edits

    def all(self) -> list[tuple[str, int]]:
        """Every collection with the number of its photos that can be shown, by name."""
        rows = self._file.rows(
            """SELECT c.name, count(p.id) FROM collections c LEFT JOIN collection_photos m ON m.name = c.name
            LEFT JOIN photos p ON p.id = m.photo_id AND p.state = 'ready' GROUP BY c.name ORDER BY c.name"""
        )
        return [(row[0], row[1]) for row in rows]

    def photos(self, name: str) -> list[int]:
        """READY photos by id. Raises UsageError where there is no such collection."""
        rows = self._file.rows(
            """SELECT p.id FROM collection_photos m JOIN photos p ON p.id = m.photo_id AND p.state = 'ready'
            WHERE m.name = ? ORDER BY p.id""",
            [self._known(name)],
        )
        return [row[0] for row in rows]

    def make(self, name: str) -> str:
        """An empty one; returns its name as it is kept. Raises UsageError for a name that is taken or empty."""
        name = plain_name(name)
        if self._find(name) is not None:
            raise UsageError(f"There is a collection “{name}” already", remedy="choose another name")
        with self._file.transaction(durable=True):
            self._file.write("INSERT INTO collections (name, at) VALUES (?, ?)", [name, int(time.time())])
        return name

    def put(self, photo_ids: Sequence[int], name: str) -> Edit | None:
        """Into the collection, which is made where it is not there yet; None where all lie in it already."""
        name = self._find(plain_name(name)) or self.make(name)
        return self._edits.batch(f"add to {name}", [(photo, MEMBER, name, INSIDE) for photo in photo_ids])

    def take_out(self, photo_ids: Sequence[int], name: str) -> Edit | None:
        """Raises UsageError where there is no such collection."""
        name = self._known(name)
        return self._edits.batch(f"take out of {name}", [(photo, MEMBER, name, None) for photo in photo_ids])

    def rename(self, old: str, new: str) -> Edit | None:
        """Where the new one exists the two become one. Raises UsageError for what is no name."""
        was, becomes = self._known(old), plain_name(new)
        if was == becomes:
            return None
        photos = self._all_photos(was)
        if was.casefold() == becomes.casefold():
            with self._file.transaction(durable=True):
                self._file.write("UPDATE collections SET name = ? WHERE name = ?", [becomes, was])
                self._file.write("UPDATE collection_photos SET name = ? WHERE name = ?", [becomes, was])
            return None
        becomes = self._find(becomes) or self.make(becomes)
        rows = [(photo, MEMBER, was, None) for photo in photos]
        edit = self._edits.batch(
            f"rename collection {was} to {becomes}", rows + [(photo, MEMBER, becomes, INSIDE) for photo in photos]
        )
        self._drop(was)
        return edit

    def remove(self, name: str) -> Edit | None:
        """The collection, never its photos; undoing the edit brings it back. None where it was empty."""
        name = self._known(name)
        rows = [(photo, MEMBER, name, None) for photo in self._all_photos(name)]
        edit = self._edits.batch(f"remove collection {name}", rows)
        self._drop(name)
        return edit

    def clear(self) -> None:
        """Call it within a transaction."""
        self._file.write("DELETE FROM collection_photos")
        self._file.write("DELETE FROM collections")

    def _all_photos(self, name: str) -> list[int]:
        rows = self._file.rows("SELECT photo_id FROM collection_photos WHERE name = ? ORDER BY photo_id", [name])
        return [row[0] for row in rows]

    def _drop(self, name: str) -> None:
        with self._file.transaction(durable=True):
            self._file.write("DELETE FROM collections WHERE name = ?", [name])

    def _find(self, name: str) -> str | None:
        """Its name as it is kept, however it was written."""
        wanted = name.casefold()
        rows = self._file.rows("SELECT name FROM collections")
        return next((row[0] for row in rows if row[0].casefold() == wanted), None)

    def _known(self, name: str) -> str:
        found = self._find(plain_name(name))
        if found is None:
            raise UsageError(f"There is no collection “{name[:50]}”", remedy="see: afterimage collection list")
        return found


def plain_name(text: str) -> str:
    """What was typed as a name. Raises UsageError where nothing is left of it."""
    kept = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
    name = " ".join("".join(ch if ch.isprintable() and ch != '"' else " " for ch in kept).split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(f"{text[:50]!r} is no name", remedy=f"use some words, at most {LONGEST_NAME} characters")
    return name
