"""Contents and their embeddings: float16 rows, each with a checksum."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_array, ids_text

_UNUSED = "NOT EXISTS (SELECT 1 FROM photos p WHERE p.content_id = c.id)"


class Embeddings:
    """The embeddings of one model at a time; `model` is its number in the database. With `requeue` photos whose
    embedding turns out to be damaged go back to the queue."""

    def __init__(self, file: CatalogFile, *, model: int = 0, requeue: bool = True) -> None:
        self._file = file
        self._requeue = requeue
        self.model = model

    # ---- contents --------------------------------------------------------------------------------------------

    def allot(self, pixel_hashes: Sequence[bytes], tones: Sequence[int]) -> list[int]:
        with self._file.transaction():
            known = self._contents(pixel_hashes)
            new = {some: tone for some, tone in zip(pixel_hashes, tones, strict=True) if some not in known}
            self._file.write_many("INSERT INTO contents (pixel_hash, tone) VALUES (?, ?)", list(new.items()))
            known |= self._contents(list(new))
        return [known[pixel_hash] for pixel_hash in pixel_hashes]

    def _contents(self, pixel_hashes: Sequence[bytes]) -> dict[bytes, int]:
        return dict(self._file.rows_in("SELECT pixel_hash, id FROM contents WHERE pixel_hash IN ({})", pixel_hashes))

    def eldest_and_newest(self, each: int) -> dict[int, bytes]:
        return dict(
            self._file.rows(
                """SELECT id, pixel_hash FROM (SELECT id, pixel_hash FROM contents ORDER BY id LIMIT ?)
                UNION SELECT id, pixel_hash FROM (SELECT id, pixel_hash FROM contents ORDER BY id DESC LIMIT ?)""",
                [each, each],
            )
        )

    def orphans(self) -> dict[int, bytes]:
        return dict(self._file.rows(f"SELECT c.id, c.pixel_hash FROM contents c WHERE {_UNUSED}"))

    def remove(self, content_ids: Iterable[int]) -> None:
        """Erases contents that no photo shows; others are left alone."""
        with self._file.erasing():
            self._file.write(
                f"DELETE FROM contents AS c WHERE c.id IN (SELECT value FROM json_each(?)) AND {_UNUSED}",
                [ids_text(content_ids)],
            )

    # ---- embeddings ------------------------------------------------------------------------------------------

    def write(self, rows: Sequence[tuple[int, bytes]], *, from_thumbnail: bool = False) -> None:
        """(content id, float16[d] little-endian). Call within a transaction."""
        self._file.write_many(
            "INSERT OR REPLACE INTO embeddings (content_id, model, vector, crc) VALUES (?, ?, ?, ?)",
            [(content_id, self.model, vector, zlib.crc32(vector)) for content_id, vector in rows],
        )
        mark = "INSERT OR IGNORE INTO from_thumbnails (content_id, model) VALUES (?, ?)"
        unmark = "DELETE FROM from_thumbnails WHERE content_id = ? AND model = ?"
        self._file.write_many(mark if from_thumbnail else unmark, [(content_id, self.model) for content_id, _ in rows])

    def encoded(self, content_ids: Iterable[int]) -> set[int]:
        """Those that were encoded from a photo, not from its thumbnail."""
        rows = self._file.rows(
            """SELECT content_id FROM embeddings WHERE content_id IN (SELECT value FROM json_each(?)) AND model = ?
            EXCEPT SELECT content_id FROM from_thumbnails WHERE model = ?""",
            [ids_text(content_ids), self.model, self.model],
        )
        return {row[0] for row in rows}

    def count(self) -> int:
        return int(self._file.value("SELECT count(*) FROM embeddings WHERE model = ?", [self.model]))

    def ids(self) -> np.ndarray:
        rows = self._file.rows("SELECT content_id FROM embeddings WHERE model = ? ORDER BY content_id", [self.model])
        return ids_array(rows)

    def after(self, content_id: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
        return self._checked(
            self._file.rows(
                """SELECT content_id, vector, crc FROM embeddings WHERE content_id > ? AND model = ?
                ORDER BY content_id LIMIT ?""",
                [content_id, self.model, limit],
            )
        )

    def of(self, content_ids: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        return self._checked(
            self._file.rows(
                """SELECT content_id, vector, crc FROM embeddings
                WHERE content_id IN (SELECT value FROM json_each(?)) AND model = ? ORDER BY content_id""",
                [ids_text(content_ids), self.model],
            )
        )

    def _checked(self, rows: Sequence[tuple[int, bytes, int]]) -> tuple[np.ndarray, np.ndarray]:
        """ids int64[n], float16[n, d]. Rows whose checksum or length is wrong are deleted; see `requeue`."""
        lengths = Counter(len(vector) for _, vector, _ in rows)
        length = lengths.most_common(1)[0][0] if rows else 0
        good = [row for row in rows if len(row[1]) == length and zlib.crc32(row[1]) == row[2]]
        if len(good) < len(rows):
            self.discard({row[0] for row in rows} - {row[0] for row in good})
        ids = np.array([row[0] for row in good], np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in good), "<f2").reshape(len(good), -1 if good else 0)
        return ids, vectors

    def discard(self, content_ids: Iterable[int]) -> None:
        chosen = ids_text(content_ids)
        with self._file.transaction():
            self._file.write(
                "DELETE FROM embeddings WHERE content_id IN (SELECT value FROM json_each(?)) AND model = ?",
                [chosen, self.model],
            )
            if self._requeue:
                self._file.write(
                    """UPDATE photos SET state = 'pending'
                    WHERE content_id IN (SELECT value FROM json_each(?)) AND state = 'ready'""",
                    [chosen],
                )
