"""The line at the bottom: how far indexing is. Gone when there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton

HEIGHT_PX = 36
BAR_PX = 160


class StatusLine(QWidget):
    pause_wanted = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self._paused = False
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_PX)
        self._bar.setAccessibleName(self.tr("Indexing progress"))
        self._text = QLabel(self)
        self._text.setProperty("kind", "muted")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._pause = IconButton(theme, "pause", self.tr("Pause indexing"), self)
        self._pause.clicked.connect(lambda: self.pause_wanted.emit(not self._paused))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self._bar)
        row.addWidget(self._text, 1)
        row.addWidget(self._pause)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, *, done: int = 0, of: int = 0, paused: bool = False, can_pause: bool = False) -> None:
        """`done` of `of` photos; without them the bar is left out. An empty text hides the line."""
        self._paused = paused
        self._text.setText(text)
        self._bar.setVisible(of > 0)
        self._bar.setRange(0, max(1, of))
        self._bar.setValue(done)
        self._pause.setVisible(can_pause)
        self._pause.set_icon("resume" if paused else "pause")
        self._pause.set_name(self.tr("Go on indexing") if paused else self.tr("Pause indexing"))
        self.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        self._pause.set_theme(theme)
