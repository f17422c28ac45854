"""The layout that is shown, and the one that is on its way: laid out in slices between two looks at the event queue."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.widgets.grid_layout import GridLayout

SLICE = 6_000  # photos: below 5 ms


class GridLines(QObject):
    """`replaced` when another layout is shown from now on, `grew` when more of it is known."""

    replaced = Signal()
    grew = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = GridLayout((), 1, 1)
        self._next: GridLayout | None = None
        self._enough: Callable[[GridLayout], bool] = lambda layout: True
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._slice)

    @property
    def waiting(self) -> bool:
        """The new layout does not reach far enough yet to be shown."""
        return self._next is not None

    def clear(self) -> None:
        self.shown = GridLayout((), 1, 1)

    def start(self, layout: GridLayout, *, enough: Callable[[GridLayout], bool]) -> None:
        """Lay out anew; the shown layout stays until `enough` of the new one is there."""
        self._next, self._enough = layout, enough
        self._slice()

    def _slice(self) -> None:
        layout = self._next or self.shown
        done = layout.extend(SLICE)
        if not done and not self._timer.isActive():
            self._timer.start()
        elif done:
            self._timer.stop()
        if self._next is None:
            self.grew.emit()
        elif done or self._enough(layout):
            self.shown, self._next = layout, None
            self.replaced.emit()
