"""Which photos lie in which collections: rows that a batch of edits writes and takes back."""

from __future__ import annotations

import time
from collections.abc import Sequence

from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text

MEMBER = "collection"  # the field of an edit; its key is the name of the collection
INSIDE = "1"


def collections_of(file: CatalogFile, photo_ids: Sequence[int]) -> dict[tuple[int, str, str], str | None]:
    """Photo, field and key as edits name them."""
    rows = file.rows(
        "SELECT photo_id, name FROM collection_photos WHERE photo_id IN (SELECT value FROM json_each(?))",
        [ids_text(photo_ids)],
    )
    return {(photo_id, MEMBER, name): INSIDE for photo_id, name in rows}


def write_members(file: CatalogFile, rows: Sequence[tuple[int, str, str | None]]) -> None:
    """Photo, collection and whether it lies in it from now on; a collection that was removed comes back with its
    photos. Call it within a transaction."""
    into = [(name, photo_id) for photo_id, name, inside in rows if inside is not None]
    out = [(photo_id, name) for photo_id, name, inside in rows if inside is None]
    names = [(name, int(time.time())) for name in dict.fromkeys(name for name, _ in into)]
    file.write_many("DELETE FROM collection_photos WHERE photo_id = ? AND name = ?", out)
    file.write_many("INSERT OR IGNORE INTO collections (name, at) VALUES (?, ?)", names)
    file.write_many(
        "INSERT OR IGNORE INTO collection_photos (name, photo_id) SELECT ?, id FROM photos WHERE id = ?", into
    )
