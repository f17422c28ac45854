"""What may be dropped on the window, or pasted into it."""

from __future__ import annotations

import os
import sys
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent


def local_path(url: QUrl, *, platform: str = sys.platform) -> bytes:
    """The path of a file URL, byte for byte."""
    if platform == "win32":
        path = url.toLocalFile()
        drive = path[:1] == "/" and path[2:3] == ":"
        return os.fsencode(path[drive:].replace("/", "\\"))
    return unquote_to_bytes(bytes(url.toEncoded().data()).removeprefix(b"file://"))


def dropped_folders(mime: QMimeData) -> list[bytes]:
    """The folders among what is dropped; of a file its folder counts. Each once."""
    folders: dict[bytes, None] = {}
    for path in _paths(mime):
        if os.path.isfile(path):
            folders[os.path.dirname(path)] = None
        elif os.path.isdir(path):
            folders[path.rstrip(b"/") or b"/"] = None
    return list(folders)


def drops_folder(mime: QMimeData) -> bool:
    """Whether there will be one: asked while thousands of files are carried over the window, one of which is enough."""
    return any(os.path.exists(path) for path in _paths(mime))


def drops_file(mime: QMimeData) -> bool:
    return any(os.path.isfile(path) for path in _paths(mime))


def dropped_files(mime: QMimeData) -> list[bytes]:
    """The files among what is dropped, each once."""
    return list(dict.fromkeys(path for path in _paths(mime) if os.path.isfile(path)))


def take_copy(event: QDropEvent) -> None:
    """Whoever drops something is told that it was copied, also where it was to be moved: a file manager may delete what
    another program says it has moved. What can only be moved is not taken."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.setAccepted(event.dropAction() == Qt.DropAction.CopyAction)


def has_picture(mime: QMimeData) -> bool:
    """Pixels without a file, as from a browser or of a screenshot."""
    return mime.hasImage() and not any(url.isLocalFile() for url in mime.urls())


def _paths(mime: QMimeData) -> list[bytes]:
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]
