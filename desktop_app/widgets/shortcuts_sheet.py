"""The keys, over everything, until any of them is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop_app.key_groups import KeyGroup, key_groups

KEY_PX, WHAT_PX, LINE_PX = 148, 264, 4


class ShortcutsSheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        groups = key_groups()
        spoken = "; ".join(f"{key}: {what}" for group in groups for key, what in group.keys)
        self.setAccessibleName(self.tr("Keys: %s") % spoken)
        sheet = QFrame(self)
        sheet.setObjectName("sheet")
        halves = QHBoxLayout(sheet)
        halves.setContentsMargins(28, 20, 28, 24)
        halves.setSpacing(36)
        half = len(groups) // 2
        for part in (groups[:half], groups[half:]):
            column = QVBoxLayout()
            column.setSpacing(0)
            for group in part:
                column.addLayout(self._group(group, sheet))
                column.addSpacing(14)
            column.addStretch(1)
            halves.addLayout(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(sheet, 0, Qt.AlignmentFlag.AlignCenter)
        self._before: QWidget | None = None
        self.hide()

    @staticmethod
    def _group(group: KeyGroup, sheet: QFrame) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(LINE_PX)
        rows.setColumnMinimumWidth(0, KEY_PX)
        rows.setColumnMinimumWidth(1, WHAT_PX)
        title = QLabel(group.title, sheet)
        title.setProperty("kind", "badge-lit")
        rows.addWidget(title, 0, 0, 1, 2)
        for line, (key, what) in enumerate(group.keys, 1):
            name, said = QLabel(key, sheet), QLabel(what, sheet)
            name.setProperty("kind", "strong")
            said.setProperty("kind", "muted")
            for label in (name, said):
                label.setWordWrap(True)
            rows.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(said, line, 1, Qt.AlignmentFlag.AlignTop)
        return rows

    def open(self) -> None:
        self._before = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def close_sheet(self) -> None:
        """Whoever had the focus has it again, if it is still there."""
        if self._before is not None and isValid(self._before):
            self._before.setFocus()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 130))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.close_sheet()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        self.close_sheet()
