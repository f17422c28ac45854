"""Landscapes drawn for the pictures of the window: photos may be shown to nobody without a right to them."""

from __future__ import annotations

import itertools
import math
import os
import random
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF, QRadialGradient

SIZES = ((1080, 720), (720, 900), (1080, 660), (1200, 640), (800, 800), (720, 1000))


@dataclass(frozen=True, slots=True)
class Light:
    """Colours of an hour: the sky down to the horizon, what is far, what is near, the sun; how low and large that is,
    and where the horizon lies, in shares of the height."""

    sky: tuple[str, str, str]
    far: str
    near: str
    sun: str
    low: float = 0.2
    large: float = 0.04
    horizon: float = 0.6


DAY = (
    Light(("#2f78c4", "#7fb4e2", "#dcecf5"), "#9fb9cd", "#27462f", "#fffbe8"),
    Light(("#5f8fa8", "#b4cdd2", "#f1efe2"), "#b9c4bb", "#4c5b34", "#fffdf0"),
)
EVENING = (
    Light(("#3b3a6b", "#d9654f", "#ffc46b"), "#c07a6a", "#1f1722", "#fff0bd"),
    Light(("#5a3560", "#e8794a", "#ffd98a"), "#b9746c", "#20141c", "#fff4cc"),
    Light(("#2b4470", "#e29a5e", "#ffe1a1"), "#bd8d78", "#1d1a25", "#fff7d6"),
    Light(("#1d2347", "#8a4a7d", "#ff9a76"), "#8b5c7e", "#150f1e", "#ffe3c4"),
    Light(("#7a2f2b", "#d8482f", "#ffb347"), "#a34a35", "#1c0d0c", "#ffe9a8"),
    Light(("#40577f", "#c9a29a", "#fbd9b5"), "#a58f95", "#2b2a33", "#fff6e2"),
)
EVENINGS = 0.72  # of all photos


def light_of(rng: random.Random) -> Light:
    """One of an hour, or between two evenings; no two photos are taken at the same moment from the same place."""
    horizon, large = rng.uniform(0.46, 0.74), rng.choice((0.022, 0.035, 0.05, 0.085))
    if rng.random() > EVENINGS:
        return replace(rng.choice(DAY), horizon=horizon, large=0.03, low=rng.uniform(0.1, 0.28))
    one, other = rng.sample(EVENING, 2)
    share = rng.uniform(0.0, 0.5)
    sky = [_mix(a, b, share).name() for a, b in zip(one.sky, other.sky, strict=True)]
    far, near = _mix(one.far, other.far, share).name(), _mix(one.near, other.near, share).name()
    low = horizon - large - rng.choice((0.0, 0.03, 0.1, 0.2))
    return Light((sky[0], sky[1], sky[2]), far, near, one.sun, low, large, horizon)


