"""What photos are put in order by: the time, the file's name, the stars."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text


class OrderTable:
    """Reads only. Photos that are gone have no value."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def times(self, photo_ids: Sequence[int]) -> dict[int, int]:
        """When they were taken, else modified, in seconds since 1970 by the camera's own clock."""
        return self._of("SELECT id, sort_s FROM photos WHERE id IN (SELECT value FROM json_each(?))", photo_ids)

    def stars(self, photo_ids: Sequence[int]) -> dict[int, int]:
        """Of those that have any."""
        return self._of(
            """SELECT photo_id, CAST(value AS INTEGER) FROM marks
            WHERE photo_id IN (SELECT value FROM json_each(?)) AND field = 'rating'""",
            photo_ids,
        )

    def names(self, photo_ids: Sequence[int]) -> dict[int, bytes]:
        """Names of files, without their folders."""
        sql = "SELECT id, path FROM photos WHERE id IN (SELECT value FROM json_each(?))"
        return self._of(sql, photo_ids, os.path.basename)

    def _of(self, sql: str, photo_ids: Sequence[int], value: Callable[[Any], Any] = lambda each: each) -> dict:
        return {photo: value(found) for photo, found in self._file.rows(sql, [ids_text(photo_ids)])}
