"""Compares what a scan saw with what the Catalog knows, by stat alone."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below
from engine.catalog_moves import Moves
from engine.catalog_rows import ids_array, ids_text
from engine.config import FRESH_FILE_S
from engine.photo import FileEntry

INT64_MAX = 2**63 - 1
RENUMBERED_AT_LEAST = 8  # rows of a batch with new inodes from which a renumbered file system is thought of
_ALIKE = "size = ?, mtime_ns = ?, inode = ?"
_HERE = "FROM photos WHERE folder_id = ? AND state IN ('pending', 'ready', 'unreadable')"
_ANEW = "attempts = 0, deaths = 0, lone_deaths = 0, reason = '', remedy = '', missing_ns = NULL"


@dataclass(frozen=True, slots=True)
class ScanChanges:
    """How many photos of the folder were new, changed or back, and gone. `joined` of the gone were moves."""

    added: int = 0
    changed: int = 0
    missing: int = 0
    joined: int = 0


@dataclass(slots=True)
class _Scan:
    """`seen`: the folder's own photos, each once."""

    folder_id: int
    seen: array = field(default_factory=lambda: array("q"))
    added: int = 0
    changed: int = 0


@dataclass(slots=True)
class _Differences:
    new: list[FileEntry] = field(default_factory=list)
    changed: list[tuple[int, FileEntry]] = field(default_factory=list)
    returned: list[tuple[int, FileEntry]] = field(default_factory=list)
    other_inode: list[tuple[int, FileEntry]] = field(default_factory=list)


def int64(number: int) -> int:
    """Inodes are unsigned, and some file systems know years that nanoseconds in 64 bits do not reach."""
    return max(-INT64_MAX, min(INT64_MAX, number))


def due_ns(entry: FileEntry, now_ns: int) -> int:
    """When the file counts as completely written. A time of modification in the future counts from now."""
    return int64(min(entry.mtime_ns, now_ns) + int(FRESH_FILE_S * 1e9))


