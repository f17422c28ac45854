"""Checksums of rows, so that a disk that forgets a bit is noticed: SQLite itself looks at structure, not at values.

What a person made has a second copy, word for word and with a checksum: of the two the one that is whole stays. What
was read of a photo has a checksum only, because the photo is still there. Triggers of our own connection keep both up
to date; a write that came from anywhere else counts as damage.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.backups import Remains
from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text

# What people made, and what a library cannot do without. `None`: all columns.
PEOPLES: dict[str, tuple[str, ...] | None] = {
    "photo_tags": None,
    "marks": None,
    "judgments": None,
    "collections": None,
    "collection_photos": None,
    "saved_searches": None,
    "saved_examples": None,
    "forgotten": None,
    "folders": ("id", "path"),
}
PARENTS = ("folders", "saved_searches")  # whatever hangs on their rows would go with them
_FACTS = ("content_id", "file_hash", "width", "height", "aspect", "tone", "sort_s", "format", "taken_at", "camera")
READ_OF_PHOTOS = (*_FACTS, "lens", "latitude", "longitude")
_BROKEN_PHOTO = "state = 'pending', content_id = NULL, file_hash = NULL, attempts = 0, reason = '', remedy = ''"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose rows are kept twice."""

    name: str
    columns: tuple[str, ...]

    def written(self, which: str = "") -> str:
        """SQL for a row as SQL would say it, of `new`, of `old` or of the table itself."""
        return _said([f"{which}{column}" for column in self.columns])

    def triggers(self) -> Iterator[str]:
        new = self.written("new.")
        add = f"INSERT INTO second_copies VALUES ('{self.name}', {new}, checksum({new}));"
        drop = f"DELETE FROM second_copies WHERE kind = '{self.name}' AND row = "
        for event, body in (
            ("INSERT", f"{drop}{self.written('new.')}; {add}"),
            ("DELETE", f"{drop}{self.written('old.')};"),
            (
                f"UPDATE OF {', '.join(self.columns)}",
                f"{drop}{self.written('old.')}; {drop}{self.written('new.')}; {add}",
            ),
        ):
            name = f"copy_{self.name}_{event.split()[0].lower()}"
            yield f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{self.name} BEGIN {body} END"


