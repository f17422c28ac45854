"""A grid of photos as tests fill and click it; `conftest.py` opens it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from desktop_app.results_model import ResultsModel
from desktop_app.widgets.photo_grid import PhotoGrid
from tests.desktop_app.pictures import hit, packed

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def fill(model: ResultsModel, count: int = 100) -> None:
    model.set_results(1, count, *packed(range(1, count + 1)))
    model.set_hits(0, [hit(photo_id) for photo_id in range(1, min(count, 200) + 1)], result=1)


def middle(grid: PhotoGrid, row: int) -> QPoint:
    return grid.visualRect(grid.model().index(row, 0)).center()


def click(grid: PhotoGrid, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, middle(grid, row))


def on_screen(grid: PhotoGrid) -> QImage:
    return grid.screen().grabWindow(grid.winId()).toImage()


def most_apart(one: QImage, other: QImage) -> int:
    """Levels between two pictures of the same size, where they differ most."""
    apart = one.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(apart)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, other)
    painter.end()
    plain = apart.convertToFormat(QImage.Format.Format_RGB888)  # held on to: its bits are only pointed at
    return max(bytes(plain.constBits()))
