"""One of several, as a button that opens a list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_app.drawings import paint_icon
from desktop_app.theme import Theme

ARROW_PX, EDGE_PX = 14, 10


class IconChoice(QComboBox):
    """The wheel scrolls the page over it: nobody changes a setting in passing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRectF(self.width() - EDGE_PX - ARROW_PX, (self.height() - ARROW_PX) / 2, ARROW_PX, ARROW_PX)
        paint_icon(painter, "down", self._theme.muted, place)
