"""Where the grid shows or hides what is less likely: keeps the strip in its place among the photos."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.grid_strip import GridStrip
from desktop_app.widgets.grid_view import STRIP_PX, JustifiedView


class GridFold(QObject):
    """`folded_by_key` when the button on the strip was pressed with a key, and the focus is to come back."""

    folded_by_key = Signal()

    def __init__(self, theme: Theme, view: JustifiedView) -> None:
        super().__init__(view)
        self._view = view
        self._words = ("", "")
        self._strip = GridStrip(theme, view.viewport())
        self._strip.button.clicked.connect(self._fold_or_unfold)
        self._strip.button.reached.connect(self._bring_into_sight)
        self._strip.button.left_upwards.connect(view.setFocus)
        view.laid_out_anew.connect(self.place)

    @property
    def button(self) -> QWidget:
        return self._strip.button

    def set_words(self, more: str, fewer: str) -> None:
        """On the button that shows the less likely photos, and on the same one when it hides them."""
        self._words = (more, fewer)
        self.place()

    def set_theme(self, theme: Theme) -> None:
        self._strip.set_theme(theme)

    def place(self) -> None:
        """To where it belongs in what is in sight; hidden where nothing is less likely."""
        top = self._view.strip_top
        self._strip.setVisible(top is not None)
        if top is not None:
            self._strip.say(self._words[self._view.unfolded])
            down = top - self._view.verticalScrollBar().value()
            self._strip.setGeometry(0, down, self._view.viewport().width(), STRIP_PX)

    def _bring_into_sight(self) -> None:
        top, bar = self._view.strip_top or 0, self._view.verticalScrollBar()
        height = self._view.viewport().height()
        if not bar.value() <= top <= bar.value() + height - STRIP_PX:
            self._view.stop_gliding()
            bar.setValue(top + STRIP_PX - height)

    def _fold_or_unfold(self) -> None:
        by_key = self._strip.button.hasFocus()
        self._view.unfold(not self._view.unfolded)
        if by_key:
            self.folded_by_key.emit()