class RowChecks:
    """One for a catalog, as long as it is open."""

    def __init__(self, file: CatalogFile) -> None:
        self.path = file.path
        self._file = file
        self._tables = [table for table in map(self._table, PEOPLES) if table.columns]
        file.teach("checksum", _checksum)
        for table in self._tables:
            for trigger in table.triggers():
                file.rows(trigger)
        for trigger in _photo_triggers():
            file.rows(trigger)

    def _table(self, name: str) -> _Table:
        found = self._file.rows(f"PRAGMA table_info({name})")
        wanted = PEOPLES[name]
        columns = tuple(row[1] for row in found if wanted is None or row[1] in wanted)
        return _Table(name, columns)

    # ---- what was read of photos -----------------------------------------------------------------------------

    def photos(self, after: int, limit: int) -> tuple[list[int], int]:
        """Looks at READY photos beyond an id: those that are not as they were read, and the last id that was looked at
        (0 at the end). A photo from before there were checksums gets one."""
        rows = self._file.rows(
            f"""SELECT p.id, checksum({_said(["p." + column for column in READ_OF_PHOTOS])}), s.crc
            FROM photos p LEFT JOIN photo_checks s ON s.photo_id = p.id
            WHERE p.id > ? AND p.state = 'ready' ORDER BY p.id LIMIT ?""",
            [after, limit],
        )
        unknown = [(photo_id, crc) for photo_id, crc, kept in rows if kept is None]
        if unknown:
            with self._file.transaction():
                self._file.write_many("INSERT OR REPLACE INTO photo_checks VALUES (?, ?)", unknown)
        broken = [photo_id for photo_id, crc, kept in rows if kept is not None and kept != crc]
        return broken, rows[-1][0] if len(rows) == limit else 0

    def read_again(self, photo_ids: Sequence[int]) -> None:
        """These are read from their files once more; what people made of them stays."""
        with self._file.transaction():
            self._file.write(
                f"UPDATE photos SET {_BROKEN_PHOTO} WHERE id IN (SELECT value FROM json_each(?))", [ids_text(photo_ids)]
            )

    def embeddings(self, after: int, limit: int) -> tuple[list[int], int]:
        """Looks at embeddings of all models beyond a row number. Those that are not as they were written are deleted;
        returns their contents, and the last row number that was looked at (0 at the end)."""
        rows = self._file.rows(
            "SELECT rowid, content_id, vector, crc FROM embeddings WHERE rowid > ? ORDER BY rowid LIMIT ?",
            [after, limit],
        )
        broken = {row: content for row, content, vector, crc in rows if zlib.crc32(vector) != crc}
        if broken:
            with self._file.transaction():
                self._file.write_many("DELETE FROM embeddings WHERE rowid = ?", [(row,) for row in broken])
        return sorted(set(broken.values())), rows[-1][0] if len(rows) == limit else 0

    def contents(self, after: int, limit: int) -> dict[int, bytes]:
        """Pixel hashes by content id beyond one, ascending: whose thumbnails are to be looked at."""
        sql = "SELECT id, pixel_hash FROM contents WHERE id > ? ORDER BY id LIMIT ?"
        return dict(self._file.rows(sql, [after, limit]))

    # ---- what people made ------------------------------------------------------------------------------------

    def mend(self) -> int:
        """Compares what people made with its second copy, and puts right what is not whole; returns how many rows."""
        with self._file.transaction(durable=True):
            return sum(self._mend(table) for table in self._tables)

    def salvage(self, remains: Remains) -> int:
        """Puts back what people made since a copy of the catalog was made; returns how many rows. What they are about
        keeps its number, and is found again by the next scan."""
        put_back = 0
        with self._file.transaction(durable=True):
            for photo_id, folder_id, path in remains.photos:
                self._file.write(
                    """INSERT OR IGNORE INTO photos (id, folder_id, path, state, size, mtime_ns, due_ns, added_ns)
                    SELECT ?, id, ?, 'pending', -1, 0, 0, 0 FROM folders WHERE id = ?""",
                    [photo_id, path, folder_id],
                )
            for table in self._tables:
                rows = [row for kind, row, crc in remains.copies if kind == table.name and _checksum(row) == crc]
                put_back += self._put_back(table, rows)
        return put_back

    def _put_back(self, table: _Table, rows: Sequence[str]) -> int:
        """One at a time: a row that nothing is left to refer to costs no other."""
        if table.name == "folders":
            return 0
        put_back = 0
        for row in rows:
            refers = next((name for name in ("photo_id", "content_id", "search_id") if name in table.columns), None)
            if refers is not None and not self._is_there(refers, row.split(",")[table.columns.index(refers)]):
                continue
            columns = ", ".join(table.columns)
            put_back += self._file.write(f"INSERT OR IGNORE INTO {table.name} ({columns}) VALUES ({row})")
        return put_back

    def _is_there(self, refers: str, number: str) -> bool:
        table = {"photo_id": "photos", "content_id": "contents", "search_id": "saved_searches"}[refers]
        return number.isdigit() and bool(self._file.rows(f"SELECT 1 FROM {table} WHERE id = ?", [int(number)]))

    def _mend(self, table: _Table) -> int:
        spoiled = self._file.rows("SELECT row FROM second_copies WHERE kind = ? AND crc <> checksum(row)", [table.name])
        for (row,) in spoiled:
            self._file.write("DELETE FROM second_copies WHERE kind = ? AND row = ?", [table.name, row])
        strange, lost = self._unlike(table)
        kept = self._count(table) > 0
        if strange and not kept and not spoiled:  # from before there were second copies
            self._copy(table, strange)
            return 0
        if lost:
            self._restore(table, strange, lost)
        elif strange:  # only their copies were hit
            self._copy(table, strange)
        return max(len(strange), len(lost))

    def _count(self, table: _Table) -> int:
        return int(self._file.value("SELECT count(*) FROM second_copies WHERE kind = ?", [table.name]))

    def _unlike(self, table: _Table) -> tuple[set[str], set[str]]:
        """Rows without a copy, and copies without their row."""
        rows = self._file.rows(
            f"""SELECT said FROM (SELECT {table.written()} AS said FROM {table.name})
            WHERE NOT EXISTS (SELECT 1 FROM second_copies WHERE kind = ? AND row = said)""",
            [table.name],
        )
        strange = {row[0] for row in rows}
        if self._count(table) == self._file.value(f"SELECT count(*) FROM {table.name}") - len(strange):
            return strange, set()
        lost = self._file.rows(
            f"SELECT row FROM second_copies WHERE kind = ? EXCEPT SELECT {table.written()} FROM {table.name}",
            [table.name],
        )
        return strange, {row[0] for row in lost}

    def _copy(self, table: _Table, rows: set[str]) -> None:
        values = [(table.name, row, _checksum(row)) for row in rows]
        self._file.write_many("INSERT OR REPLACE INTO second_copies VALUES (?, ?, ?)", values)

    def _restore(self, table: _Table, strange: set[str], lost: set[str]) -> None:
        """Rows that nobody vouches for make room for those that are vouched for. A row is written as it was said: the
        words were quoted by SQLite, and their checksum was compared."""
        if len(strange) <= len(lost) and table.name not in PARENTS:
            for row in strange:
                self._file.write(f"DELETE FROM {table.name} WHERE {table.written()} = ?", [row])
        columns = ", ".join(table.columns)
        for row in lost:
            if table.name not in PARENTS:
                self._file.write(f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({row})")
            elif not self._file.write(f"UPDATE {table.name} SET ({columns}) = ({row}) WHERE id = {row.split(',')[0]}"):
                self._file.write(f"INSERT INTO {table.name} ({columns}) VALUES ({row})")


def _said(columns: Sequence[str]) -> str:
    return " || ',' || ".join(f"quote({column})" for column in columns)


def _photo_triggers() -> Iterator[str]:
    new = _said([f"new.{column}" for column in READ_OF_PHOTOS])
    drop = "DELETE FROM photo_checks WHERE photo_id = old.id;"
    keep = f"{drop} INSERT INTO photo_checks VALUES (new.id, checksum({new}));"
    yield f"CREATE TEMP TRIGGER check_read AFTER UPDATE OF {', '.join(READ_OF_PHOTOS)} ON main.photos BEGIN {keep} END"
    yield f"CREATE TEMP TRIGGER check_gone AFTER DELETE ON main.photos BEGIN {drop} END"


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
