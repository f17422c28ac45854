"""A notch of the wheel as one short glide instead of a jump."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QScrollBar

GLIDE_MS = 140


class Glide(QPropertyAnimation):
    """Moves a scroll bar; a notch during a glide lengthens it."""

    def __init__(self, bar: QScrollBar) -> None:
        super().__init__(bar, b"value", bar)
        self._bar = bar
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setDuration(GLIDE_MS)

    def by(self, pixels: float) -> None:
        gliding = self.state() == QPropertyAnimation.State.Running
        start = self.endValue() if gliding else self._bar.value()
        goal = max(self._bar.minimum(), min(int(start + pixels), self._bar.maximum()))
        self.stop()
        self.setStartValue(self._bar.value())
        self.setEndValue(goal)
        self.start()
