"""The one box: what is typed here is searched."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.drawings import ICON_PX, paint_icon
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton

LONGEST = 2_000
EDGE_PX = 14
ROOM_PX = 30


class SearchBox(QLineEdit):
    typed = Signal(str)
    search_now = Signal()
    left_downwards = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setMaxLength(LONGEST)
        self.setPlaceholderText(self.tr("Describe a photo: two dogs playing in the snow"))
        self.setAccessibleName(self.tr("Search"))
        said = self.tr("Describe a photo in a sentence; the newest photos are shown when it is empty")
        self.setAccessibleDescription(said)
        self._theme = theme
        self._clear = IconButton(theme, "close", self.tr("Clear the search"), self, key="Esc")
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.setTextMargins(ROOM_PX, 0, ROOM_PX, 0)
        self.textChanged.connect(self._changed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._clear.set_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        colour = self._theme.text if self.hasFocus() else self._theme.muted
        top = (self.height() - ICON_PX) / 2
        paint_icon(QPainter(self), "search", colour, QRectF(EDGE_PX, top, ICON_PX, ICON_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        edge = self._clear.sizeHint().width()
        self._clear.setGeometry(self.width() - edge - 5, (self.height() - edge) // 2, edge, edge)

    def clear(self) -> None:
        """Empties the box and shows the newest photos at once."""
        super().clear()
        self.search_now.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.search_now.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.typed.emit(text)
