"""Asks for a name below the search box: of a search that is saved, of a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.search_popup import SearchPopup
from desktop_app.widgets.search_rows import Row, SearchRows

WIDTH_PX = 380
LONGEST = 120
MOST = 6


class SearchName(SearchPopup):
    """One question at a time; its answer goes to whoever asked. Esc, or a click elsewhere, is no answer."""

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, under: QWidget) -> None:
        super().__init__(window, under)
        self._answer: Callable[[str], None] | None = None
        self._known: tuple[Row, ...] = ()
        self._title = QLabel(self)
        self._title.setProperty("kind", "small")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self.box = QLineEdit(self)
        self.box.setProperty("kind", "field")
        self.box.setMaxLength(LONGEST)
        self.box.installEventFilter(self)
        self.box.textEdited.connect(lambda _: self._fill())
        self._yes = QPushButton(self)
        self._yes.setProperty("kind", "action")
        self._yes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._yes.clicked.connect(self._take)
        self._rows = SearchRows(theme, self)
        self._rows.chosen.connect(self._give)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.box, 1)
        line.addWidget(self._yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(line)
        column.addWidget(self._rows)
        self.setFixedWidth(WIDTH_PX)

    def ask(
        self,
        title: str,
        yes: str,
        answer: Callable[[str], None],
        *,
        text: str = "",
        known: Sequence[Row] = (),
    ) -> None:
        """`known`: names that there are, to choose from."""
        self._answer, self._known = answer, tuple(known)
        self._title.setText(title)
        self._yes.setText(yes)
        self.box.setAccessibleName(title)
        self.setAccessibleName(title)
        self.box.setText(text)
        self.box.selectAll()
        self._fill()
        self.box.setFocus()

    def set_theme(self, theme: Theme) -> None:
        self._rows.set_theme(theme)

    @property
    def names(self) -> list[str]:
        """Those to choose from."""
        return self._rows.texts

    def _fill(self) -> None:
        said = self.box.text().strip().casefold()
        fitting = [row for row in self._known if said in row.text.casefold()]
        self._rows.set_rows(fitting[:MOST])
        self._rows.setVisible(bool(fitting))
        self._yes.setEnabled(bool(said))
        self.open_here()

    def _take(self) -> None:
        if name := self._rows.text or " ".join(self.box.text().split()):
            self._give(name)

    def _give(self, name: str) -> None:
        answer, self._answer = self._answer, None
        self._close()
        if answer is not None:
            answer(name)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched is not self.box:
            return super().eventFilter(watched, event)
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in keys:
                event.accept()  # else they are the window's
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event.key())
        elif isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._left(event.reason())
        return False

    def _left(self, reason: Qt.FocusReason) -> None:
        """Another window in front is no answer, nor is the box's own menu; a click elsewhere is "no"."""
        if reason not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.hide()

    def _pressed(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self._close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._rows.move_light(1 if key == Qt.Key.Key_Down else -1)
            self.box.setAccessibleDescription(self._rows.text)
        elif key == Qt.Key.Key_Tab:
            if self._rows.texts:
                self.box.setText(self._rows.text or self._rows.texts[0])
        else:
            return False
        return True
