"""The database file behind the Catalog: opened, checked, migrated, and its failures told in our words."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from engine.backups import suspect
from engine.errors import CatalogCorrupt, DiskFull, LibraryBusy, LibraryDamaged
from engine.migrations import catalog_migrations

BUSY_TIMEOUT_MS = 5_000
CACHE_KIB = 32_768
INCREMENTAL = 2
PAGES_AT_ONCE = 256  # given back to the disk in one step: a few milliseconds
IN_LIST = 500  # parameters of one IN (...)

# A quota, a size limit, or no room for the shared memory file: SQLite calls only ENOSPC "full".
_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
# an index of words only notes what was deleted, until its parts are made one
_ONLY_WORDS_THAT_ARE_THERE = "INSERT INTO captions_words (captions_words) VALUES ('optimize')"
_DAMAGED_REMEDY = "keep the file, move it aside or restore a copy of it, then index again"


class CatalogFile:
    """One connection for one thread. WAL; derived rows are written with synchronous=NORMAL: a power cut may lose the
    last ones, never the database, and they are made again."""

    def __init__(self, path: bytes) -> None:
        """Raises LibraryDamaged (not a catalog, newer schema, unreadable), DiskFull, LibraryBusy."""
        self.path = path
        with self._explained():
            self._db = Database(sqlite3.connect(path, isolation_level=None))
        try:
            with self._explained():
                self._check_before_touching()
                self._configure()
                self._migrate()
        except BaseException:
            self._db.close()
            raise

    # ---- reading and writing ---------------------------------------------------------------------------------

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._db.conn.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    @property
    def changes(self) -> int:
        """Grows with every row that is written: what was read outside a transaction holds as long as it does not."""
        return self._db.conn.total_changes

    def rows_in(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Runs `sql`, which holds one `IN ({})`, over the values in chunks."""
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(values), IN_LIST):
            some = list(values[start : start + IN_LIST])
            found += self.rows(sql.format(",".join("?" * len(some))), some)
        return found

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Returns how many rows changed. Call it within `transaction`."""
        with self._explained():
            return self._db.conn.execute(sql, parameters).rowcount

    def teach(self, name: str, function: Callable[[Any], Any]) -> None:
        """SQL of this connection knows a function of one value from now on."""
        self._db.conn.create_function(name, 1, function, deterministic=True)

    def write_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        with self._explained():
            self._db.conn.executemany(sql, parameters)

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All or nothing. `durable` is for what a person made: on the disk before it returns (synchronous=FULL)."""
        with self._explained():
            if durable:
                self._db.execute("PRAGMA synchronous = FULL")
            try:
                with self._db.atomic():
                    yield
            finally:
                if durable:
                    self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """A transaction whose deleted rows are overwritten, in the database and in its journal."""
        with self._explained():
            self._db.execute("PRAGMA secure_delete = ON")
            try:
                with self._db.atomic():
                    yield
                    self._db.execute(_ONLY_WORDS_THAT_ARE_THERE)
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._db.execute("PRAGMA secure_delete = OFF")

    def referring_tables(self) -> list[tuple[str, str]]:
        """(table, column) of everything that hangs on a photo."""
        found = []
        for table in self._db.table_names():
            for key in self._db.table(table).foreign_keys:
                if key.other_table == "photos" and key.column:
                    found.append((table, key.column))
        return found

    def integrity(self) -> str:
        """ "ok", or the first thing that is wrong; then the next start looks at every page."""
        try:
            found = str(self._db.execute("PRAGMA quick_check(1)").fetchone()[0])
            dangling = self._db.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            found, dangling = str(error), None
        if found == "ok" and dangling:
            found = f"a row of {dangling[0]} refers to nothing"
        if found != "ok":
            suspect(self.path)
        return found

    def shrink(self) -> Iterator[None]:
        """Gives room that deleted rows took back to the disk, a few pages at a time. A file from before that was
        possible is written anew once, in one go, where there is room for it."""
        room = 2 * os.path.getsize(self.path) < shutil.disk_usage(os.path.dirname(self.path)).free
        if room and self.value("PRAGMA auto_vacuum") != INCREMENTAL:
            self.rows(f"PRAGMA auto_vacuum = {INCREMENTAL}")
            self.rows("VACUUM")
        while self.value("PRAGMA freelist_count") and self.value("PRAGMA auto_vacuum") == INCREMENTAL:
            with self.transaction():
                for _ in range(PAGES_AT_ONCE):
                    self.rows("PRAGMA incremental_vacuum(1)")  # of more, sqlite3 frees one: it takes no empty rows
            yield
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._db.close()

    # ---- opening ---------------------------------------------------------------------------------------------

    def _check_before_touching(self) -> None:
        """Reads only: a file that is not ours stays as it is, to the last byte."""
        tables = set(self._db.table_names())
        if not tables:
            return
        if "photos" not in tables or "_sqlite_migrations" not in tables:
            raise LibraryDamaged(
                "This file is not a catalog of Afterimage", path=self.path, remedy="choose another place with --library"
            )
        ours = {step.name for step in catalog_migrations.pending(Database(memory=True))}
        if not {step.name for step in catalog_migrations.applied(self._db)} <= ours:
            raise LibraryDamaged(
                "This library was made by a newer version of Afterimage", path=self.path, remedy="update Afterimage"
            )

    def _configure(self) -> None:
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            f"auto_vacuum = {INCREMENTAL}",  # heeded by a file that is still empty
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "recursive_triggers = ON",  # REPLACE is a DELETE to them, too
            f"cache_size = -{CACHE_KIB}",
            "temp_store = MEMORY",
        ):
            self._db.conn.execute(f"PRAGMA {pragma}").fetchall()

    def _migrate(self) -> None:
        pending = catalog_migrations.pending(self._db)
        if pending and catalog_migrations.applied(self._db):
            back_up(self._db, self.path, b".before-" + pending[0].name.encode())
        if pending:
            catalog_migrations.apply(self._db)

    # ---- failures --------------------------------------------------------------------------------------------

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            known = self._known(error)
            if known is None:
                raise
            raise known from error

    def _known(self, error: sqlite3.DatabaseError) -> Exception | None:
        """Our error for a failure of the file or the disk; None for a bug."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorcode", 0) in _NO_ROOM:
            return DiskFull("No room for the catalog", path=self.path, remedy="free some space, then try again")
        if code == sqlite3.SQLITE_CORRUPT:
            suspect(self.path)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return CatalogCorrupt("The catalog is damaged", path=self.path, remedy=_DAMAGED_REMEDY)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryBusy("Another program holds the catalog", path=self.path, remedy="close it, then try again")
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
            return LibraryDamaged(
                f"The catalog cannot be read or written ({error})",
                path=self.path,
                remedy="check the permissions of its folder, the disk and its free space",
            )
        return None


def back_up(db: Database, path: bytes, suffix: bytes) -> None:
    """A whole copy beside the catalog, before its schema changes."""
    partial = path + suffix + b".tmp"
    if os.path.exists(partial):
        os.unlink(partial)
    # A path need not be text in our sense, but VACUUM INTO wants that type: SQLite takes the bytes as they are.
    db.conn.execute("VACUUM INTO CAST(? AS TEXT)", [partial])
    with open(partial, "r+b") as written:
        os.fsync(written.fileno())
    os.replace(partial, path + suffix)