class Scans:
    """Scans in progress live in memory: one that is cut short has marked nothing as missing.

    A photo that is as it was costs one look-up in a batch and no write.
    """

    def __init__(self, file: CatalogFile, moves: Moves) -> None:
        self._file = file
        self._moves = moves
        self._scans: dict[int, _Scan] = {}
        self._ids = itertools.count(1)

    def begin(self, folder_id: int) -> int:
        scan = next(self._ids)
        self._scans[scan] = _Scan(folder_id)
        return scan

    def abandon(self, scan: int) -> None:
        self._scans.pop(scan, None)

    def forget_folder(self, folder_id: int) -> None:
        for scan in [scan for scan, known in self._scans.items() if known.folder_id == folder_id]:
            del self._scans[scan]

    def record(self, scan: int, entries: Sequence[FileEntry], now_ns: int) -> None:
        current = self._scans[scan]
        found = self._differences(current, entries)
        self._settle_inodes(found, len(entries))
        if not (found.new or found.changed or found.returned or found.other_inode):
            return
        with self._file.transaction():
            self._insert(current, found.new, now_ns)
            self._update(found, now_ns)
        current.added += len(found.new)
        current.changed += len(found.changed) + len(found.returned)

    def _differences(self, current: _Scan, entries: Sequence[FileEntry]) -> _Differences:
        known = {
            row[0]: row[1:]
            for row in self._file.rows_in(
                "SELECT path, id, size, mtime_ns, inode, state, folder_id FROM photos WHERE path IN ({})",
                [entry.path for entry in entries],
            )
        }
        found = _Differences()
        for entry in entries:
            row = known.get(entry.path)
            if row is None:
                found.new.append(entry)
                continue
            photo_id, size, mtime_ns, inode, state, folder_id = row
            if folder_id == current.folder_id:
                current.seen.append(photo_id)
            if (entry.size, int64(entry.mtime_ns)) != (size, mtime_ns):
                found.changed.append((photo_id, entry))
            elif state == "missing":
                found.returned.append((photo_id, entry))
            elif entry.inode and inode and int64(entry.inode) != inode:
                found.other_inode.append((photo_id, entry))
        return found

    def _settle_inodes(self, found: _Differences, entries: int) -> None:
        """Another file of equal size and time under the old name is read again; but when most inodes of a batch are
        others, the file system numbers them anew at each mount (FAT, network shares) and nothing changed."""
        others = len(found.other_inode)
        if others < RENUMBERED_AT_LEAST or 2 * others <= entries:
            found.changed += found.other_inode
            found.other_inode = []

    def _insert(self, current: _Scan, new: Sequence[FileEntry], now_ns: int) -> None:
        self._file.write_many(
            """INSERT INTO photos (folder_id, path, state, size, mtime_ns, inode, due_ns, added_ns)
            VALUES (?, ?, 'pending', ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING""",
            [
                (current.folder_id, entry.path, entry.size, int64(entry.mtime_ns), int64(entry.inode),
                 due_ns(entry, now_ns), now_ns)
                for entry in new
            ],
        )  # fmt: skip
        ids = self._file.rows_in("SELECT id FROM photos WHERE path IN ({})", [entry.path for entry in new])
        current.seen.extend(row[0] for row in ids)

    def _update(self, found: _Differences, now_ns: int) -> None:
        self._file.write_many(
            f"UPDATE photos SET state = 'pending', due_ns = ?, {_ALIKE}, {_ANEW} WHERE id = ?",
            [(due_ns(entry, now_ns), *_stat(entry), photo_id) for photo_id, entry in found.changed],
        )
        self._file.write_many(
            f"""UPDATE photos SET {_ALIKE}, {_ANEW},
                state = CASE WHEN content_id IS NULL OR file_hash IS NULL THEN 'pending' ELSE 'ready' END
            WHERE id = ?""",
            [(*_stat(entry), photo_id) for photo_id, entry in found.returned],
        )
        self._file.write_many(
            "UPDATE photos SET inode = ? WHERE id = ?",
            [(int64(entry.inode), photo_id) for photo_id, entry in found.other_inode],
        )

    def unseen(self, scan: int, kept_below: Sequence[bytes]) -> list[int]:
        """Photos of the folder that the scan has not met, save those below subfolders that could not be read."""
        current = self._scans[scan]
        if self._file.value(f"SELECT count(*) {_HERE}", [current.folder_id]) == len(current.seen):
            return []  # a million rows are counted in a tenth of the time that reading them takes
        gone = _without(ids_array(self._file.rows(f"SELECT id {_HERE}", [current.folder_id])), current.seen)
        if not len(gone) or not kept_below:
            return [int(photo_id) for photo_id in gone]
        ranges = [below(folder) for folder in kept_below]
        rows = self._file.rows(
            "SELECT id, path FROM photos WHERE id IN (SELECT value FROM json_each(?))", [ids_text(gone)]
        )
        return [row[0] for row in rows if not any(first <= row[1] < end for first, end in ranges)]

    def settle_moves(self, scan: int, kept_below: Sequence[bytes], now_ns: int) -> int:
        """Joins photos that the scan has not met with those of their bytes that appeared lately; returns how many."""
        gone = self.unseen(scan, kept_below)
        elsewhere = set(self._moves.elsewhere(gone, now_ns)) if gone else set()
        return self.mark_missing([photo_id for photo_id in gone if photo_id in elsewhere], now_ns) if elsewhere else 0

    def finish(self, scan: int, kept_below: Sequence[bytes], now_ns: int) -> ScanChanges:
        gone = self.unseen(scan, kept_below)
        current = self._scans.pop(scan)
        joined = self.mark_missing(gone, now_ns) if gone else 0
        return ScanChanges(current.added, current.changed, len(gone) - joined, joined)

    def mark_missing(self, photo_ids: Sequence[int], now_ns: int) -> int:
        """Returns how many of them turned out to have moved."""
        with self._file.transaction():
            self._file.write(
                """UPDATE photos SET state = 'missing', missing_ns = ?
                WHERE id IN (SELECT value FROM json_each(?))""",
                [now_ns, ids_text(photo_ids)],
            )
            return self._moves.vanished(photo_ids, now_ns)


def _without(ids: np.ndarray, seen: array) -> np.ndarray:
    """int64[k] of the int64[n], n >= k."""
    if not len(ids):
        return ids
    met = np.zeros(int(ids.max()) + 1, bool)
    there = np.frombuffer(seen, np.int64) if seen else np.empty(0, np.int64)
    met[there[there < len(met)]] = True
    return ids[~met[ids]]


def _stat(entry: FileEntry) -> tuple[int, int, int]:
    return entry.size, int64(entry.mtime_ns), int64(entry.inode)
