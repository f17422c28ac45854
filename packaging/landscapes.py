"""Landscapes drawn for the pictures of the window: photos may be shown to nobody without a right to them."""

from __future__ import annotations

import os
import random

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPolygonF

SIZES = ((960, 640), (640, 800), (900, 600), (1000, 560), (720, 720), (640, 900))
SKIES = (("#1b2a4a", "#e98b5a"), ("#3f7fc4", "#cfe6f5"), ("#20304f", "#6f8fb5"), ("#f2b56b", "#f7e3b0"))
PATIENCE_S = 300.0


def landscape(seed: int) -> QImage:
    """A sky, a sun or moon, hills or the sea, and sometimes trees, snow or a boat."""
    rng = random.Random(seed)
    width, height = rng.choice(SIZES)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    top, low = rng.choice(SKIES)
    sky = QLinearGradient(0, 0, 0, height * 0.7)
    sky.setColorAt(0, QColor(top))
    sky.setColorAt(1, QColor(low))
    painter.fillRect(image.rect(), sky)
    _sun(painter, rng, width, height)
    rng.choice((_mountains, _sea, _hills))(painter, rng, width, height)
    painter.end()
    return image


def _sun(painter: QPainter, rng: random.Random, width: int, height: int) -> None:
    radius = height * rng.uniform(0.04, 0.1)
    painter.setBrush(QColor(rng.choice(("#fff1c9", "#ffd27a", "#f4f4f0"))))
    painter.drawEllipse(QPointF(width * rng.uniform(0.2, 0.8), height * rng.uniform(0.15, 0.45)), radius, radius)


def _ridge(rng: random.Random, width: int, height: int, *, base: float, jag: float) -> QPolygonF:
    steps = 14
    points = [QPointF(width * i / steps, height * (base - rng.random() * jag)) for i in range(steps + 1)]
    return QPolygonF([QPointF(0, height), *points, QPointF(width, height)])


def _mountains(painter: QPainter, rng: random.Random, width: int, height: int) -> None:
    for depth, colour in enumerate(("#8aa0b8", "#5d7390", "#33465f")):
        ridge = _ridge(rng, width, height, base=0.62 + depth * 0.12, jag=0.28 - depth * 0.06)
        painter.setBrush(QColor(colour))
        painter.drawPolygon(ridge)
    painter.fillRect(
        QRectF(0, height * 0.9, width, height * 0.1), QColor("#eef3f7" if rng.random() < 0.5 else "#2d3b33")
    )


def _sea(painter: QPainter, rng: random.Random, width: int, height: int) -> None:
    water = QLinearGradient(0, height * 0.6, 0, height)
    water.setColorAt(0, QColor("#4d8fb8"))
    water.setColorAt(1, QColor("#12354f"))
    painter.fillRect(QRectF(0, height * 0.6, width, height * 0.4), water)
    x, y, size = width * rng.uniform(0.25, 0.7), height * rng.uniform(0.6, 0.72), width * 0.07
    painter.setBrush(QColor("#f5f2ea"))
    painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x, y - size * 1.6), QPointF(x + size, y)]))
    painter.setBrush(QColor("#7c2f2a"))
    painter.drawPolygon(
        QPolygonF([QPointF(x - size * 0.6, y), QPointF(x + size, y), QPointF(x + size * 0.7, y + size * 0.3)])
    )


def _hills(painter: QPainter, rng: random.Random, width: int, height: int) -> None:
    for depth, colour in enumerate(("#7fae6b", "#558a4c", "#2f5f36")):
        path = QPainterPath(QPointF(0, height))
        level = height * (0.62 + depth * 0.12)
        path.lineTo(0, level)
        path.cubicTo(width * 0.3, level - height * rng.uniform(0.05, 0.2), width * 0.6, level + 30, width, level)
        path.lineTo(width, height)
        painter.setBrush(QColor(colour))
        painter.drawPath(path)
    for _ in range(rng.randrange(2, 9)):
        x, y, size = width * rng.random(), height * rng.uniform(0.72, 0.95), height * rng.uniform(0.05, 0.11)
        painter.setBrush(QColor("#1f4227"))
        painter.drawPolygon(QPolygonF([QPointF(x - size / 2, y), QPointF(x, y - size * 1.8), QPointF(x + size / 2, y)]))


def draw(folder: str, photos: int) -> None:
    """Landscapes that are old enough to be indexed at once."""
    os.makedirs(folder)
    for number in range(photos):
        path = os.path.join(folder, f"scene-{number:02d}.jpg")
        landscape(number).save(path, quality=90)
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
