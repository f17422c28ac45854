"""How a page of text and buttons is laid out: one column in the middle, what is long scrolls below its head."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget

SIDE_PX, TOP_PX, GAP_PX = 24, 16, 16
BAR_PX = 12  # as wide as the style sheet makes scroll bars


def rest_unused(bar: QScrollBar) -> None:
    """A bar that is always there, so that nothing moves when it is needed, is seen only then."""

    def follow(least: int, most: int) -> None:
        bar.setEnabled(most > least)

    bar.rangeChanged.connect(follow)
    follow(bar.minimum(), bar.maximum())


def title_line(title: QWidget, *buttons: QWidget) -> QHBoxLayout:
    """The first line of a page: what is said below it has the whole width."""
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(title, 1)
    for button in buttons:
        line.addWidget(button)
    return line


class PageColumn(QScrollArea):
    """Head and contents in line with each other, at most `widest` pixels wide.

    The bar is at the edge of the page, and the wheel scrolls beside the column too.
    """

    def __init__(self, page: QWidget, head: QWidget, inside: QWidget, *, widest: int) -> None:
        super().__init__(page)
        self._widest = widest
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rest_unused(self.verticalScrollBar())
        top = QHBoxLayout()
        top.setContentsMargins(0, TOP_PX, BAR_PX, 0)
        top.addWidget(self._middle(head))
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP_PX)
        whole.addLayout(top)
        whole.addWidget(self, 1)
        self.setWidget(self._middle(inside))

    def _middle(self, part: QWidget) -> QWidget:
        part.setMaximumWidth(self._widest)
        whole = QWidget(self)
        line = QHBoxLayout(whole)
        line.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        line.addStretch(1)
        line.addWidget(part, 1_000)
        line.addStretch(1)
        return whole
