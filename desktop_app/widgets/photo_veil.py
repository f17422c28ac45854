"""Dims a photo but for the part that a word matched."""

from __future__ import annotations

import struct
from functools import lru_cache

from PySide6.QtCore import QObject, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QImage, QPainter

from engine.messages import WordSight

EDGE = 64  # of the veil's picture, which is stretched smoothly over the photo
DARKEST = 0.64
FADE_MS = 150


@lru_cache(maxsize=64)
def veil(sight: WordSight) -> QImage:
    """Black, and the clearer the more a place speaks for the word; black all over where nothing does."""
    heat = struct.unpack(f"<{sight.rows * sight.columns}f", sight.heat)
    if not sight.found or max(heat, default=0.0) <= 0:
        shares = [0.0] * EDGE * EDGE
    else:
        shares = _smooth(heat, sight.rows, sight.columns)
    data = bytearray(4 * EDGE * EDGE)
    data[3::4] = bytes(round(255 * DARKEST * (1.0 - share)) for share in shares)
    return QImage(bytes(data), EDGE, EDGE, 4 * EDGE, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _smooth(heat: tuple[float, ...], rows: int, columns: int) -> list[float]:
    """float[EDGE * EDGE] in 0..1: cells blended into each other by a cubic B-spline, which never swings beyond them.
    The warmest place is fully clear."""
    across = _weights(columns)
    lines = [[sum(heat[row * columns + at] * part for at, part in cell) for cell in across] for row in range(rows)]
    made = [sum(lines[at][x] * part for at, part in cell) for cell in _weights(rows) for x in range(EDGE)]
    peak = max(made)
    return [min(1.0, max(0.0, value / peak)) for value in made]


@lru_cache(maxsize=8)
def _weights(cells: int) -> list[list[tuple[int, float]]]:
    """For each of EDGE places: the cells that bear on it, and how much."""
    made = []
    for place in range(EDGE):
        at = (place + 0.5) * cells / EDGE - 0.5
        first = int(at // 1)
        t = at - first
        parts = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
        made.append([(min(max(first + step - 1, 0), cells - 1), part / 6) for step, part in enumerate(parts)])
    return made


class PhotoVeil(QObject):
    """Fades from one veil to the next. `changed` asks for a paint."""

    changed = Signal()

    def __init__(self, parent: QObject, *, animated: bool) -> None:
        super().__init__(parent)
        self.animated = animated
        self._old: QImage | None = None
        self._new: QImage | None = None
        self._motion = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FADE_MS)
        self._motion.valueChanged.connect(self.changed)
        self._motion.finished.connect(self._arrive)

    @property
    def image(self) -> QImage | None:
        """What the photo is dimmed by, or is about to be."""
        return self._new

    def lift(self) -> None:
        """At once: another photo is shown."""
        self._motion.stop()
        self._old = self._new = None

    def lay(self, sight: WordSight | None) -> None:
        """Over the photo from now on; None lifts it."""
        new = veil(sight) if sight is not None else None
        if new is self._new:
            return
        self._motion.stop()
        self._old, self._new = self._new, new
        if self.animated:
            self._motion.start()
        else:
            self._arrive()

    def paint(self, painter: QPainter, place: QRectF) -> None:
        progress = float(self._motion.currentValue()) if self._running else 1.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for image, opacity in ((self._old, 1.0 - progress), (self._new, progress)):
            if image is not None and opacity > 0:
                painter.setOpacity(opacity)
                painter.drawImage(place, image)
        painter.restore()

    @property
    def _running(self) -> bool:
        return self._motion.state() == QVariantAnimation.State.Running

    def _arrive(self) -> None:
        self._old = None
        self.changed.emit()
