"""What the Catalog knows of photos that show the same: copies, and a small grey sketch of each content."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below
from engine.catalog_rows import ids_text

SKETCH_BYTES = 64
_NAMED = "SELECT id, path, format, taken_at FROM photos WHERE state = 'ready'"
_COPIED = """SELECT p.content_id FROM photos p WHERE p.state = 'ready' AND p.content_id IS NOT NULL{}
    GROUP BY p.content_id HAVING count(*) > 1"""


@dataclass(frozen=True, slots=True)
class CopiedPhoto:
    """A READY photo of a content that others show too. Photos of one `file_hash` are the same to the last byte."""

    photo_id: int
    content_id: int
    file_hash: bytes


@dataclass(frozen=True, slots=True)
class Unsketched:
    """A content that has no sketch yet."""

    content_id: int
    pixel_hash: bytes


@dataclass(frozen=True, slots=True)
class NamedPhoto:
    """What tells that two files were written by one press of the button."""

    photo_id: int
    path: bytes
    format: str
    taken_at: str | None


class AlikeTable:
    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    # ---- copies ----------------------------------------------------------------------------------------------

    def copied(self, folder: bytes | None = None) -> list[CopiedPhoto]:
        """READY photos, below `folder` if given, whose content another of them shows too; by content, then by id."""
        where, values = _below(folder)
        rows = self._file.rows(
            f"""SELECT p.id, p.content_id, p.file_hash FROM photos p
            WHERE p.content_id IN ({_COPIED.format(where)}) AND p.state = 'ready'{where} ORDER BY p.content_id, p.id""",
            [*values, *values],
        )
        return [CopiedPhoto(*row) for row in rows]

    def copies(self, folder: bytes | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The same as arrays, for browsing: photo ids int64[n] and content ids int64[n], by content, of each the best
        first: within reach, the larger file, longer in the library."""
        where, values = _below(folder)
        rows = self._file.rows(
            f"""SELECT p.id, p.content_id FROM photos p JOIN folders f ON f.id = p.folder_id
            WHERE p.content_id IN ({_COPIED.format(where)}) AND p.state = 'ready'{where}
            ORDER BY p.content_id, f.offline, p.size DESC, p.id""",
            [*values, *values],
        )
        found = np.array(rows, np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def contents(self, photo_ids: Sequence[int]) -> dict[int, int]:
        """What those photos show that are known, by their ids."""
        rows = self._file.rows(
            "SELECT id, content_id FROM photos WHERE id IN (SELECT value FROM json_each(?)) AND content_id IS NOT NULL",
            [ids_text(photo_ids)],
        )
        return dict(rows)

    # ---- pairs of files ----------------------------------------------------------------------------------------

    def raws(self) -> list[NamedPhoto]:
        """READY photos that are raw; where there are none, that is known at once."""
        return [NamedPhoto(*row) for row in self._file.rows(f"{_NAMED} AND format = 'RAW'")]

    def named_like(self, path: bytes) -> list[NamedPhoto]:
        """READY photos in the same folder whose names differ in what follows a dot alone, that photo too."""
        stem = os.path.splitext(path)[0]
        rows = self._file.rows(f"{_NAMED} AND path > ? AND path < ?", [stem + b".", stem + b"/"])
        return [NamedPhoto(*row) for row in rows]

    def any_raw(self) -> bool:
        return self._file.value("SELECT 1 FROM photos WHERE state = 'ready' AND format = 'RAW' LIMIT 1") is not None

    def rendered(self) -> list[NamedPhoto]:
        """READY photos as a camera writes them beside raw ones."""
        return [NamedPhoto(*row) for row in self._file.rows(f"{_NAMED} AND format IN ('JPEG', 'HEIF')")]

    def changes(self) -> int:
        """Another number whenever anything was written since."""
        return self._file.changes

    # ---- sketches --------------------------------------------------------------------------------------------

    def write(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """(content id, uint8[8, 8] grey). Call within a transaction."""
        self._file.write_many("INSERT OR REPLACE INTO sketches VALUES (?, ?)", rows)

    def add(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """The same, in a transaction of its own; contents that are gone meanwhile are passed over."""
        with self._file.transaction():
            self._file.write_many("INSERT OR REPLACE INTO sketches SELECT id, ?2 FROM contents WHERE id = ?1", rows)

    def sketches(self, content_ids: Iterable[int]) -> dict[int, np.ndarray]:
        """uint8[64] by content id; contents without one are absent."""
        rows = self._file.rows(
            "SELECT content_id, grey FROM sketches WHERE content_id IN (SELECT value FROM json_each(?))",
            [ids_text(content_ids)],
        )
        return {row[0]: np.frombuffer(row[1], np.uint8) for row in rows if len(row[1]) == SKETCH_BYTES}

    def unsketched(self, after: int, limit: int) -> list[Unsketched]:
        """Contents beyond this id that have none, by id."""
        rows = self._file.rows(
            """SELECT id, pixel_hash FROM contents c
            WHERE id > ? AND NOT EXISTS (SELECT 1 FROM sketches WHERE content_id = c.id) ORDER BY id LIMIT ?""",
            [after, limit],
        )
        return [Unsketched(*row) for row in rows]


def _below(folder: bytes | None) -> tuple[str, list[object]]:
    return ("", []) if folder is None else (" AND p.path >= ? AND p.path < ?", [*below(folder)])
