"""Small signs on a photo of the grid: how many stand behind it, and what a person said of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

INSET_PX, HEIGHT_PX, PAD_PX = 6, 20, 7
SIGN_PX = 10  # of the drawn stack
GROUND = QColor(0, 0, 0, 165)
WHITE = QColor(255, 255, 255)
SIGNS = {
    1: ((0.28, 0.52), (0.44, 0.68), (0.73, 0.34)),
    -1: ((0.34, 0.34), (0.66, 0.66), (0.5, 0.5), (0.66, 0.34), (0.34, 0.66)),
}


def badge_rect(place: QRect, alike: int, metrics: QFontMetrics) -> QRect:
    """In the upper right corner; empty where the photo is too small for it."""
    width = metrics.horizontalAdvance(f"{alike + 1:,}") + SIGN_PX + 5 + 2 * PAD_PX
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
        badge.adjusted(0, 0, -PAD_PX, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{alike + 1:,}"
    )
    painter.restore()


def paint_verdict(painter: QPainter, place: QRect, verdict: int) -> None:
    """A tick or a cross in the upper left corner."""
    painter.save()
    disc = QRectF(place.left() + INSET_PX, place.top() + INSET_PX, HEIGHT_PX, HEIGHT_PX)
    _ground(painter, disc, HEIGHT_PX / 2)
    paint_sign(painter, disc, verdict, WHITE)
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
