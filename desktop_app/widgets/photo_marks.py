"""Small signs on a photo of the grid: how many stand behind it, and what a person said of it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from desktop_app.wording import number
from engine.search_hit import SearchHit

INSET_PX, HEIGHT_PX, PAD_PX = 6, 20, 7
SIGN_PX = 10  # of the drawn stack
PAIR = "RAW+J"
GROUND = QColor(0, 0, 0, 165)
WHITE = QColor(255, 255, 255)
PALE = QColor(255, 255, 255, 200)
LABELS = {
    "red": QColor("#e5484d"),
    "yellow": QColor("#f5c542"),
    "green": QColor("#46a758"),
    "blue": QColor("#3e8ef7"),
    "purple": QColor("#9b6cf0"),
}
FLAGS_PX, STAR_PX, DOT_PX, FLAG_PX, BETWEEN_PX = 18, 10, 9, 9, 4
SIGNS = {
    1: ((0.28, 0.52), (0.44, 0.68), (0.73, 0.34)),
    -1: ((0.34, 0.34), (0.66, 0.66), (0.5, 0.5), (0.66, 0.34), (0.34, 0.66)),
}


def badge_rect(place: QRect, alike: int, metrics: QFontMetrics) -> QRect:
    """In the upper right corner; empty where the photo is too small for it."""
    width = metrics.horizontalAdvance(number(alike + 1)) + SIGN_PX + 5 + 2 * PAD_PX
    if place.width() < width + 2 * INSET_PX or place.height() < 40:
        return QRect()
    return QRect(place.right() - INSET_PX - width + 1, place.top() + INSET_PX, width, HEIGHT_PX)


def paint_badge(painter: QPainter, badge: QRect, alike: int, font: QFont) -> None:
    """A stack and the number of photos in it."""
    if badge.isEmpty():
        return
    painter.save()
    _ground(painter, QRectF(badge), HEIGHT_PX / 2)
    painter.setPen(QPen(WHITE, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, top = badge.left() + PAD_PX, badge.top() + (HEIGHT_PX - SIGN_PX) / 2
    painter.drawRoundedRect(QRectF(left, top + 3, SIGN_PX - 3, SIGN_PX - 3), 1.5, 1.5)
    painter.drawPolyline(
        QPolygonF([QPointF(left + 3, top), QPointF(left + SIGN_PX, top), QPointF(left + SIGN_PX, top + SIGN_PX - 3)])
    )
    painter.setFont(font)
    painter.drawText(
        badge.adjusted(0, 0, -PAD_PX, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number(alike + 1)
    )
    painter.restore()


def paint_verdict(painter: QPainter, place: QRect, verdict: int) -> None:
    """A tick or a cross in the upper left corner."""
    painter.save()
    disc = QRectF(place.left() + INSET_PX, place.top() + INSET_PX, HEIGHT_PX, HEIGHT_PX)
    _ground(painter, disc, HEIGHT_PX / 2)
    paint_sign(painter, disc, verdict, WHITE)
    painter.restore()


def flags_rect(place: QRect, hit: SearchHit, *, lifted: bool = False) -> QRect:
    """In the lower left corner, or above the caption where that is shown; empty where there is no room or nothing."""
    parts = [STAR_PX * hit.rating] if hit.rating else []
    parts += [FLAG_PX] if hit.pick else []
    parts += [DOT_PX] if hit.label else []
    width = sum(parts) + BETWEEN_PX * (len(parts) - 1) + 2 * PAD_PX
    bottom = place.bottom() - INSET_PX - (40 if lifted else 0)
    if not parts or place.width() < width + 2 * INSET_PX or bottom - FLAGS_PX < place.top() + INSET_PX + HEIGHT_PX:
        return QRect()
    return QRect(place.left() + INSET_PX, bottom - FLAGS_PX + 1, width, FLAGS_PX)


def paint_flags(painter: QPainter, badge: QRect, hit: SearchHit) -> None:
    """A flag, stars and a label's dot, as far as they were given."""
    if badge.isEmpty():
        return
    painter.save()
    _ground(painter, QRectF(badge), FLAGS_PX / 2)
    left, middle = float(badge.left() + PAD_PX), badge.top() + FLAGS_PX / 2
    if hit.pick:
        _paint_pick(painter, QPointF(left, middle), rejected=hit.pick < 0)
        left += FLAG_PX + BETWEEN_PX
    if hit.rating:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PALE)
        for star in range(hit.rating):
            painter.drawPolygon(_star(QPointF(left + STAR_PX * (star + 0.5), middle)))
        left += STAR_PX * hit.rating + BETWEEN_PX
    if hit.label:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LABELS.get(hit.label.lower(), PALE))
        painter.drawEllipse(QPointF(left + DOT_PX / 2, middle), DOT_PX / 2, DOT_PX / 2)
    painter.restore()


def _paint_pick(painter: QPainter, at: QPointF, *, rejected: bool) -> None:
    pole = QPointF(at.x() + 1, at.y())
    painter.setPen(QPen(PALE, 1.3))
    if rejected:
        painter.drawLine(pole + QPointF(0, -3.5), pole + QPointF(7, 3.5))
        painter.drawLine(pole + QPointF(0, 3.5), pole + QPointF(7, -3.5))
        return
    painter.drawLine(pole + QPointF(0, -5), pole + QPointF(0, 5))
    painter.setBrush(PALE)
    cloth = (QPointF(0, -5), QPointF(7, -5), QPointF(5, -2.2), QPointF(7, 0.5), QPointF(0, 0.5))
    painter.drawPolygon(QPolygonF([pole + point for point in cloth]))


def _star(middle: QPointF) -> QPolygonF:
    points = []
    for corner in range(10):
        radius, angle = (STAR_PX * (0.47 if corner % 2 == 0 else 0.2)), math.pi * corner / 5
        points.append(middle + QPointF(radius * math.sin(angle), -radius * math.cos(angle)))
    return QPolygonF(points)


def pair_rect(place: QRect, badge: QRect, metrics: QFontMetrics) -> QRect:
    """To the left of the count of photos, or in its place; empty where there is no room."""
    width = metrics.horizontalAdvance(PAIR) + 2 * PAD_PX
    right = badge.left() - BETWEEN_PX if not badge.isEmpty() else place.right() - INSET_PX + 1
    if right - width < place.left() + 3 * INSET_PX + HEIGHT_PX or place.height() < 40:
        return QRect()
    return QRect(right - width, place.top() + INSET_PX, width, HEIGHT_PX)


def paint_pair(painter: QPainter, badge: QRect, font: QFont) -> None:
    """A raw photo and its JPEG are one."""
    if badge.isEmpty():
        return
    painter.save()
    _ground(painter, QRectF(badge), HEIGHT_PX / 2)
    painter.setPen(PALE)
    painter.setFont(font)
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, PAIR)
    painter.restore()


def paint_sign(painter: QPainter, place: QRectF, verdict: int, colour: QColor) -> None:
    """The tick or the cross alone."""
    pen = QPen(colour, 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    points = [QPointF(place.left() + x * place.width(), place.top() + y * place.height()) for x, y in SIGNS[verdict]]
    painter.drawPolyline(QPolygonF(points))


def _ground(painter: QPainter, rect: QRectF, radius: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(rect, radius, radius)
