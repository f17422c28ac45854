"""What the photos of a library have for values, for those who type filters."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalog_file import CatalogFile


@dataclass(frozen=True, slots=True)
class ValueSlice:
    """What some photos have, each as a column, up to the photo `last`. `sort_s`: when they were taken, else modified,
    in seconds since 1970 by the camera's own clock."""

    last: int
    paths: tuple[bytes, ...]
    formats: tuple[str, ...]
    cameras: tuple[str | None, ...]
    lenses: tuple[str | None, ...]
    sort_s: tuple[int, ...]


class ValueTable:
    """Reads only."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def after(self, photo_id: int, limit: int) -> ValueSlice | None:
        """READY photos by id, a slice at a time; None at the end."""
        rows = self._file.rows(
            """SELECT id, path, format, camera, lens, sort_s FROM photos
            WHERE id > ? AND state = 'ready' ORDER BY id LIMIT ?""",
            [photo_id, limit],
        )
        if not rows:
            return None
        _, *columns = zip(*rows, strict=True)
        return ValueSlice(rows[-1][0], *columns)

    def ratings(self) -> dict[int, int]:
        """Photos by their stars, from 1 on; missing ones too, which would take three times as long to leave out."""
        rows = self._file.rows(
            "SELECT CAST(value AS INTEGER), count(*) FROM marks WHERE field = 'rating' GROUP BY value"
        )
        return {stars: photos for stars, photos in rows if stars > 0}

    def marks(self, field: str) -> dict[str, int]:
        """Photos by what this mark says of them (pick: 1 or -1; label: words); missing ones too."""
        rows = self._file.rows("SELECT value, count(*) FROM marks WHERE field = ? GROUP BY value", [field])
        return {value: photos for value, photos in rows if value not in ("", "0")}

    def watched(self) -> list[bytes]:
        return [row[0] for row in self._file.rows("SELECT path FROM folders")]
