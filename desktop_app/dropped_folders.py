"""What may be dropped on the window."""

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
    for path in (local_path(url) for url in mime.urls() if url.isLocalFile()):
        folder = os.path.dirname(path) if os.path.isfile(path) else path
        if os.path.isdir(folder):
            folders[folder.rstrip(b"/") or b"/"] = None
    return list(folders)
