"""One line of text that is cut short where there is no room for it, and then tells all in its tool tip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app.plain_text import spelled_out


class ElidedLabel(QLabel):
    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text, parent)
        self._cut = cut
        self._tip = ""
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_tip(self, tip: str) -> None:
        """What is told beside the text itself."""
        self._tip = tip
        self.setAccessibleDescription(tip)

    def set_shorter(self, *texts: str) -> None:
        """What is most important, ever less of it, for where the whole has no room."""
        self._shorter = texts

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        metrics = self.fontMetrics()
        choice = (self.text(), *filter(None, self._shorter))
        fits = (each for each in choice if metrics.horizontalAdvance(each) <= self.width())
        text = metrics.elidedText(next(fits, choice[-1]), self._cut, self.width())
        whole = self.text() if text != self.text() else ""
        self.setToolTip(spelled_out("\n".join(filter(None, (whole, self._tip)))))
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)
