"""What the photos of a library have for values, for those who type filters."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalog_file import CatalogFile


@dataclass(frozen=True, slots=True)
class ValueRow:
    """`sort_s`: when it was taken, else modified, in seconds since 1970 by the camera's own clock."""

    photo_id: int
    path: bytes
    format: str
    camera: str | None
    lens: str | None
    sort_s: int


class ValueTable:
    """Reads only."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def after(self, photo_id: int, limit: int) -> list[ValueRow]:
        """READY photos by id, a slice at a time."""
        rows = self._file.rows(
            """SELECT id, path, format, camera, lens, sort_s FROM photos
            WHERE id > ? AND state = 'ready' ORDER BY id LIMIT ?""",
            [photo_id, limit],
        )
        return [ValueRow(*row) for row in rows]

    def ratings(self) -> dict[int, int]:
        """Photos by their stars, from 1 on."""
        rows = self._file.rows(
            """SELECT CAST(value AS INTEGER), count(*) FROM marks JOIN photos p ON p.id = photo_id AND p.state = 'ready'
            WHERE field = 'rating' GROUP BY 1"""
        )
        return {stars: photos for stars, photos in rows if stars > 0}

    def watched(self) -> list[bytes]:
        return [row[0] for row in self._file.rows("SELECT path FROM folders")]
