"""One line of text that is cut short where there is no room for it, and then tells all in its tool tip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text, parent)
        self._cut = cut
        self._tip = self._short = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_tip(self, tip: str) -> None:
        """What is told beside the text itself."""
        self._tip = tip
        self.setAccessibleDescription(tip)

    def set_short(self, text: str) -> None:
        """The most important part, for where the whole has no room."""
        self._short = text

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        text = self.text() if fits else self._short or self.text()
        text = self.fontMetrics().elidedText(text, self._cut, self.width())
        whole = self.text() if text != self.text() else ""
        self.setToolTip("\n".join(filter(None, (whole, self._tip))))
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)
