"""The one box: what is typed here is searched."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.drawings import icon
from desktop_app.theme import Theme

PLACEHOLDER = "Describe a photo: two dogs playing in the snow"
LONGEST = 2_000


class SearchBox(QLineEdit):
    typed = Signal(str)
    search_now = Signal()
    left_downwards = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setMaxLength(LONGEST)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName("Search")
        self.setAccessibleDescription("Describe a photo in a sentence; the newest photos are shown when it is empty")
        self._glass = QAction(self)
        self._clear = QAction("Clear the search", self, visible=False, toolTip="Clear  (Esc)")
        self._clear.triggered.connect(self.clear)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.setTextMargins(4, 0, 4, 0)
        self.textChanged.connect(self._changed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._glass.setIcon(icon("search", theme.muted))
        self._clear.setIcon(icon("close", theme.muted))

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

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, which knows what is open
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.ignore()
                return False
        return super().event(event)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.typed.emit(text)
