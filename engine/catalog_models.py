"""What the catalog knows of each model, and what one model lacks while another one serves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalog_embeddings import Embeddings
from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text

WINDOW = 256  # contents looked up at a time
WIDE_WINDOW = 4096  # where most of them are passed over
REMOVED_AT_ONCE = 1_000  # embeddings, in one transaction: some 10 ms
ROW_BYTES = 40  # of an embedding's row beside its vector
_NEWEST = (2**62, 2**62)
_LACKING = """p.state = 'ready' AND p.content_id IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM embeddings e WHERE e.content_id = p.content_id AND e.model = ?)"""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that has seen this library, with the name and the files it was loaded from last ("" where that is not
    known), and what its embeddings take in the catalog."""

    model_id: str
    name: str
    files: str
    embeddings: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A content that a model lacks, and a photo of it within reach; None where there is only the thumbnail."""

    content_id: int
    pixel_hash: bytes
    path: bytes | None


Cursor = tuple[int, int]


class BesideModel:
    """The embeddings of one model, whichever serves. Photos and their states are never touched."""

    def __init__(self, file: CatalogFile, number: int) -> None:
        self._file = file
        self._embeddings = Embeddings(file, model=number, requeue=False)

    def ids(self) -> np.ndarray:
        """Contents that have an embedding, int64[n], ascending."""
        return self._embeddings.ids()

    def of(self, content_ids: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """ids int64[n] and float16[n, d] of those that have one; damaged ones are deleted, not returned."""
        return self._embeddings.of(content_ids)

    def count(self) -> int:
        return self._embeddings.count()

    def left(self) -> int:
        """How many contents of READY photos it lacks. Looks at every photo: 0.1 s for 100,000."""
        sql = f"SELECT count(DISTINCT content_id) FROM photos p WHERE {_LACKING}"
        return int(self._file.value(sql, [self._embeddings.model]))

    def lacking(self, after: Cursor | None = None) -> tuple[list[Unencoded], Cursor | None]:
        """The next contents that it lacks, newest photo first, and where to go on; None at the end."""
        rows = self._file.rows(
            f"""SELECT p.content_id, p.sort_s, p.id FROM photos p INDEXED BY photos_newest
            WHERE {_LACKING} AND (p.sort_s, p.id) < (?, ?) ORDER BY p.sort_s DESC, p.id DESC LIMIT ?""",
            [self._embeddings.model, *(after or _NEWEST), WINDOW],
        )
        found = self._within_reach(list(dict.fromkeys(row[0] for row in rows)))
        return found, (rows[-1][1], rows[-1][2]) if len(rows) == WINDOW else None

    def encoded(
        self, after: Cursor | None, *, only: Callable[[list[int]], set[int]]
    ) -> tuple[list[Unencoded], Cursor | None]:
        """The next contents that it knows, in the same order: those of them that `only` picks."""
        rows = self._file.rows(
            """SELECT p.content_id, p.sort_s, p.id FROM photos p INDEXED BY photos_newest
            WHERE p.state = 'ready' AND (p.sort_s, p.id) < (?, ?) AND EXISTS
                (SELECT 1 FROM embeddings e WHERE e.content_id = p.content_id AND e.model = ?)
            ORDER BY p.sort_s DESC, p.id DESC LIMIT ?""",
            [*(after or _NEWEST), self._embeddings.model, WIDE_WINDOW],
        )
        newest = list(dict.fromkeys(row[0] for row in rows))
        wanted = only(newest)
        found = self._within_reach([content for content in newest if content in wanted])
        return found, (rows[-1][1], rows[-1][2]) if len(rows) == WIDE_WINDOW else None

    def _within_reach(self, content_ids: Sequence[int]) -> list[Unencoded]:
        rows = self._file.rows(
            """SELECT p.content_id, c.pixel_hash, p.path, f.offline OR f.paused
            FROM photos p JOIN contents c ON c.id = p.content_id JOIN folders f ON f.id = p.folder_id
            WHERE p.content_id IN (SELECT value FROM json_each(?)) AND p.state = 'ready' ORDER BY p.id""",
            [ids_text(content_ids)],
        )
        pixels = {row[0]: row[1] for row in rows}
        paths = {row[0]: row[2] for row in reversed(rows) if not row[3]}
        return [Unencoded(content, pixels[content], paths.get(content)) for content in content_ids if content in pixels]

    def commit(self, rows: Sequence[tuple[int, bytes]], *, from_thumbnails: Sequence[tuple[int, bytes]] = ()) -> None:
        """(content id, float16[d] little-endian) of contents that are still there, in one transaction."""
        with self._file.transaction():
            self._embeddings.write(rows)
            self._embeddings.write(from_thumbnails, from_thumbnail=True)


class ModelTable:
    """Every model that has seen this library."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def number_of(self, model_id: str) -> int:
        """The model's number, given at first sight."""
        with self._file.transaction():
            self._file.write("INSERT INTO models (model_id) VALUES (?) ON CONFLICT DO NOTHING", [model_id])
        return int(self._file.value("SELECT id FROM models WHERE model_id = ?", [model_id]))

    def beside(self, model_id: str) -> BesideModel:
        return BesideModel(self._file, self.number_of(model_id))

    def note(self, model_id: str, name: str, files: str) -> None:
        """Under which name and from which files (a hash of their manifest) it was loaded now."""
        number = self.number_of(model_id)
        with self._file.transaction():
            self._file.write(
                "UPDATE models SET name = ?, files = ? WHERE id = ? AND (name, files) <> (?, ?)",
                [name, files, number, name, files],
            )

    def known_as(self, name: str, files: str) -> str | None:
        """The model that these files are, if it was ever loaded from them under this name."""
        sql = "SELECT model_id FROM models WHERE name = ? AND files = ? AND files <> ''"
        found: str | None = self._file.value(sql, [name, files])
        return found

    def rename(self, old: str, new: str) -> bool:
        """A model is known by another id from now on, with all that it has learned; False where the old one is not
        known, or the new one is. On the disk before it returns."""
        with self._file.transaction(durable=True):
            sql = "UPDATE OR IGNORE models SET model_id = ? WHERE model_id = ?"
            return bool(self._file.write(sql, [new, old]))

    def ids_of(self, files: str) -> list[str]:
        """The models that were loaded from these files last; there are several where their ids were made otherwise."""
        rows = self._file.rows("SELECT model_id FROM models WHERE files = ? AND files <> '' ORDER BY id", [files])
        return [row[0] for row in rows]

    def knows(self, model_id: str) -> bool:
        return self._file.value("SELECT 1 FROM models WHERE model_id = ?", [model_id]) is not None

    def left(self, model_id: str | None) -> int:
        """How many contents of READY photos a model lacks; None is one that never saw any."""
        return BesideModel(self._file, 0 if model_id is None else self.number_of(model_id)).left()

    def named(self, names: Collection[str]) -> set[str]:
        """Ids of all that were last loaded under one of these names."""
        return {row[0] for row in self._file.rows("SELECT model_id, name FROM models") if row[1] in names}

    def rows(self) -> list[ModelRow]:
        found = self._file.rows("SELECT id, model_id, name, files FROM models ORDER BY id")
        counts = [Embeddings(self._file, model=row[0]).count() for row in found]
        return [
            ModelRow(model_id, name, files, count, count * self._row_bytes(number) if count else 0)
            for (number, model_id, name, files), count in zip(found, counts, strict=True)
        ]

    def _row_bytes(self, number: int) -> int:
        """Vectors of a model are all of one length; its first row is found in the index, which holds no vectors."""
        first = "SELECT rowid FROM embeddings INDEXED BY sqlite_autoindex_embeddings_1 WHERE model = ? LIMIT 1"
        length = self._file.value(f"SELECT length(vector) FROM embeddings WHERE rowid = ({first})", [number])
        return (length or 0) + ROW_BYTES

    def remove(self, model_id: str) -> Iterator[None]:
        """Forgets a model and its embeddings, a slice of work at a time. One that was cut short, or is not gone on
        with, is finished by the next."""
        number = self.number_of(model_id)
        while True:
            with self._file.transaction():
                some = "SELECT rowid FROM embeddings WHERE model = ? LIMIT ?"
                gone = self._file.write(f"DELETE FROM embeddings WHERE rowid IN ({some})", [number, REMOVED_AT_ONCE])
            if gone < REMOVED_AT_ONCE:
                break
            yield
        with self._file.transaction():
            self._file.write("DELETE FROM from_thumbnails WHERE model = ?", [number])
            self._file.write("DELETE FROM models WHERE id = ?", [number])
        yield
        yield from self._file.shrink()
