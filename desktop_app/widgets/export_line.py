"""At the bottom while photos are copied: how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

HEIGHT_PX, BAR_PX = 40, 160


class ExportLine(QWidget):
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_PX)
        self._bar.setAccessibleName(self.tr("Export progress"))
        self._text = QLabel(self)
        self._text.setProperty("kind", "muted")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._stop = QPushButton(self.tr("Stop"), self)
        self._stop.setProperty("kind", "faint")
        self._stop.setAccessibleName(self.tr("Stop the export"))
        self._stop.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self._bar)
        row.addWidget(self._text, 1)
        row.addWidget(self._stop)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, *, done: int = 0, of: int = 0) -> None:
        """An empty text hides the line."""
        self._text.setText(text)
        self._bar.setRange(0, max(1, of))
        self._bar.setValue(done)
        self.setVisible(bool(text))
