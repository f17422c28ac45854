"""The one box: what is typed here is searched."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.drawings import ICON_PX, paint_icon
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton

LONGEST = 2_000
EDGE_PX = 14
ROOM_PX, BUTTON_PX = 30, 32


class SearchBox(QLineEdit):
    """`pasted(QMimeData)`: something else than text is in the clipboard, and wanted."""

    typed = Signal(str)
    search_now = Signal()
    cleared = Signal()  # nothing is searched any more, examples included; search_now follows
    pasted = Signal(object)
    focused = Signal()
    left_downwards = Signal()
    rubbed_out = Signal()  # Backspace where there is nothing before the cursor
    save_wanted = Signal()
    filters_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setMaxLength(LONGEST)
        self.setAcceptDrops(False)  # the field around it takes them, photos too
        self.setAccessibleName(self.tr("Search"))
        said = self.tr("Describe a photo in a sentence; the newest photos are shown when it is empty")
        self.setAccessibleDescription(said)
        self._theme = theme
        self._has_examples = False
        self._clear = IconButton(theme, "close", self.tr("Clear the search"), self, key="Esc")
        self._clear.clicked.connect(self.clear)
        self._save = IconButton(theme, "bookmark", self.tr("Save this search"), self, key="Ctrl+S")
        self._save.clicked.connect(self.save_wanted)
        self.filters = IconButton(theme, "filters", self.tr("Filters"), self)
        self.filters.setCheckable(True)
        self.filters.clicked.connect(self.filters_wanted)
        self._show_buttons()
        self.setTextMargins(ROOM_PX, 0, 3 * BUTTON_PX, 0)
        self.textChanged.connect(self._changed)
        self.invite(False)

    @property
    def clearable(self) -> bool:
        """Something is searched for."""
        return bool(self.text()) or self._has_examples

    def set_examples(self, any_: bool) -> None:
        """There are example photos beside the text."""
        self._has_examples = any_
        self._show_buttons()
        self.invite(False)

    def invite(self, over: bool) -> None:
        """What an empty box says; `over`: while a photo is carried above it."""
        said = self.tr("Describe a photo: two dogs playing in the snow")
        if self._has_examples:
            said = self.tr("Add words, for example: in the snow")
        self.setPlaceholderText(self.tr("Drop a photo to find others like it") if over else said)

    def replace_text(self, text: str) -> None:
        """As if it had been typed: it can be undone."""
        self.selectAll()
        self.insert(text)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in (self._clear, self._save, self.filters):
            button.set_theme(theme)
        self.update()

    def light_filters(self, lit: bool) -> None:
        """Whether there are any."""
        self.filters.setChecked(lit)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        colour = self._theme.text if self.hasFocus() else self._theme.muted
        top = (self.height() - ICON_PX) / 2
        paint_icon(QPainter(self), "search", colour, QRectF(EDGE_PX, top, ICON_PX, ICON_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        edge = self._clear.sizeHint().width()
        for place, button in enumerate((self.filters, self._clear, self._save)):
            left = self.width() - edge - 5 - place * BUTTON_PX
            button.setGeometry(left, (self.height() - edge) // 2, edge, edge)

    def clear(self) -> None:
        """Empties the box and shows the newest photos at once."""
        super().clear()
        self.cleared.emit()
        self.search_now.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.focused.emit()

    def event(self, event: QEvent) -> bool:
        """Where nothing was typed that could be undone, Ctrl+Z is the window's: it undoes tags."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            if undo or (event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.search_now.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.matches(QKeySequence.StandardKey.Paste) and self._other_than_text():
            self.pasted.emit(QGuiApplication.clipboard().mimeData())
        elif event.key() == Qt.Key.Key_Backspace and not self.cursorPosition() and not self.hasSelectedText():
            self.rubbed_out.emit()
        else:
            super().keyPressEvent(event)

    def _other_than_text(self) -> bool:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None:
            return False
        return any(url.isLocalFile() for url in mime.urls()) or (mime.hasImage() and not mime.hasText())

    def _show_buttons(self) -> None:
        self._clear.setVisible(self.clearable)
        self._save.setVisible(self.clearable)

    def _changed(self, text: str) -> None:
        self._show_buttons()
        self.typed.emit(text)
