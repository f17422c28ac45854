"""What moves in the grid: thumbnails that fade in, and photos on their way to another place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QObject, QRect, QTimer, QVariantAnimation

FADE_S = 0.12
FRAME_MS = 16
MOVE_MS = 200


@dataclass(frozen=True, slots=True)
class Move:
    """A row's place before and after, in the viewport; None where it was or will be out of sight."""

    row: int
    start: QRect | None
    end: QRect | None

    def at(self, progress: float) -> tuple[QRect, float]:
        """Where it is and how opaque, for a progress from 0 to 1."""
        if self.start is not None and self.end is not None:
            return between(self.start, self.end, progress), 1.0
        if self.end is not None:
            return self.end, progress
        return self.start or QRect(), max(0.0, 1.0 - 2.0 * progress)


def between(start: QRect, end: QRect, progress: float) -> QRect:
    rest = 1.0 - progress
    return QRect(
        round(start.x() * rest + end.x() * progress),
        round(start.y() * rest + end.y() * progress),
        max(1, round(start.width() * rest + end.width() * progress)),
        max(1, round(start.height() * rest + end.height() * progress)),
    )


class Fades(QObject):
    """Rows whose thumbnail has just come. Calls `update(row)` about every 16 ms until each is fully there."""

    def __init__(self, update: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._update = update
        self._since: dict[int, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._step)

    def start(self, row: int) -> None:
        self._since[row] = time.monotonic()
        if not self._timer.isActive():
            self._timer.start()

    def clear(self) -> None:
        self._since.clear()
        self._timer.stop()

    @property
    def rows(self) -> Iterable[int]:
        """Those that are on their way."""
        return self._since.keys()

    def arrived(self, row: int) -> float:
        """0 to 1; 1 for every row that is not fading."""
        since = self._since.get(row)
        return 1.0 if since is None else min(1.0, (time.monotonic() - since) / FADE_S)

    def _step(self) -> None:
        ended = [row for row in self._since if self.arrived(row) >= 1.0]
        rows = list(self._since)
        for row in ended:
            del self._since[row]
        if not self._since:
            self._timer.stop()
        for row in rows:
            self._update(row)


class Reorder(QVariantAnimation):
    """One calm movement of the photos in sight from their old to their new places."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(MOVE_MS)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._moves: list[Move] = []

    @property
    def running(self) -> bool:
        return self.state() == QVariantAnimation.State.Running

    def begin(self, moves: Iterable[Move]) -> None:
        """Leaving photos are painted first and moving ones last, so that those pass above."""
        self.stop()
        self._moves = sorted(
            moves, key=lambda move: (move.start is not None and move.end is not None, move.end is None)
        )
        if any(move.start != move.end for move in self._moves):
            self.start()

    def places(self) -> list[tuple[int, QRect, float]]:
        """(row, rectangle, opacity) of this moment, in painting order."""
        progress = float(self.currentValue() or 0.0)
        return [(move.row, *move.at(progress)) for move in self._moves]
