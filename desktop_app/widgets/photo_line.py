"""The slim line below a photo in the preview, and the round buttons over it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.plain_text import spelled_out
from desktop_app.theme import Theme

PAD_PX = 16
BUTTON_PX = 36
NAME_SHARE = 0.4  # of the line, at least, where there is more to say than fits

_GLYPHS = {
    "left": [(0.56, 0.36), (0.42, 0.5), (0.56, 0.64)],
    "right": [(0.44, 0.36), (0.58, 0.5), (0.44, 0.64)],
    "back": [(0.37, 0.37), (0.63, 0.63), (0.5, 0.5), (0.63, 0.37), (0.37, 0.63)],
}


class PhotoLine(QWidget):
    """Name and facts to the left, zoom and position to the right; when it is narrow, name and position alone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = self._date = self._zoom = self._position = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_photo(self, name: str, date: str, position: str) -> None:
        self._name, self._date, self._position = name, date, position
        self._tell()

    def set_zoom(self, text: str) -> None:
        self._zoom = text
        self._tell()

    def _tell(self) -> None:
        self.setAccessibleName(", ".join(part for part in (self._name, self._date, self._position, self._zoom) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        ground = QColor(self._theme.photo_surround)
        ground.setAlpha(225)
        painter.fillRect(self.rect(), ground)
        font = QFont(self.font())
        font.setPixelSize(13)
        painter.setFont(font)
        metrics, room = QFontMetrics(font), self.rect().adjusted(PAD_PX, 0, -PAD_PX, 0)
        narrow = room.width() < 480
        room = self._right(painter, metrics, room, self._position, self._theme.text)
        if self._zoom and not narrow:
            room = self._right(painter, metrics, room, self._zoom, self._theme.muted)
        facts = "" if narrow else self._date
        needed = metrics.horizontalAdvance(facts) + PAD_PX if facts else 0
        name_room = max(room.width() - needed, int(room.width() * NAME_SHARE) if facts else 0, 0)
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, name_room)
        painter.setPen(self._theme.text)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        if facts:
            room.setLeft(room.left() + metrics.horizontalAdvance(name) + PAD_PX)
            painter.setPen(self._theme.muted)
            facts = metrics.elidedText(facts, Qt.TextElideMode.ElideRight, max(0, room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, facts)

    def _right(self, painter: QPainter, metrics: QFontMetrics, room: QRect, text: str, colour: QColor) -> QRect:
        painter.setPen(colour)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return room.adjusted(0, 0, -metrics.horizontalAdvance(text) - PAD_PX, 0)


class PhotoButton(QAbstractButton):
    """A round veil with a drawn sign; readable on any photo."""

    def __init__(self, sign: Literal["left", "right", "back"], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setAccessibleName(name)
        self.setToolTip(spelled_out(name))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(BUTTON_PX, BUTTON_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190 if self.isDown() else 150 if self.underMouse() else 100))
        painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))
        pen = QPen(QColor(255, 255, 255, 235), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        size = self.width()
        painter.drawPolyline(QPolygonF([QPointF(x * size, y * size) for x, y in _GLYPHS[self._sign]]))
