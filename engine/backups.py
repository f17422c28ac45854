"""Rotating copies of the catalog, each checked before it counts; and the way back when the catalog itself is damaged.

A copy is made by a thread with a read-only connection of its own, so that nobody waits for it. In WAL mode a reader
and the one writer do not disturb each other.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

from engine.errors import LibraryDamaged

SQLITE = sqlite3.sqlite_version
KEPT = 5
EVERY_S = 24 * 3600.0
FAR_AHEAD_S = 60.0  # such a time was told by a clock that was wrong
MOST_BYTES = 2 * 2**30  # of all copies together; two are kept whatever they take
SUSPECT = b".suspect"  # beside the catalog, as long as nobody looked whether it is damaged
_OF_READING = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
_OF_THE_COPY = ("FULL", "IOERR", "CANTOPEN", "BUSY", "LOCKED", "NOMEM", "PERM", "READONLY")
_NO_DAMAGE = frozenset(getattr(sqlite3, f"SQLITE_{name}") for name in _OF_THE_COPY)
_ASIDE = re.compile(rb"\.(damaged|before)-.*")
_NAME = re.compile(rb"catalog-\d{8}-\d{6}\.db")


@dataclass(frozen=True, slots=True)
class Restored:
    """`copy` took the place of the damaged catalog, which lies at `aside` now."""

    copy: bytes
    aside: bytes
    made_s: float


@dataclass(frozen=True, slots=True)
class Remains:
    """What can still be read of a damaged catalog: what people made (kind, row, checksum), unchecked, and the photos
    (id, folder id, path) that it is about."""

    copies: tuple[tuple[str, str, int], ...]
    photos: tuple[tuple[int, int, bytes], ...]


class Backups:
    """The copies in one folder. `turn` is called again and again; it never waits."""

    def __init__(self, catalog: bytes, folder: bytes, *, every_s: float = EVERY_S) -> None:
        self._catalog = catalog
        self._folder = folder
        self._every_s = every_s
        self._thread: threading.Thread | None = None
        self._next_s = 0.0
        self.failure: str | None = None
        self.damaged = False  # what the last copy was to be made of

    def copies(self) -> list[bytes]:
        """Whole paths, the newest first; those that a wrong clock has dated ahead come last."""
        try:
            names = [name for name in os.listdir(self._folder) if _NAME.fullmatch(name)]
        except FileNotFoundError:
            return []
        paths = [os.path.join(self._folder, name) for name in names]
        return sorted(paths, key=lambda path: (_age_s(path) >= -FAR_AHEAD_S, path), reverse=True)

    def turn(self, *, resting: bool) -> None:
        """Begins a copy where one is due and the library rests."""
        if self._thread is not None and self._thread.is_alive():
            return
        if not resting or time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + min(self._every_s, 3600.0)
        newest = self.copies()[:1]
        if newest and -FAR_AHEAD_S <= _age_s(newest[0]) < self._every_s:
            return
        self._thread = threading.Thread(target=self._try, name="afterimage-backup", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Waits for a copy that is being made: a second or two for a library of 100,000 photos."""
        if self._thread is not None:
            self._thread.join()

    def make(self) -> bytes:
        """Copies, checks, and lets the oldest go. Raises OSError, and LibraryDamaged where the catalog is damaged: the
        copies from before that stay."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        partial = os.path.join(self._folder, b"catalog.part")
        _remove(partial)
        self._require_room()
        try:
            problem = self._copy(partial)
        except OSError:
            _remove(partial)
            raise
        if problem is not None:
            _remove(partial)
            raise LibraryDamaged(f"The catalog is damaged ({problem})", path=self._catalog, remedy="start again")
        whole = os.path.join(self._folder, time.strftime("catalog-%Y%m%d-%H%M%S.db").encode())
        _bring_to_disk(partial)
        os.replace(partial, whole)
        self._rotate()
        return whole

    def drop(self) -> None:
        """Removes every copy, also those from before a migration and damaged catalogs that were kept."""
        self.close()
        folder, name = os.path.split(self._catalog)
        beside = [os.path.join(folder, other) for other in os.listdir(folder) if _ASIDE.fullmatch(other[len(name) :])]
        for path in [*self.copies(), *(path for path in beside if os.path.basename(path).startswith(name))]:
            os.unlink(path)
        self._next_s = 0.0

    def restore(self) -> Restored | None:
        """Puts the newest good copy in the place of the catalog, which is kept aside; None where there is no good one,
        and then nothing is touched. Nobody may have the catalog open."""
        good = next((copy for copy in self.copies() if damage(copy) is None), None)
        if good is None:
            return None
        aside = self._catalog + time.strftime(".damaged-%Y%m%d-%H%M%S").encode()
        while os.path.exists(aside):  # put back twice within a second: what was kept is kept
            aside += b"+"
        fresh = self._catalog + b".restored"
        shutil.copyfile(good, fresh)
        _bring_to_disk(fresh)
        for end in (b"-wal", b"-shm", b""):  # they belong to the damaged one, and would be played into the good one
            with contextlib.suppress(FileNotFoundError):
                os.replace(self._catalog + end, aside + end)
        os.replace(fresh, self._catalog)
        return Restored(good, aside, os.path.getmtime(good))

    def _try(self) -> None:
        try:
            self.make()
            self.failure = None
        except LibraryDamaged as error:
            self.failure, self.damaged = str(error), True
        except OSError as error:
            self.failure = str(error)

    def _copy(self, partial: bytes) -> str | None:
        """What is wrong with the catalog. Raises OSError for everything else that a copy fails of, as a full disk."""
        try:
            with contextlib.closing(_open(self._catalog)) as source:
                # A path need not be text in our sense, but VACUUM INTO wants that type: SQLite takes the bytes.
                source.execute("VACUUM INTO CAST(? AS TEXT)", [partial])
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code not in _OF_READING and code & 0xFF in _NO_DAMAGE:
                raise OSError(f"the catalog could not be copied: {error}") from error
            return str(error)
        return damage(partial)

    def _require_room(self) -> None:
        needed = 2 * os.path.getsize(self._catalog)
        if shutil.disk_usage(self._folder).free < needed:
            raise OSError(f"a copy of the catalog needs {needed:,} bytes")

    def _rotate(self) -> None:
        taken = 0
        for place, copy in enumerate(self.copies()):
            taken += os.path.getsize(copy)
            if place >= KEPT or (place >= 2 and taken > MOST_BYTES):
                os.unlink(copy)


def remains(path: bytes) -> Remains:
    """As far as the pages go that can be read."""
    copies = _readable(path, "SELECT kind, row, crc FROM second_copies", (str, str, int))
    about = (
        "SELECT photo_id FROM photo_tags UNION SELECT photo_id FROM marks UNION SELECT photo_id FROM collection_photos"
    )
    photos = _readable(path, f"SELECT id, folder_id, path FROM photos WHERE id IN ({about})", (int, int, bytes))
    return Remains(tuple(copies), tuple(photos))


def _readable(path: bytes, sql: str, kinds: tuple[type, ...]) -> list[Any]:
    rows: list[Any] = []
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(_open(path)) as database:
        for row in database.execute(sql):
            if all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True)):
                rows.append(row)
    return rows


def suspect(path: bytes) -> None:
    """Leaves a mark beside a catalog, so that the next start looks at every page of it first."""
    with contextlib.suppress(OSError), open(path + SUSPECT, "wb"):
        pass


def damage(path: bytes) -> str | None:
    """What is wrong with a database: its pages, its indexes, or what its rows refer to."""
    try:
        with contextlib.closing(_open(path)) as database:
            found = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            dangling = database.execute("PRAGMA foreign_key_check").fetchone()
            if not database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'photos'").fetchone()[0]:
                return "it is no catalog"
    except sqlite3.DatabaseError as error:
        return str(error)
    if found != "ok":
        return found
    return f"a row of {dangling[0]} refers to nothing" if dangling else None


def _open(path: bytes) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote_from_bytes(path)}?mode=ro", uri=True, isolation_level=None)


def _age_s(path: bytes) -> float:
    return time.time() - os.path.getmtime(path)


def _remove(path: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _bring_to_disk(path: bytes) -> None:
    with open(path, "r+b") as written:
        os.fsync(written.fileno())
