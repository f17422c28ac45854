"""The keys, over everything, until any of them is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget


class ShortcutsSheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        keys = self._keys()
        spoken = "; ".join(f"{key}: {what}" for key, what in keys)
        self.setAccessibleName(self.tr("Keys: %s") % spoken)
        sheet = QFrame(self)
        sheet.setObjectName("sheet")
        rows = QGridLayout(sheet)
        rows.setContentsMargins(32, 24, 32, 28)
        rows.setHorizontalSpacing(32)
        rows.setVerticalSpacing(10)
        title = QLabel(self.tr("Keys"), sheet)
        title.setProperty("kind", "title")
        rows.addWidget(title, 0, 0, 1, 2)
        for line, (key, what) in enumerate(keys, 1):
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

    def _keys(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("/  or  Ctrl+F"), self.tr("Search")),
            (self.tr("Esc"), self.tr("Back, or clear the search")),
            (self.tr("Arrow keys"), self.tr("Go from photo to photo")),
            (self.tr("Enter, Space or E"), self.tr("View a photo large")),
            (self.tr("G"), self.tr("Back to the grid")),
            (self.tr("Ctrl+wheel"), self.tr("Size of the photos")),
            (self.tr("Q"), self.tr("Squares, or whole photos")),
            (self.tr("Shift+D"), self.tr("Select the whole day")),
            (self.tr("I"), self.tr("What is known of a photo")),
            (self.tr("M  and  L"), self.tr("More like this, less like this")),
            (self.tr("Y  and  N"), self.tr("Yes, this matches; no, it does not")),
            (self.tr("0 to 5"), self.tr("Stars (with Shift: and on to the next photo)")),
            (self.tr("P, X  and  U"), self.tr("Pick, reject, no flag")),
            (self.tr("6 to 9"), self.tr("Label red, yellow, green, blue")),
            (self.tr("T"), self.tr("Add tags")),
            (self.tr("Shift+T"), self.tr("Tag all that match the sentence")),
            (self.tr("Ctrl+Z  and  Ctrl+Shift+Z"), self.tr("Undo and redo tags and marks")),
            (self.tr("S"), self.tr("All photos behind one that stands for several")),
            (self.tr("B"), self.tr("Into the quick collection, or out of it")),
            (self.tr("Ctrl+S"), self.tr("Save this search")),
            (self.tr("Ctrl+Shift+E"), self.tr("Export copies")),
            (self.tr("Ctrl+V"), self.tr("Photos like the one in the clipboard")),
            (self.tr("Tab"), self.tr("Hide the panels (from the grid)")),
            (self.tr("Ctrl+Tab"), self.tr("From the grid to the next part")),
            (self.tr("F"), self.tr("Full screen")),
            (self.tr("Ctrl+O"), self.tr("Add a folder")),
            (self.tr("F5"), self.tr("Look for new photos")),
            (self.tr("Ctrl+,"), self.tr("Settings")),
            (self.tr("Ctrl+Q"), self.tr("Quit")),
        )

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
