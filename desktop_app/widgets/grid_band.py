"""The rubber band: from where it was pressed in the contents to where the pointer is in the viewport."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter

from desktop_app.theme import Theme


class GridBand:
    """`top` is the scroll position, which may change while it is drawn out."""

    def __init__(self) -> None:
        self._start = self._end = QPoint()

    def press(self, at: QPoint, top: int) -> None:
        self._start, self._end = at + QPoint(0, top), at

    def move(self, to: QPoint) -> None:
        self._end = to

    def paint(self, painter: QPainter, theme: Theme, top: int) -> None:
        band = QRect(self._start - QPoint(0, top), self._end).normalized()
        fill = QColor(theme.accent)
        fill.setAlpha(40)
        painter.fillRect(band, fill)
        painter.setPen(theme.accent)
        painter.drawRect(band.adjusted(0, 0, -1, -1))
