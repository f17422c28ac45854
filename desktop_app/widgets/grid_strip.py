"""The quiet strip in the grid, with the way to what is less likely: below the photos, or above those once shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.theme import Theme

MARGIN_PX = 12


class StripButton(QPushButton):
    """Tells when it is reached with Tab, and when one goes up from it."""

    reached = Signal()
    left_upwards = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.reached.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Up:
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)


class GridStrip(QWidget):
    """A hairline with a button in its middle."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.button = StripButton(self)
        self.button.setProperty("kind", "faint")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def say(self, text: str) -> None:
        self.button.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.background)
        painter.setPen(self._theme.line)
        place, middle = self.button.geometry(), self.height() // 2
        painter.drawLine(MARGIN_PX, middle, place.left() - MARGIN_PX, middle)
        painter.drawLine(place.right() + MARGIN_PX, middle, self.width() - MARGIN_PX, middle)
