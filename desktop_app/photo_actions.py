"""What the desktop does with a photo: open it, show it in its folder, hand it on."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.results_model import file_url
from engine.errors import FolderUnreachable, PhotoUnreadable

_MANAGER = "org.freedesktop.FileManager1"


def open_photo(path: bytes) -> None:
    """In the viewer that the desktop uses for it. Raises PhotoUnreadable if it is gone or nothing opens it."""
    _require(path)
    if not QDesktopServices.openUrl(file_url(path)):
        raise PhotoUnreadable("No program opens this photo", path=path, remedy="choose a default viewer in the system")


def show_in_folder(path: bytes) -> None:
    """Selected in the file manager where it can do that, else its folder is opened.

    Raises PhotoUnreadable if the photo is gone, FolderUnreachable if no file manager answers.
    """
    _require(path)
    url = bytes(file_url(path).toEncoded().data()).decode()
    bus = QDBusConnection.sessionBus()
    if bus.isConnected():
        call = QDBusMessage.createMethodCall(_MANAGER, "/org/freedesktop/FileManager1", _MANAGER, "ShowItems")
        call.setArguments([[url], ""])
        if bus.call(call, timeout=1000).type() == QDBusMessage.MessageType.ReplyMessage:
            return
    folder = os.path.dirname(path)
    if not QDesktopServices.openUrl(file_url(folder)):
        raise FolderUnreachable("No file manager opens this folder", path=folder, remedy="open it by hand")


def copy_paths(paths: Sequence[bytes]) -> None:
    QGuiApplication.clipboard().setText("\n".join(os.fsdecode(path) for path in paths))


def copy_photos(paths: Sequence[bytes]) -> None:
    """The files themselves, for a file manager or a mail."""
    mime = QMimeData()
    urls: list[QUrl] = [file_url(path) for path in paths]
    mime.setUrls(urls)
    encoded = b"\n".join(bytes(url.toEncoded().data()) for url in urls)
    mime.setData("x-special/gnome-copied-files", b"copy\n" + encoded)
    QGuiApplication.clipboard().setMimeData(mime)


def _require(path: bytes) -> None:
    if not os.path.exists(path):
        raise PhotoUnreadable(
            "This photo is not there any more", path=path, remedy="connect its drive, or press F5 to look again"
        )
