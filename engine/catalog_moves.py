"""Recognises moves: a photo that vanished, and one with the same bytes that appeared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text
from engine.catalog_words import make_room

JOIN_WINDOW_NS = 30 * 24 * 3600 * 10**9
TWINS = 16  # more than there are photos, looked for when they appear; a thousand copies must not cost a million


@dataclass(frozen=True, slots=True)
class Twin:
    """A photo with the bytes of another, its watched folder, and the file system that folder was on."""

    photo_id: int
    path: bytes
    folder: bytes
    device: int | None


class Moves:
    """When a photo vanishes and one with its file hash appeared up to 30 days before or after, the rows join: the row
    of the photo that is there stays, everything that hangs on the vanished one is united with it, and the vanished row
    goes. A copy of a photo that is still there inherits nothing. Call within a transaction."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self._referring = file.referring_tables()

    def appeared(self, photo_id: int, now_ns: int) -> bool:
        """Joins a photo that became READY with one that vanished; the same file name is preferred, then the latest."""
        found = self._file.rows(
            """SELECT gone.id, gone.path, here.path FROM photos here JOIN photos gone ON gone.file_hash = here.file_hash
            WHERE here.id = ? AND here.state = 'ready' AND gone.state = 'missing' AND gone.missing_ns >= ?
            ORDER BY gone.missing_ns DESC, gone.id""",
            [photo_id, now_ns - JOIN_WINDOW_NS],
        )
        if not found:
            return False
        best = min(found, key=lambda row: os.path.basename(row[1]) != os.path.basename(row[2]))
        self._join(best[0], photo_id)
        return True

    def vanished(self, photo_ids: Sequence[int], now_ns: int) -> int:
        """Joins photos that are MISSING now with those that appeared lately; returns how many rows went."""
        pairs = self._file.rows(
            """SELECT gone.id, gone.path, here.id, here.path
            FROM photos gone JOIN photos here ON here.file_hash = gone.file_hash
            WHERE gone.id IN (SELECT value FROM json_each(?)) AND gone.state = 'missing'
                AND here.state = 'ready' AND here.added_ns >= ?
            ORDER BY here.added_ns DESC, here.id DESC""",
            [ids_text(photo_ids), now_ns - JOIN_WINDOW_NS],
        )
        pairs.sort(key=lambda row: os.path.basename(row[1]) != os.path.basename(row[3]))
        joined: set[int] = set()
        taken: set[int] = set()
        for gone, _, here, _ in pairs:
            if gone not in joined and here not in taken:
                self._join(gone, here)
                joined.add(gone)
                taken.add(here)
        return len(joined)

    def twins(self, photo_ids: Sequence[int]) -> list[Twin]:
        found: dict[int, Twin] = {}
        for photo_id in photo_ids:
            rows = self._file.rows(
                """SELECT twin.id, twin.path, f.path, f.device FROM photos here
                JOIN photos twin ON twin.file_hash = here.file_hash AND twin.id <> here.id AND twin.state = 'ready'
                JOIN folders f ON f.id = twin.folder_id
                WHERE here.id = ? AND here.state = 'ready' ORDER BY twin.id LIMIT ?""",
                [photo_id, TWINS + len(photo_ids)],  # they may be copies of each other, that moved together
            )
            found |= {row[0]: Twin(*row) for row in rows}
        for photo_id in photo_ids:
            found.pop(photo_id, None)
        return list(found.values())

    def elsewhere(self, photo_ids: Sequence[int], now_ns: int) -> list[int]:
        """Those of READY photos whose bytes appeared lately in another READY photo, that is none of them."""
        rows = self._file.rows(
            """WITH gone AS (SELECT value AS id FROM json_each(?))
            SELECT photos.id FROM gone JOIN photos ON photos.id = gone.id WHERE state = 'ready' AND EXISTS (
                SELECT 1 FROM photos here WHERE here.file_hash = photos.file_hash AND here.state = 'ready'
                    AND here.added_ns >= ? AND here.id NOT IN (SELECT id FROM gone))""",
            [ids_text(photo_ids), now_ns - JOIN_WINDOW_NS],
        )
        return [row[0] for row in rows]

    def appeared_elsewhere(self, folder_id: int, now_ns: int) -> list[Twin]:
        rows = self._file.rows(
            """SELECT gone.id, gone.path, old.path, old.device FROM photos gone JOIN folders old ON old.id = folder_id
            WHERE folder_id = ? AND state = 'ready' AND EXISTS (
                SELECT 1 FROM photos here JOIN folders f ON f.id = here.folder_id
                WHERE here.file_hash = gone.file_hash AND here.state = 'ready' AND f.offline = 0
                    AND here.folder_id <> gone.folder_id AND here.added_ns >= ?)""",
            [folder_id, now_ns - JOIN_WINDOW_NS],
        )
        return [Twin(*row) for row in rows]

    def _join(self, gone: int, here: int) -> None:
        make_room(self._file, gone, here)
        for table, column in self._referring:
            self._file.write(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE "{column}" = ?', [here, gone])
        self._file.write("DELETE FROM photos WHERE id = ?", [gone])
