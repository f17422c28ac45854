"""What may be dropped on the window, or pasted into it."""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl


def local_path(url: QUrl) -> bytes:
    """The path of a file URL, byte for byte."""
    return unquote_to_bytes(bytes(url.toEncoded().data()).removeprefix(b"file://"))


def dropped_folders(mime: QMimeData) -> list[bytes]:
    """The folders among what is dropped; of a file its folder counts. Each once."""
    folders: dict[bytes, None] = {}
    for path in _paths(mime):
        folder = os.path.dirname(path) if os.path.isfile(path) else path
        if os.path.isdir(folder):
            folders[folder.rstrip(b"/") or b"/"] = None
    return list(folders)


def dropped_files(mime: QMimeData) -> list[bytes]:
    """The files among what is dropped, each once."""
    return list(dict.fromkeys(path for path in _paths(mime) if os.path.isfile(path)))


def has_picture(mime: QMimeData) -> bool:
    """Pixels without a file, as from a browser or of a screenshot."""
    return mime.hasImage() and not any(url.isLocalFile() for url in mime.urls())


def _paths(mime: QMimeData) -> list[bytes]:
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]
