"""One tag of the selected photos: who says it, on how many of them, and a cross that takes it away."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.drawings import paint_icon
from desktop_app.plain_text import spelled_out
from desktop_app.theme import Theme, blend

HEIGHT_PX = 26
PAD_PX, GAP_PX, SIGN_PX, CROSS_PX = 9, 5, 14, 7
WIDEST_PX = 250
ICONS = {"model": "tag-guess", "file": "tag-file"}


@dataclass(frozen=True, slots=True)
class TagLook:
    """`source` person, model or file; `some`: not all of the selected photos carry it; `offer`: it is only proposed,
    with `detail` (a probability) behind it."""

    tag: str
    text: str
    source: str = "person"
    some: str = ""
    offer: bool = False
    detail: str = ""
    tip: str = ""


class TagChip(QAbstractButton):
    """`removed(tag)` by its cross, Delete or Backspace; `confirmed(tag)` by a click, Enter or Space."""

    removed = Signal(str)
    confirmed = Signal(str)

    def __init__(self, theme: Theme, look: TagLook, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.look = theme, look
        self._font = QFont(self.font())
        self._font.setPixelSize(12)
        self._font.setWeight(QFont.Weight.Medium)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setAccessibleName(", ".join(part for part in (look.text, look.some, look.detail) if part))
        self.setAccessibleDescription(look.tip)
        self.setToolTip(spelled_out(look.tip))
        self.clicked.connect(self._pressed)
        self._at = QPoint(-1, -1)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = QFontMetrics(self._font)
        words = metrics.horizontalAdvance(self.look.text) + 2
        behind = self.look.some or self.look.detail
        words += GAP_PX + metrics.horizontalAdvance(behind) + 2 if behind else 0
        right = 0 if self.look.offer else GAP_PX + CROSS_PX
        return QSize(min(self._left() + words + right + PAD_PX, WIDEST_PX), HEIGHT_PX)

    def _left(self) -> int:
        return PAD_PX + (SIGN_PX + GAP_PX - 2 if self.look.offer or self.look.source in ICONS else 0)

    def _on_cross(self, at: QPoint) -> bool:
        return not self.look.offer and at.x() >= self.width() - PAD_PX - CROSS_PX - GAP_PX

    def _pressed(self) -> None:
        if self._on_cross(self._at):
            self.removed.emit(self.look.tag)
        elif self.look.offer or self.look.source != "person" or self.look.some:
            self.confirmed.emit(self.look.tag)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        self._at = QPoint(-1, -1)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.look.offer:
            self.removed.emit(self.look.tag)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme, look = QPainter(self), self._theme, self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.isDown()
        ground = blend(theme.text, theme.raised, 0.16 if lit else 0.09)
        pen = QPen(theme.accent, 1.2) if self.hasFocus() else QPen(Qt.PenStyle.NoPen)
        if look.offer or look.source == "model":
            ground = blend(theme.text, theme.raised, 0.08 if lit else 0.0)
            pen = QPen(theme.accent if self.hasFocus() else blend(theme.muted, theme.raised, 0.6), 1.0)
            pen.setStyle(Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(ground)
        radius = HEIGHT_PX / 2 - 0.6
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), radius, radius)
        self._paint_sign(painter, lit=lit)
        self._paint_words(painter)
        if not look.offer:
            self._paint_cross(painter, lit=lit)

    def _paint_sign(self, painter: QPainter, *, lit: bool) -> None:
        place = QRectF(PAD_PX - 2, (HEIGHT_PX - SIGN_PX) / 2, SIGN_PX, SIGN_PX)
        if self.look.offer:
            paint_icon(painter, "yes" if lit else "tag-guess", self._theme.accent, place)
        elif self.look.source in ICONS:
            paint_icon(painter, ICONS[self.look.source], self._theme.muted, place)

    def _paint_words(self, painter: QPainter) -> None:
        look, theme = self.look, self._theme
        metrics = QFontMetrics(self._font)
        painter.setFont(self._font)
        behind = look.some or look.detail
        right = PAD_PX + (0 if look.offer else CROSS_PX + GAP_PX)
        room = self.rect().adjusted(self._left(), 0, -right, 0)
        if behind:
            painter.setPen(theme.muted)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, behind)
            room.setRight(room.right() - metrics.horizontalAdvance(behind) - GAP_PX)
        painter.setPen(theme.muted if look.some else theme.text)
        text = metrics.elidedText(look.text, Qt.TextElideMode.ElideLeft, room.width() + 2)
        painter.drawText(room.adjusted(0, 0, 2, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_cross(self, painter: QPainter, *, lit: bool) -> None:
        over = lit and self._on_cross(self.mapFromGlobal(self.cursor().pos()))
        painter.setPen(QPen(self._theme.text if over else self._theme.muted, 1.4))
        left, top = self.width() - PAD_PX - CROSS_PX, (HEIGHT_PX - CROSS_PX) / 2
        painter.drawLine(QPointF(left, top), QPointF(left + CROSS_PX, top + CROSS_PX))
        painter.drawLine(QPointF(left, top + CROSS_PX), QPointF(left + CROSS_PX, top))
