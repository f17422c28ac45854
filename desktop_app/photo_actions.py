"""What the desktop does with a photo: open it, show it in its folder, hand it on."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.other_programs import as_others
from desktop_app.results_model import file_url
from engine.errors import FolderUnreachable, PhotoUnreadable

MANAGER = "org.freedesktop.FileManager1"
MANAGER_PATH = "/org/freedesktop/FileManager1"
ANSWER_MS = 3_000


def copy_paths(paths: Sequence[bytes]) -> None:
    QGuiApplication.clipboard().setText("\n".join(os.fsdecode(path) for path in paths))


def copy_photos(paths: Sequence[bytes]) -> None:
    """The files themselves, for a file manager or a mail."""
    mime = QMimeData()
    urls = [file_url(path) for path in paths]
    mime.setUrls(urls)
    encoded = b"\n".join(bytes(url.toEncoded().data()) for url in urls)
    mime.setData("x-special/gnome-copied-files", b"copy\n" + encoded)
    QGuiApplication.clipboard().setMimeData(mime)


class PhotoActions(QObject):
    """Asks other programs. `failed` tells what none of them could do."""

    failed = Signal(object)  # AfterimageError

    def open(self, path: bytes) -> None:
        """In the viewer that the desktop uses for it."""
        if not self._is_there(path):
            return
        if not _opened(path):
            remedy = "choose a default viewer in the system"
            self.failed.emit(PhotoUnreadable("No program opens this photo", path=path, remedy=remedy))

    def show_in_folder(self, path: bytes) -> None:
        """Selected in the file manager where it can do that, else its folder is opened."""
        bus = QDBusConnection.sessionBus()
        if not self._is_there(path):
            return
        if not bus.isConnected():
            self._open_folder(os.path.dirname(path))
            return
        call = QDBusMessage.createMethodCall(MANAGER, MANAGER_PATH, MANAGER, "ShowItems")
        call.setArguments([[bytes(file_url(path).toEncoded().data()).decode()], ""])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(call, ANSWER_MS), self)
        watcher.finished.connect(lambda answer: self._shown(answer, path))

    def _shown(self, answer: QDBusPendingCallWatcher, path: bytes) -> None:
        if answer.isError():
            self._open_folder(os.path.dirname(path))
        answer.deleteLater()

    def _open_folder(self, folder: bytes) -> None:
        if not _opened(folder):
            remedy = "open it by hand"
            self.failed.emit(FolderUnreachable("No file manager opens this folder", path=folder, remedy=remedy))

    def _is_there(self, path: bytes) -> bool:
        if os.path.lexists(path):
            return True
        remedy = "connect its drive, or press F5 to look again"
        self.failed.emit(PhotoUnreadable("This photo is not there any more", path=path, remedy=remedy))
        return False


def _opened(path: bytes) -> bool:
    with as_others():
        return QDesktopServices.openUrl(file_url(path))


def release_clipboard() -> None:
    """A platform without a screen keeps what was copied in a static that outlives Python, and crashes freeing it."""
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        QGuiApplication.clipboard().clear()