def landscape(seed: int) -> QImage:
    """A sky with sun and clouds over mountains, hills, a lake or the sea."""
    rng = random.Random(seed)
    light = light_of(rng)
    image = QImage(*rng.choice(SIZES), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    area = QRectF(image.rect())
    x = rng.uniform(0.12, 0.88)
    _sky(painter, rng, area, light, x)
    rng.choice((_mountains, _lake, _sea, _hills))(painter, rng, area, light, x)
    _vignette(painter, area)
    painter.end()
    return image


def _mix(one: str, other: str, share: float, alpha: int = 255) -> QColor:
    a, b = QColor(one), QColor(other)
    ends = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    red, green, blue = (round(start + (end - start) * share) for start, end in ends)
    return QColor(red, green, blue, alpha)


def _sky(painter: QPainter, rng: random.Random, area: QRectF, light: Light, x: float) -> None:
    sky = QLinearGradient(0, 0, 0, area.height() * light.horizon * 1.1)
    for place, colour in zip((0.0, 0.62, 1.0), light.sky, strict=True):
        sky.setColorAt(place, QColor(colour))
    painter.fillRect(area, sky)
    sun = QPointF(area.width() * x, area.height() * light.low)
    glow = QRadialGradient(sun, area.height() * 0.55)
    glow.setColorAt(0, _mix(light.sun, light.sun, 0, 190))
    glow.setColorAt(0.25, _mix(light.sun, light.sky[2], 0.5, 80))
    glow.setColorAt(1, _mix(light.sky[2], light.sky[2], 0, 0))
    painter.fillRect(area, glow)
    painter.setBrush(QColor(light.sun))
    painter.drawEllipse(sun, area.height() * light.large, area.height() * light.large)
    for _ in range(rng.randrange(0, 10)):
        _cloud(painter, rng, area, light)


def _cloud(painter: QPainter, rng: random.Random, area: QRectF, light: Light) -> None:
    """A streak of soft, flat ellipses."""
    x, y, wide = rng.random() * area.width(), rng.uniform(0.06, 0.4) * area.height(), rng.uniform(0.1, 0.3)
    for _ in range(9):
        painter.setBrush(_mix(light.sky[2], "#ffffff", 0.5, rng.randrange(14, 34)))
        off = rng.gauss(0, wide / 2) * area.width()
        flat = rng.uniform(0.006, 0.016) * area.height()
        painter.drawEllipse(QPointF(x + off, y + rng.gauss(0, flat)), wide * area.width() * 0.5, flat)


def _heights(rng: random.Random, rough: float, steps: int = 128) -> list[float]:
    """A ridge by midpoint displacement, around 0."""
    line, jump = [rng.uniform(-1, 1), rng.uniform(-1, 1)], 1.0
    while len(line) <= steps:
        middles = [(a + b) / 2 + rng.uniform(-jump, jump) for a, b in itertools.pairwise(line)]
        line = [each for pair in zip(line, middles, strict=False) for each in pair] + line[-1:]
        jump *= rough
    return line


def _ridges(painter: QPainter, rng: random.Random, area: QRectF, light: Light, base: float, rough: float) -> None:
    """Four lines one behind the other, each nearer one darker."""
    for depth in range(4):
        line = _heights(rng, rough)
        level, tall = base + depth * 0.085, (0.11 - depth * 0.02) if rough > 0.4 else 0.035
        points = [
            QPointF(area.width() * i / (len(line) - 1), area.height() * (level - tall * height))
            for i, height in enumerate(line)
        ]
        painter.setBrush(_mix(light.far, light.near, (depth / 3) ** 1.2))
        painter.drawPolygon(QPolygonF([area.bottomLeft(), *points, area.bottomRight()]))


def _mountains(painter: QPainter, rng: random.Random, area: QRectF, light: Light, x: float) -> None:
    _ridges(painter, rng, area, light, light.horizon - 0.04, 0.5)


def _hills(painter: QPainter, rng: random.Random, area: QRectF, light: Light, x: float) -> None:
    _ridges(painter, rng, area, light, light.horizon + 0.02, 0.3)
    for _ in range(rng.randrange(5, 16)):
        size = area.height() * rng.uniform(0.08, 0.17)
        foot = QPointF(area.width() * rng.random(), area.height() * rng.uniform(0.9, 1.0))
        painter.setBrush(_mix(light.near, "#000000", 0.35))
        for tier in range(3):
            top, half = foot.y() - size * (0.55 + tier * 0.25), size * (0.22 - tier * 0.05)
            low = top + size * 0.5
            painter.drawPolygon(
                QPolygonF([QPointF(foot.x() - half, low), QPointF(foot.x(), top), QPointF(foot.x() + half, low)])
            )


def _lake(painter: QPainter, rng: random.Random, area: QRectF, light: Light, x: float) -> None:
    """Mountains, and what is above the shore once more below it."""
    _ridges(painter, rng, area, light, light.horizon - 0.14, 0.5)
    device = painter.device()
    shore = round(area.height() * (light.horizon + 0.1))
    assert isinstance(device, QImage)
    above = device.copy(0, 0, device.width(), shore).flipped(Qt.Orientation.Vertical)
    painter.drawImage(
        QRectF(0, shore, area.width(), area.height() - shore), above, QRectF(0, 0, above.width(), shore * 0.8)
    )
    painter.fillRect(QRectF(0, shore, area.width(), area.height() - shore), _mix(light.near, light.far, 0.3, 70))
    painter.fillRect(QRectF(0, shore - 1, area.width(), 3), _mix(light.near, light.far, 0.2))


def _sea(painter: QPainter, rng: random.Random, area: QRectF, light: Light, x: float) -> None:
    shore = area.height() * light.horizon
    water = QLinearGradient(0, shore, 0, area.height())
    water.setColorAt(0, _mix(light.sky[2], "#3f86b0", 0.45))
    water.setColorAt(1, _mix(light.sky[0], "#0d2233", 0.55))
    painter.fillRect(QRectF(0, shore, area.width(), area.height() - shore), water)
    for _ in range(260):  # what the sun leaves on the waves
        depth = rng.random() ** 1.6
        off = rng.gauss(0, 0.03 + depth * 0.07) * area.width()
        painter.setBrush(_mix(light.sun, light.sky[2], 0.3, rng.randrange(40, 150)))
        place = QPointF(area.width() * x + off, shore + 2 + depth * (area.height() - shore))
        painter.drawEllipse(place, (0.004 + depth * 0.016) * area.width(), 1 + depth * 1.6)
    if rng.random() < 0.6:
        _boat(painter, QPointF(area.width() * rng.uniform(0.2, 0.8), shore * 1.08), area.width() * 0.05, light)


def _boat(painter: QPainter, at: QPointF, size: float, light: Light) -> None:
    painter.setBrush(_mix(light.sun, "#ffffff", 0.4))
    painter.drawPolygon(QPolygonF([at, QPointF(at.x(), at.y() - size * 1.8), QPointF(at.x() + size, at.y())]))
    painter.setBrush(_mix(light.near, "#000000", 0.2))
    deck = ((-0.6, 0.05), (1.1, 0.05), (0.7, 0.32), (-0.35, 0.32))
    painter.drawPolygon(QPolygonF([QPointF(at.x() + size * a, at.y() + size * b) for a, b in deck]))


def _vignette(painter: QPainter, area: QRectF) -> None:
    dark = QRadialGradient(area.center(), math.hypot(area.width(), area.height()) * 0.6)
    dark.setColorAt(0.55, QColor(0, 0, 0, 0))
    dark.setColorAt(1, QColor(0, 0, 0, 90))
    painter.fillRect(area, dark)


def draw(folder: str, photos: int) -> None:
    """Landscapes that are old enough to be indexed at once."""
    os.makedirs(folder)
    for number in range(photos):
        path = os.path.join(folder, f"scene-{number:02d}.jpg")
        landscape(number).save(path, quality=90)
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
