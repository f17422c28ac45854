"""The words of a sentence, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.flow import flow
from desktop_app.theme import Theme
from desktop_app.widgets.word_button import HEIGHT_PX, WordButton
from desktop_app.word_pieces import Piece

GAP_PX = 4
MOST_LINES = 3  # of a very long sentence the rest is cut


class WordFlow(QWidget):
    """`pointed(WordSight or None)` tells which word is looked at; its height follows from its width. Tab leads from the
    first widget of `between` to the words, and from them to the others."""

    pointed = Signal(object)
    grew = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, lines: int = MOST_LINES) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self._words: list[WordButton] = []
        self.between: tuple[QWidget | None, tuple[QWidget, ...]] = (None, ())

    @property
    def words(self) -> Sequence[WordButton]:
        """Those that were looked for, in order."""
        return [word for word in self._words if word.piece.sight is not None]

    def set_pieces(self, pieces: Sequence[Piece]) -> None:
        if [word.piece for word in self._words] == list(pieces):
            return
        for word in self._words:
            word.hide()
            word.deleteLater()
        self._words = [WordButton(self._theme, piece, self) for piece in pieces]
        for word in self._words:
            word.pointed.connect(self.pointed)
            word.show()
        self._order_focus()
        self._arrange()

    def _order_focus(self) -> None:
        before, after = self.between
        chain = [*([before] if before else []), *self.words, *after]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for word in self._words:
            word.set_theme(theme)

    def height_for(self, width: int) -> int:
        return max((place.bottom() + 1 for place in self._places(width)), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _places(self, width: int) -> list:
        widths = [word.sizeHint().width() for word in self._words]
        places = flow(widths, max(width, 1), height=HEIGHT_PX, gap=GAP_PX)
        return [place for place in places if place.top() < self._lines * HEIGHT_PX]

    def _arrange(self) -> None:
        places = self._places(self.width())
        for at, word in enumerate(self._words):
            word.setVisible(at < len(places))
            if at < len(places):
                word.move(places[at].topLeft())
        height = self.height_for(self.width())
        if height != self.height():
            self.setFixedHeight(height)
            self.grew.emit()
