"""Chips of tags in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.flow import flow
from desktop_app.theme import Theme
from desktop_app.widgets.tag_chip import HEIGHT_PX, TagChip, TagLook

GAP_PX = 4


class TagFlow(QWidget):
    """Its height follows from its width."""

    removed = Signal(str)
    confirmed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: list[TagChip] = []
        self.setFixedHeight(0)

    @property
    def chips(self) -> Sequence[TagChip]:
        return self._chips

    def set_looks(self, looks: Sequence[TagLook]) -> None:
        """The same chips again keep the focus."""
        if [chip.look for chip in self._chips] == list(looks):
            return
        focused = next((chip.look.tag for chip in self._chips if chip.hasFocus()), None)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [TagChip(self._theme, look, self) for look in looks]
        for chip in self._chips:
            chip.removed.connect(self.removed)
            chip.confirmed.connect(self.confirmed)
            chip.show()
        again = next((chip for chip in self._chips if chip.look.tag == focused), None)
        if again is not None:
            again.setFocus()
        self.setVisible(bool(looks))
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for chip in self._chips:
            chip.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        widths = [chip.sizeHint().width() for chip in self._chips]
        places = flow(widths, max(self.width(), 1), height=HEIGHT_PX, gap=GAP_PX, leading=GAP_PX)
        for chip, place in zip(self._chips, places, strict=True):
            chip.setGeometry(place)
        height = max((place.bottom() + 1 for place in places), default=0)
        if height != self.height():
            self.setFixedHeight(height)
