"""What lies over the photos, right below the search box, while somebody needs it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QFrame, QWidget

GAP_PX = 6


class SearchPopup(QFrame):
    """A child of the window, so that it takes no focus by itself; hung below `under`, at its left or right edge."""

    def __init__(self, window: QWidget, under: QWidget, *, right: bool = False) -> None:
        super().__init__(window)
        self.setObjectName("sheet")
        self._window, self._under = window, under
        self._right = right
        for watched in (window, under):
            watched.installEventFilter(self)
        self.hide()

    def open_here(self) -> None:
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        corner = self._under.mapTo(self._window, QPoint(0, self._under.height() + GAP_PX))
        left = corner.x() + (self._under.width() - self.width() if self._right else 0)
        self.move(max(min(left, self._window.width() - self.width() - GAP_PX), GAP_PX), corner.y())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()  # chips make the box higher
        return False
