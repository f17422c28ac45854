"""Hints that something changed on disk. Never more than a hint: the scan decides."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QThread, QTimer, Signal, Slot

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


class _Walker(QThread):
    """Looks for subfolders away from the GUI thread: a network share may take minutes."""

    found = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._roots: deque[tuple[int, str]] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def walk(self, generation: int, roots: Sequence[str]) -> None:
        with self._changed:
            self._roots.extend((generation, root) for root in roots)
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
                self._changed.wait_for(lambda: self._closed or self._roots)
                if self._closed:
                    return
                generation, root = self._roots.popleft()
            batch: list[str] = []
            for folder in subfolders(root):
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
        self._stirred: set[bytes] = set()
        self._generation = 0
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._stir)
        self._quiet = QTimer(self, singleShot=True, interval=quiet_ms)
        self._quiet.timeout.connect(self._tell)
        self._walker = _Walker(self)
        self._walker.found.connect(self._watch)

    @property
    def watching(self) -> int:
        """Folders that are heard."""
        return len(self._watcher.directories())

    def set_folders(self, folders: Sequence[bytes]) -> None:
        """Exactly these and everything below them."""
        if tuple(folders) == self._roots:
            return
        self._roots = tuple(folders)
        self._generation += 1
        if old := self._watcher.directories():
            self._watcher.removePaths(old)
        self._walker.walk(self._generation, [root for folder in folders if (root := _as_text(folder))])

    def close(self) -> None:
        """Ends its thread."""
        self._walker.close()

    @Slot(int, object)
    def _watch(self, generation: int, folders: list[str]) -> None:
        room = self._quota - self.watching
        if generation != self._generation or room <= 0:
            return
        known = set(self._watcher.directories())
        if fresh := [folder for folder in folders if folder not in known][:room]:
            self._watcher.addPaths(fresh)

    def _stir(self, folder: str) -> None:
        path = os.fsencode(folder)
        self._stirred |= {root for root in self._roots if path == root or path.startswith(root.rstrip(b"/") + b"/")}
        self._quiet.start()
        if os.path.isdir(folder):
            self._walker.walk(self._generation, [folder])

    def _tell(self) -> None:
        stirred, self._stirred = self._stirred, set()
        for root in sorted(stirred):
            self.changed.emit(root)


def _as_text(folder: bytes) -> str:
    """The path as Qt needs it; empty where it is not UTF-8, which Qt cannot watch."""
    try:
        return folder.decode("utf-8")
    except UnicodeDecodeError:
        return ""
