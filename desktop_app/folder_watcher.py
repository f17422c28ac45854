"""Hints that something changed on disk. Never more than a hint: the scan decides."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QThread, QTimer, Signal, Slot

from desktop_app.mount_watcher import MountWatcher

QUIET_MS = 1_000
SHARE_OF_WATCHES = 4
BATCH = 200
_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")


def watch_quota() -> int:
    """A quarter of what the kernel allows one user; a modest number where it does not say."""
    try:
        return int(_LIMIT.read_text()) // SHARE_OF_WATCHES
    except (OSError, ValueError):
        return 2_000


def subfolders(root: str) -> Iterator[str]:
    """The folder and everything below it, hidden ones left out; what cannot be read is skipped: a hint less."""
    waiting = deque([root])
    while waiting:
        folder = waiting.popleft()
        yield folder
        try:
            with os.scandir(folder) as entries:
                names = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        waiting.extend(sorted(name for name in names if not os.path.basename(name).startswith(".")))


def new_subfolders(folder: str, known: Container[str]) -> Iterator[str]:
    """What came into this folder since it was walked, with everything below."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for name in names:
        if name not in known and not os.path.basename(name).startswith("."):
            yield from subfolders(name)


class _Walker(QThread):
    """Looks for subfolders away from the GUI thread: a network share may take minutes."""

    found = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._walks: deque[tuple[int, Iterator[str]]] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def walk(self, generation: int, folders: Iterable[Iterator[str]]) -> None:
        with self._changed:
            self._walks.extend((generation, each) for each in folders)
            self._changed.notify()
        if not self.isRunning():
            self.start(QThread.Priority.LowPriority)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self.wait()

    def run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._walks)
                if self._closed:
                    return
                generation, folders = self._walks.popleft()
            batch: list[str] = []
            for folder in folders:
                if self._closed:
                    return
                batch.append(folder)
                if len(batch) == BATCH:
                    self.found.emit(generation, batch)
                    batch = []
            if batch:
                self.found.emit(generation, batch)


class FolderWatcher(QObject):
    """`changed(folder)` names the watched folder in which something happened, after a second of quiet.

    Beyond the quota of watches it simply hears less.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, quota: int | None = None, quiet_ms: int = QUIET_MS) -> None:
        super().__init__(parent)
        self._quota = watch_quota() if quota is None else quota
        self._roots: tuple[bytes, ...] = ()
        self._away: tuple[bytes, ...] = ()
        self._drives: dict[bytes, bytes] = {}
        self.mounts = MountWatcher(self)
        self.mounts.changed.connect(self._drives_changed)
        self._stirred: set[str] = set()
        self._known: set[str] = set()
        self._generation = 0
        self._watcher = self._new_watcher()
        self._quiet = QTimer(self, singleShot=True, interval=quiet_ms)
        self._quiet.timeout.connect(self._tell)
        self._walker = _Walker(self)
        self._walker.found.connect(self._watch)

    @property
    def watching(self) -> int:
        """Folders that are heard."""
        return len(self._known)

    def set_folders(self, folders: Sequence[bytes]) -> None:
        """Exactly these and everything below them."""
        if tuple(folders) == self._roots:
            return
        self._roots = tuple(folders)
        self._drives = {folder: self.mounts.drive_of(folder) for folder in folders}
        self._generation += 1
        # Taking each path away costs a look at all of them: seconds where there are tens of thousands.
        self._watcher.directoryChanged.disconnect(self._stir)
        self._watcher.deleteLater()
        self._watcher = self._new_watcher()
        self._known = set()
        self._walker.walk(self._generation, [subfolders(root) for folder in folders if (root := _as_text(folder))])

    def _new_watcher(self) -> QFileSystemWatcher:
        watcher = QFileSystemWatcher(self)
        watcher.directoryChanged.connect(self._stir)
        return watcher

    def set_away(self, folders: Sequence[bytes]) -> None:
        """These cannot be reached: whenever a drive comes, they may be on it."""
        self._away = tuple(folders)

    def _drives_changed(self) -> None:
        """A folder whose drive was taken away is not heard any more."""
        before, self._drives = self._drives, {folder: self.mounts.drive_of(folder) for folder in self._roots}
        gone = [folder for folder in self._roots if before[folder] != self._drives[folder]]
        for folder in (*gone, *self._away):
            self.changed.emit(folder)

    def close(self) -> None:
        """Ends its thread."""
        self.mounts.close()
        self._walker.close()

    @Slot(int, object)
    def _watch(self, generation: int, folders: list[str]) -> None:
        room = self._quota - self.watching
        if generation != self._generation or room <= 0:
            return
        if fresh := [folder for folder in folders if folder not in self._known][:room]:
            refused = set(self._watcher.addPaths(fresh))
            self._known.update(folder for folder in fresh if folder not in refused)

    def _stir(self, folder: str) -> None:
        self._stirred.add(folder)
        self._quiet.start()

    def _tell(self) -> None:
        stirred, self._stirred = self._stirred, set()
        self._known.intersection_update(self._watcher.directories())  # what was removed is no longer heard
        self._walker.walk(self._generation, [new_subfolders(folder, self._known) for folder in sorted(stirred)])
        paths = [os.fsencode(folder) + b"/" for folder in stirred]
        for root in self._roots:
            if any(path.startswith(root.rstrip(b"/") + b"/") for path in paths):
                self.changed.emit(root)


def _as_text(folder: bytes) -> str:
    """The path as Qt needs it; empty where it is not UTF-8, which Qt cannot watch."""
    try:
        return folder.decode("utf-8")
    except UnicodeDecodeError:
        return ""
