"""The chips of a search, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.flow import flow
from desktop_app.theme import Theme
from desktop_app.widgets.search_chip import HEIGHT_PX, ChipLook, SearchChip

GAP_PX = 6
SIDE_PX, BELOW_PX = 12, 10


class SearchChips(QWidget):
    """`removed(key)` when one is pressed. Hidden while there are none."""

    removed = Signal(str)
    emptied = Signal()  # the one that had the focus is gone, and no other can have it

    def __init__(self, theme: Theme, parent: QWidget, *, after: QWidget) -> None:
        """Tab leads to them `after` that part."""
        super().__init__(parent)
        self._theme = theme
        self._after = after
        self._chips: list[SearchChip] = []
        self.hide()

    @property
    def chips(self) -> Sequence[SearchChip]:
        return self._chips

    def set_chips(self, looks: Sequence[ChipLook]) -> None:
        """In this order; a chip that stays keeps the focus, else its neighbour gets it."""
        if [chip.look for chip in self._chips] == list(looks):
            return
        focused = next((at for at, chip in enumerate(self._chips) if chip.hasFocus()), None)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(look) for look in looks]
        for before, after in pairwise((self._after, *self._chips)):
            QWidget.setTabOrder(before, after)
        self.setVisible(bool(looks))
        self._arrange()
        if focused is not None and self._chips:
            self._chips[min(focused, len(self._chips) - 1)].setFocus()
        elif focused is not None:
            self.emptied.emit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for chip in self._chips:
            chip.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _chip(self, look: ChipLook) -> SearchChip:
        chip = SearchChip(self._theme, look, self)
        chip.clicked.connect(lambda: self.removed.emit(look.key))
        chip.show()
        return chip

    def _arrange(self) -> None:
        widths = [chip.sizeHint().width() for chip in self._chips]
        places = flow(widths, max(self.width() - 2 * SIDE_PX, 1), height=HEIGHT_PX, gap=GAP_PX, leading=GAP_PX)
        for chip, place in zip(self._chips, places, strict=True):
            chip.setGeometry(place.translated(SIDE_PX, 0))
        height = max((place.bottom() + 1 + BELOW_PX for place in places), default=0)
        if height != self.height():
            self.setFixedHeight(height)
