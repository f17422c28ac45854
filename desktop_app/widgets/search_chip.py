"""One part of what is searched for, as a pill that a click or a key removes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.drawings import paint_icon
from desktop_app.theme import Theme, blend

HEIGHT_PX = 28
PICTURE_PX = 20
WIDEST_PX = 260
PAD_PX, GAP_PX, CROSS_PX = 10, 6, 8


@dataclass(frozen=True, slots=True)
class ChipLook:
    """`key` tells it from others. A chip of an example photo has its picture, or an icon; `unlike` is drawn as what is
    to be avoided."""

    key: str
    text: str
    spoken: str
    icon: str = ""
    picture: QImage | None = None
    unlike: bool = False


class SearchChip(QAbstractButton):
    """Pressing it removes it: a click, Enter, Space, Delete or Backspace."""

    def __init__(self, theme: Theme, look: ChipLook, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.look = look
        self._font = QFont(self.font())
        self._font.setPixelSize(13)
        self._font.setWeight(QFont.Weight.Medium)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(look.spoken)
        self.setToolTip(self.tr("%s  (click to remove)") % look.spoken)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        text = QFontMetrics(self._font).horizontalAdvance(self.look.text) + 2  # what is rounded away cuts it short
        return QSize(min(self._text_left() + text + GAP_PX + CROSS_PX + PAD_PX, WIDEST_PX), HEIGHT_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        if event.key() in (key.Key_Delete, key.Key_Backspace, key.Key_Return, key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme, look = QPainter(self), self._theme, self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = blend(theme.text, theme.raised, 0.16 if self.underMouse() or self.isDown() else 0.09)
        painter.setBrush(ground)
        painter.setPen(QPen(theme.accent, 1.2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), HEIGHT_PX / 2, HEIGHT_PX / 2)
        self._paint_picture(painter)
        painter.setFont(self._font)
        painter.setPen(theme.text)
        left = self._text_left()
        room = self.rect().adjusted(left, 0, -(PAD_PX + CROSS_PX + GAP_PX), 0)
        text = QFontMetrics(self._font).elidedText(look.text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_cross(painter)

    def _text_left(self) -> int:
        return PAD_PX if not (self.look.picture or self.look.icon) else 4 + PICTURE_PX + GAP_PX

    def _paint_picture(self, painter: QPainter) -> None:
        place = QRectF(4, (HEIGHT_PX - PICTURE_PX) / 2, PICTURE_PX, PICTURE_PX)
        if self.look.picture is not None:
            painter.save()
            round_place = QPainterPath()
            round_place.addEllipse(place)
            painter.setClipPath(round_place)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self.look.picture, _middle(self.look.picture))
            painter.restore()
        elif self.look.icon:
            paint_icon(painter, self.look.icon, self._theme.muted, place.adjusted(2, 2, -2, -2))
        if self.look.unlike and (self.look.picture or self.look.icon):
            painter.setPen(QPen(self._theme.error, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place)
            painter.drawLine(
                place.center() - QPointF(0.7, 0.7) * PICTURE_PX / 2, place.center() + QPointF(0.7, 0.7) * PICTURE_PX / 2
            )

    def _paint_cross(self, painter: QPainter) -> None:
        pen = QPen(self._theme.text if self.underMouse() or self.hasFocus() else self._theme.muted, 1.4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        half, middle = CROSS_PX / 2, QPointF(self.width() - PAD_PX - CROSS_PX / 2, HEIGHT_PX / 2)
        for slope in (1, -1):
            painter.drawLine(middle - QPointF(half, half * slope), middle + QPointF(half, half * slope))


def _middle(image: QImage) -> QRectF:
    """The largest square in the middle of a picture."""
    edge = min(image.width(), image.height())
    return QRectF((image.width() - edge) / 2, (image.height() - edge) / 2, edge, edge)
