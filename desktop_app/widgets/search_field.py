"""The search box with its chips in one frame; photos can be dropped on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.dropped import take_copy
from desktop_app.theme import Theme
from desktop_app.widgets.search_box import SearchBox
from desktop_app.widgets.search_chip import ChipLook
from desktop_app.widgets.search_chips import SearchChips


class SearchField(QFrame):
    """What is dropped here is handed on as it is: `dropped(QMimeData)`."""

    dropped = Signal(object)
    chip_removed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        self.setAcceptDrops(True)
        self.box = SearchBox(theme, self)
        self._chips = SearchChips(theme, self, after=self.box)
        self._filters: tuple[ChipLook, ...] = ()
        self._examples: tuple[ChipLook, ...] = ()
        self._over = False
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addWidget(self._chips)
        self.box.focused.connect(self._light)
        self._chips.removed.connect(self.chip_removed)
        self._chips.emptied.connect(self.box.setFocus)
        self.box.rubbed_out.connect(self._rub_out)

    @property
    def chips(self) -> list[ChipLook]:
        return [chip.look for chip in self._chips.chips]

    def set_examples(self, looks: Sequence[ChipLook]) -> None:
        """Photos that what is found is to be like, or unlike."""
        self._examples = tuple(looks)
        self.box.set_examples(bool(looks))
        self._show_chips()

    def set_filters(self, looks: Sequence[ChipLook]) -> None:
        """What of the text narrows the search."""
        self._filters = tuple(looks)
        self._show_chips()

    def set_theme(self, theme: Theme) -> None:
        self.box.set_theme(theme)
        self._chips.set_theme(theme)

    def _rub_out(self) -> None:
        """The last photo: words go letter by letter."""
        if self._examples:
            self.chip_removed.emit(self._examples[-1].key)

    def _show_chips(self) -> None:
        self._chips.set_chips((*self._examples, *self._filters))

    def _light(self) -> None:
        self.setProperty("lit", self._over or self.box.hasFocus())
        self.style().unpolish(self)
        self.style().polish(self)

    # ---- drops ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            take_copy(event)
            self._over = True
            self.box.invite(mime.hasUrls() or mime.hasImage())
            self._light()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._leave()
        take_copy(event)
        self.dropped.emit(event.mimeData())

    def _leave(self) -> None:
        self._over = False
        self.box.invite(False)
        self._light()
