"""What stands where there are no photos: a drawing, one sentence, one button or two."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.drawings import drawing
from desktop_app.plain_text import on_button
from desktop_app.theme import Theme
from desktop_app.window_state import Face, Notice

DRAWING = QSize(240, 150)
TEXT_PX = 440
PATIENCE_MS = 400  # an opening that takes less shows nothing, so that nothing flashes


class EmptyState(QWidget):
    """`chosen(key)` names the button of the Notice that was pressed."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._drawing = QLabel(self)
        self._title = QLabel(self)
        self._title.setProperty("kind", "title")
        self._text = QLabel(self)
        self._text.setProperty("kind", "muted")
        self._footnote = QLabel(self)
        self._footnote.setProperty("kind", "small")
        for label in (self._drawing, self._title, self._text, self._footnote):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._drawing)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = QWidget(self)
        self._button_row = QHBoxLayout(self._buttons)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._reveal(True))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrange()

    def _arrange(self) -> None:
        self._button_row.setContentsMargins(0, 12, 0, 12)
        self._button_row.setSpacing(12)
        self._button_row.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QWidget(self)
        inside.setFixedWidth(TEXT_PX)
        words = QVBoxLayout(inside)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        for part in (self._drawing, self._title, self._text, self._buttons, self._footnote):
            words.addWidget(part)
        words.insertSpacing(1, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 48)
        column.addStretch(2)
        column.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def notice(self) -> Notice | None:
        """What is said now."""
        return self._notice

    def say(self, notice: Notice) -> None:
        if notice == self._notice:
            return
        same_buttons = self._notice is not None and self._notice.buttons == notice.buttons
        self._notice = notice
        self._title.setText(notice.title)
        self._title.setVisible(bool(notice.title))
        self._text.setText(notice.text)
        self._footnote.setText(notice.footnote)
        self._footnote.setVisible(bool(notice.footnote))
        self.setAccessibleName(f"{notice.title}. {notice.text}")
        if not same_buttons:
            self._make_buttons(notice)
        self._draw()
        patient = notice.face is Face.STARTING
        self._reveal(not patient)
        if patient:
            self._patience.start()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._draw()

    def _reveal(self, shown: bool) -> None:
        self._patience.stop()
        for part in (self._drawing, self._text):
            part.setVisible(shown)

    def _draw(self) -> None:
        if self._notice is not None:
            scale = self.devicePixelRatioF()
            self._drawing.setPixmap(drawing(self._notice.face, self._theme, size=DRAWING, scale=scale))

    def _make_buttons(self, notice: Notice) -> None:
        while (item := self._button_row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for place, (key, text) in enumerate(notice.buttons):
            button = QPushButton(on_button(text), self._buttons)
            button.setProperty("kind", "large" if place else "primary")
            button.setObjectName(f"empty-{key}")
            button.setAutoDefault(True)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._button_row.addWidget(button)
        self._buttons.setVisible(bool(notice.buttons))
