"""What went wrong, above the photos: reason, remedy, and a button where one helps."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.announcing import announce
from desktop_app.drawings import ICON_PX, icon
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton


class Banner(QWidget):
    """Hidden until it has something to say; stays until it is closed or taken back."""

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._key, self._other_key = "", ""
        self._icon_name, self._role = "warning", "error"
        frame = QFrame(self)
        frame.setObjectName("banner")
        self._icon = QLabel(frame)
        self._text = QLabel(frame)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(frame)
        self._button.clicked.connect(lambda: self.acted.emit(self._key))
        self._other = QPushButton(frame)
        self._other.clicked.connect(lambda: self.acted.emit(self._other_key))
        self._close = IconButton(theme, "close", self.tr("Close this message"), frame)
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._other)
        row.addWidget(self._button)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 8)
        column.addWidget(frame)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    @property
    def key(self) -> str:
        """Of what it says now."""
        return "" if self.isHidden() else self._key

    def say(self, text: str, *, key: str = "", button: str = "", error: bool = True, good: bool = False) -> None:
        """With `button` a way out is offered, and `acted(key)` tells that it was taken. `good`: nothing went wrong."""
        self._key = key
        self._icon_name = "yes" if good else "warning"
        self._role = "accent" if good else "error" if error else "warn"
        self._text.setText(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._other.hide()
        self.setAccessibleName(text)
        self.set_theme(self._theme)
        self.show()
        announce(self, text)

    def offer(self, key: str, button: str) -> None:
        """A second way out of what was just said."""
        self._other_key = key
        self._other.setText(button)
        self._other.show()

    def take_back(self, key: str) -> None:
        """What was said under this key is no longer so."""
        if key == self._key:
            self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._close.set_theme(theme)
        colour = getattr(theme, self._role)
        self._icon.setPixmap(icon(self._icon_name, colour).pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))
