"""What the engine tells of the library, sorted by subject; and what people ask of it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.live_search import Asker
from engine import messages as m
from engine.photo import Folder

LISTS_MS = 500
FOCUS_RESCAN_S = 60.0


class LibraryFeed(QObject):
    """Keeps the newest lists. They are asked for when something may have changed, at most twice a second."""

    ready = Signal(object)  # EngineReady
    progress = Signal(object)  # IndexProgress
    folders = Signal(object)  # tuple of Folder
    problems = Signal(object)  # tuple of Problem
    changed = Signal()
    shrunk = Signal()  # photos left the library, or can no longer be reached, or can be again
    raised = Signal(object)  # folders that a second start named
    failed = Signal(object)  # Failed: something that a person asked for, or indexing itself
    not_added = Signal(object)  # a folder that no engine heard of

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._asked: dict[int, m.Request] = {}
        self._last_rescan = time.monotonic()  # the engine scans when it starts
        self._offline: dict[int, bool] = {}
        self._lists = QTimer(self, singleShot=True, interval=LISTS_MS)
        self._lists.timeout.connect(self.ask_lists)

    # ---- what people ask ----

    def add_folders(self, paths: Iterable[bytes]) -> None:
        for path in paths:
            self._ask(m.AddFolder(self._asker.next_id(), path))

    def remove_folder(self, folder_id: int) -> None:
        self._ask(m.RemoveFolder(self._asker.next_id(), folder_id))

    def pause(self, paused: bool) -> None:
        self._ask(m.PauseIndexing(self._asker.next_id(), paused))

    def pause_folder(self, folder_id: int, paused: bool) -> None:
        self._ask(m.PauseFolder(self._asker.next_id(), folder_id, paused))

    def retry(self, photo_ids: tuple[int, ...]) -> None:
        """All when empty."""
        self._ask(m.RetryProblems(self._asker.next_id(), photo_ids))

    def say_missing(self, folder: bytes, deleted: bool) -> None:
        """What became of the photos that were missing there at once."""
        self._ask(m.SayMissing(self._asker.next_id(), folder, deleted))

    def rescan(self, folder: bytes | None = None) -> None:
        self._last_rescan = time.monotonic()
        self._asker.send(m.Rescan(self._asker.next_id(), folder))

    def rescan_on_focus(self) -> None:
        """Whoever comes back to the window may have copied photos meanwhile."""
        if time.monotonic() - self._last_rescan >= FOCUS_RESCAN_S:
            self.rescan()

    def ask_lists(self) -> None:
        self._lists.stop()
        self._asker.send(m.ListFolders(self._asker.next_id()))
        self._asker.send(m.ListProblems(self._asker.next_id()))

    # ---- what the engine says ----

    def hear(self, event: m.Event) -> None:
        match event:
            case m.EngineReady():
                self.ready.emit(event)
            case m.IndexProgress():
                self._hear_progress(event)
            case m.FolderList():
                self._hear_folders(event.folders)
            case m.ProblemList():
                self.problems.emit(event.problems)
            case m.LibraryChanged():
                self._ask_lists_soon()
                self.changed.emit()
            case m.WindowRaised():
                self.raised.emit(event.folders)
            case m.Reply() | m.Failed():
                self._hear_end(event)

    def _hear_progress(self, progress: m.IndexProgress) -> None:
        """The last one, at rest, may be the only one of a short scan."""
        self.progress.emit(progress)
        self._ask_lists_soon()

    def _hear_folders(self, folders: tuple[Folder, ...]) -> None:
        before, self._offline = self._offline, {folder.id: folder.offline for folder in folders}
        self.folders.emit(folders)
        if any(before.get(folder.id, folder.offline) != folder.offline for folder in folders):
            self.shrunk.emit()

    def _hear_end(self, event: m.Reply | m.Failed) -> None:
        asked = self._asked.pop(event.request, None)
        if asked:
            self.ask_lists()
        if isinstance(event, m.Failed) and event.error == "EngineGone" and isinstance(asked, m.AddFolder):
            self.not_added.emit(asked.path)
        elif isinstance(event, m.Failed):
            if (asked or event.request == 0) and not event.cancelled:
                self.failed.emit(event)
        elif isinstance(asked, m.RemoveFolder):
            self.shrunk.emit()
        elif asked:
            self.changed.emit()

    def _ask(self, request: m.Request) -> None:
        self._asked[request.request] = request
        self._asker.send(request)

    def _ask_lists_soon(self) -> None:
        if not self._lists.isActive():
            self._lists.start()
