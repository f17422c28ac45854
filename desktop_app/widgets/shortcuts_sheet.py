"""The keys, over everything, until any of them is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

KEYS = (
    ("/  or  Ctrl+F", "Search"),
    ("Esc", "Back, or clear the search"),
    ("Arrow keys", "Go from photo to photo"),
    ("Enter, Space or E", "Look at one photo"),
    ("G", "Back to the grid"),
    ("Ctrl+wheel", "Size of the photos"),
    ("I", "What is known of a photo"),
    ("Tab", "Hide the panels (from the grid)"),
    ("Ctrl+Tab", "From the grid to the next part"),
    ("F", "Full screen"),
    ("Ctrl+O", "Add a folder"),
    ("F5", "Look for new photos"),
    ("Ctrl+Q", "Quit"),
)


class ShortcutsSheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys: " + "; ".join(f"{key}: {what}" for key, what in KEYS))
        sheet = QFrame(self)
        sheet.setObjectName("sheet")
        rows = QGridLayout(sheet)
        rows.setContentsMargins(32, 24, 32, 28)
        rows.setHorizontalSpacing(32)
        rows.setVerticalSpacing(10)
        title = QLabel("Keys", sheet)
        title.setProperty("kind", "title")
        rows.addWidget(title, 0, 0, 1, 2)
        for line, (key, what) in enumerate(KEYS, 1):
            name = QLabel(key, sheet)
            name.setProperty("kind", "strong")
            rows.addWidget(name, line, 0)
            said = QLabel(what, sheet)
            said.setProperty("kind", "muted")
            rows.addWidget(said, line, 1)
        column = QVBoxLayout(self)
        column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self._before: QWidget | None = None
        self.hide()

    def open(self) -> None:
        self._before = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def close_sheet(self) -> None:
        """Whoever had the focus has it again."""
        if self._before is not None:
            self._before.setFocus()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 130))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.close_sheet()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        self.close_sheet()
