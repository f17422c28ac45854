"""Pixels that come without a file, as from a browser: kept as files in the cache while the window is open."""

from __future__ import annotations

import contextlib
import os

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from engine.errors import DiskFull

LONGEST_PX = 1_600  # far more than any model sees
QUALITY = 92


class PastedPictures:
    """Owns one folder below the cache; what an earlier window left there goes with the first picture."""

    def __init__(self, cache: bytes) -> None:
        self._folder = os.path.join(cache, b"pasted")
        self._count = 0

    def keep(self, image: QImage) -> bytes:
        """The path of a JPEG of it. Raises DiskFull where it cannot be written."""
        if not self._count:
            self.clear()
        self._count += 1
        path = os.path.join(self._folder, b"picture %d.jpg" % self._count)
        if max(image.width(), image.height()) > LONGEST_PX:
            size, smooth = QSize(LONGEST_PX, LONGEST_PX), Qt.TransformationMode.SmoothTransformation
            image = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        made = False
        with contextlib.suppress(OSError):  # told below, with a remedy
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            made = image.convertToFormat(QImage.Format.Format_RGB32).save(os.fsdecode(path), quality=QUALITY)
        if not made:
            raise DiskFull("The pasted picture could not be kept", path=path, remedy="free some space on this disk")
        return path

    def clear(self) -> None:
        """Removes what was kept."""
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self._folder):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(entry.path)
