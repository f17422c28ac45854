"""Draws the icon as Windows and macOS want it: afterimage.ico and afterimage.icns beside the drawing."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

EDGE = 1024
ICO_EDGES = [(edge, edge) for edge in (16, 24, 32, 48, 64, 128, 256)]


def make(folder: Path) -> None:
    """Writes both files. Raises OSError."""
    drawn = picture(folder / "afterimage.svg")
    drawn.save(folder / "afterimage.ico", sizes=ICO_EDGES)
    drawn.save(folder / "afterimage.icns")


def picture(drawing: Path) -> Image.Image:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(EDGE, EDGE, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    written = QBuffer()
    image.save(written, "PNG")  # type: ignore[call-overload]
    del app
    return Image.open(io.BytesIO(written.data().data()))


if __name__ == "__main__":
    make(Path(__file__).parent)
