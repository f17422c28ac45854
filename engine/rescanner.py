"""Brings the catalog up to date with the watched folders, a slice at a time.

A watcher is only a hint: kernel queues overflow and network shares send nothing. The scan decides.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.catalog import Catalog, PathSet
from engine.errors import AfterimageError, FolderUnreachable
from engine.file_words_reader import FileWordsReader
from engine.known_drives import ANOTHER_DRIVE, MANY, PLUG_IN, KnownDrives
from engine.missing_at_once import MissingAtOnce
from engine.moved_photos import device_of, join_gone_folder
from engine.photo import FileEntry, Folder, Problem
from engine.scanner import scan

ENTRIES_A_SLICE = 500


@dataclass(slots=True)
class _Walk:
    """One folder's scan in progress."""

    folder: Folder
    scan_id: int
    entries: Iterator[FileEntry | Problem]
    forgotten: PathSet
    seen: int = 0
    passed_over: int = 0
    unreadable: list[Problem] = field(default_factory=list)
    drives: list[bytes] = field(default_factory=list)
    sidecars: list[FileEntry] = field(default_factory=list)


class Rescanner:
    """Holds the folders that still have to be walked and the walk that is under way."""

    def __init__(self, catalog: Catalog, *, own_folders: Sequence[bytes]) -> None:
        self._catalog = catalog
        self._own_folders = own_folders
        self._drives = KnownDrives(catalog)
        self._missing = MissingAtOnce(catalog)
        self._sidecars = FileWordsReader(catalog)
        self._waiting: list[int] = []
        self._walk: _Walk | None = None
        self._passed_over: dict[int, int] = {}
        self.last_full_scan_s = float("-inf")

    @property
    def active(self) -> bool:
        return self._walk is not None or bool(self._waiting)

    def problems(self) -> list[Problem]:
        """Sidecars that cannot be used, and subfolders that the last scans could not read, here or earlier."""
        unreadable = [problem for folder in self._catalog.folders() for problem in self._unreadable(folder.id)]
        return [*self._catalog.words.problems(), *unreadable]

    def _unreadable(self, folder_id: int) -> list[Problem]:
        kept = json.loads(self._catalog.setting(_unreadable_key(folder_id)) or "[]")
        return [Problem(base64.b64decode(path), reason, remedy) for path, reason, remedy in kept]

    def passed_over(self, folder_id: int) -> int:
        """How many forgotten photos the folder's last scan passed over."""
        return self._passed_over.get(folder_id, 0)

    def request(self, folder: bytes | None = None) -> None:
        """Queues the watched folders that hold `folder`, or all of them."""
        folders = self._catalog.folders()
        if folder is None:
            self.last_full_scan_s = time.monotonic()
        for watched in folders:
            wanted = folder is None or folder == watched.path or folder.startswith(watched.path.rstrip(b"/") + b"/")
            if wanted and not watched.paused and watched.id not in self._waiting:
                self._waiting.append(watched.id)

    def forget(self, folder_id: int) -> None:
        """Drops a removed folder from the queue."""
        self._waiting = [waiting for waiting in self._waiting if waiting != folder_id]
        self._keep_unreadable(folder_id, [])
        self._drives.forget(folder_id)
        self._missing.forget(folder_id)
        self._passed_over.pop(folder_id, None)
        if self._walk is not None and self._walk.folder.id == folder_id:
            self._catalog.abandon_scan(self._walk.scan_id)
            self._walk = None

    def asked(self, folders: Sequence[Folder]) -> list[Folder]:
        """The same, with the photos that have to be asked about."""
        questions = self._missing.questions()
        return [replace(folder, in_doubt=questions.get(folder.id, 0)) for folder in folders]

    def say_missing(self, folder: bytes, *, deleted: bool) -> None:
        """A person's answer for the watched folders that hold `folder` or lie below it; they are scanned."""
        for watched in self._catalog.folders():
            if PathSet(frozenset((watched.path,))).holds(folder) or PathSet(frozenset((folder,))).holds(watched.path):
                self._missing.answer(watched.id, deleted=deleted)
                self.request(watched.path)

    def look_again(self) -> bool:
        """Nothing waits to be read: photos that may have been moved are known now, and the others missing."""
        folders = {folder.id: folder.path for folder in self._catalog.folders()}
        moved = [folders[at] for at in self._missing.to_look_at_again() if at in folders]
        for folder in moved:
            self.request(folder)
        return bool(moved)

    def pass_over(self) -> None:
        """What the walk under way has not met yet counts as forgotten as the catalog says now."""
        if self._walk is not None:
            self._walk.forgotten = self._forgotten_in(self._walk.folder)

    def _forgotten_in(self, folder: Folder) -> PathSet:
        """A folder that was added by name is wanted, even if one around it was forgotten."""
        forgotten = self._catalog.forgotten()
        return PathSet(frozenset(path for path in forgotten if not PathSet(frozenset((path,))).holds(folder.path)))

    def slice(self, deadline_s: float) -> bool:
        """Works until the monotonic deadline; returns True while there is more to walk."""
        while self.active:
            if self._walk is None:
                self._begin(self._waiting.pop(0))
            elif not self._advance_or_restart(self._walk):
                self._walk = None
            if time.monotonic() >= deadline_s:
                break
        return self._sidecars.step(deadline_s) or self.active

    def _begin(self, folder_id: int) -> None:
        folder = next((known for known in self._catalog.folders() if known.id == folder_id), None)
        if folder is not None:
            skip = _own_folder_test(self._own_folders)
            drives: list[bytes] = []
            lists: dict[str, Any] = {"drives": drives, "sidecars": []}
            entries = scan(folder.path, skip=skip, **lists)
            forgotten = self._forgotten_in(folder)
            self._walk = _Walk(folder, self._catalog.begin_scan(folder.id), entries, forgotten, **lists)

    def _advance_or_restart(self, walk: _Walk) -> bool:
        """Entries that were met and could not be recorded, on a full disk say, would count as missing in the end. What
        a bug of ours has cut short is not walked again before somebody asks for it."""
        try:
            return self._advance(walk)
        except Exception as error:
            self._catalog.abandon_scan(walk.scan_id)
            self._walk = None
            if isinstance(error, AfterimageError):
                self._waiting.append(walk.folder.id)
            raise

    def _advance(self, walk: _Walk) -> bool:
        """Records one slice of entries; returns False when the walk is over."""
        try:
            met = list(itertools.islice(walk.entries, ENTRIES_A_SLICE))
        except FolderUnreachable:
            self._catalog.abandon_scan(walk.scan_id)
            if self._catalog.set_folder_offline(walk.folder.id, True):
                join_gone_folder(self._catalog, walk.folder)
            return False
        wanted = [entry for entry in met if not walk.forgotten.holds(entry.path)]
        walk.seen += len(met)
        walk.passed_over += len(met) - len(wanted)
        walk.unreadable += [entry for entry in wanted if isinstance(entry, Problem)]
        entries = [entry for entry in wanted if isinstance(entry, FileEntry)]
        self._catalog.record_entries(walk.scan_id, entries, time.time_ns())
        if len(met) >= ENTRIES_A_SLICE:
            return True
        self._finish(walk)
        return False

    def _finish(self, walk: _Walk) -> None:
        elsewhere = self._drives.is_another(walk.folder)
        unplugged = not walk.seen and walk.folder.ready > 0 and (elsewhere or _is_empty(walk.folder.path))
        news = self._catalog.set_folder_offline(walk.folder.id, unplugged)
        if unplugged:
            self._catalog.abandon_scan(walk.scan_id)
            if news:
                join_gone_folder(self._catalog, walk.folder)
            return
        kept = [problem.path for problem in walk.unreadable]
        away = self._drives.away(walk.folder, walk.drives)
        swapped = elsewhere and self._drives.too_many(walk.folder, self._catalog.unseen(walk.scan_id, kept))
        if swapped:
            away = [Problem(walk.folder.path, ANOTHER_DRIVE, PLUG_IN)]
        elif self._doubted(walk, [*kept, *(problem.path for problem in away)]):
            kept.append(walk.folder.path)
        self._catalog.finish_scan(walk.scan_id, [*kept, *(problem.path for problem in away)])
        self._catalog.words.seen(walk.folder.id, walk.sidecars, [*kept, *(problem.path for problem in away)])
        self._keep_unreadable(walk.folder.id, [*walk.unreadable, *away])
        self._passed_over[walk.folder.id] = walk.passed_over
        if not swapped:
            self._note_device(walk.folder)

    def _doubted(self, walk: _Walk, kept: Sequence[bytes]) -> bool:
        """Whether too many photos are missing to be believed, those left out that lie somewhere else now."""
        unseen = self._catalog.unseen(walk.scan_id, kept)
        if unseen > MANY:
            unseen -= self._catalog.settle_moves(walk.scan_id, kept, time.time_ns())
        return self._missing.holds(walk.folder, unseen)

    def _note_device(self, folder: Folder) -> None:
        """Best effort: a folder that went away in this very moment keeps the number it had."""
        with contextlib.suppress(OSError):
            self._catalog.set_folder_device(folder.id, device_of(folder.path))

    def _keep_unreadable(self, folder_id: int, problems: list[Problem]) -> None:
        """Written only when it changed: a scan that finds nothing new writes nothing."""
        if problems != self._unreadable(folder_id):
            kept = [[base64.b64encode(each.path).decode(), each.reason, each.remedy] for each in problems]
            self._catalog.set_setting(_unreadable_key(folder_id), json.dumps(kept))


def _unreadable_key(folder_id: int) -> str:
    return f"unreadable subfolders of {folder_id}"


def _is_empty(folder: bytes) -> bool:
    """An empty folder that held photos is most likely the mount point of an unplugged drive."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def _own_folder_test(own_folders: Sequence[bytes]) -> Callable[[os.stat_result], bool]:
    """Recognises the library's own folders by device and inode, whatever path leads to them."""
    own = set()
    for folder in own_folders:
        try:
            found = os.stat(folder)
        except FileNotFoundError:
            continue
        own.add((found.st_dev, found.st_ino))
    return lambda found: (found.st_dev, found.st_ino) in own
