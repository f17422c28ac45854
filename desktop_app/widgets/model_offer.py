"""Below the photos, once: there is a larger model. Quiet, and gone for good after any answer."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.drawings import ICON_PX, icon
from desktop_app.elided_label import ElidedLabel
from desktop_app.theme import Theme


class ModelOffer(QWidget):
    """`answered(True)`: somebody wants to see it; that downloads nothing yet."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel(self)
        self._text = ""
        self._gain, self._cost = QLabel(self), ElidedLabel(parent=self)
        self._gain.setTextFormat(Qt.TextFormat.PlainText)
        self._gain.setWordWrap(True)
        self._cost.setProperty("kind", "small")
        self._see = QPushButton(self.tr("See it"), self)
        self._see.setAccessibleName(self.tr("See the larger model"))
        self._see.clicked.connect(lambda: self.answered.emit(True))
        self._no = QPushButton(self.tr("No, thanks"), self)
        self._no.setAccessibleName(self.tr("Do not offer a larger model again"))
        self._no.clicked.connect(lambda: self.answered.emit(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._gain)
        words.addWidget(self._cost)
        row.addLayout(words, 1)
        row.addWidget(self._see)
        row.addWidget(self._no)
        self.set_theme(theme)
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def say(self, text: str) -> None:
        """What it gains, and in a second line what it costs; empty where there is nothing to offer."""
        self._text = text
        gain, _, cost = text.partition("\n")
        self._gain.setText(gain)
        self._cost.setText(cost)
        self.setAccessibleName(f"{gain} {cost}")

    def set_theme(self, theme: Theme) -> None:
        self._icon.setPixmap(icon("models", theme.muted).pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))
