"""One line of the sidebar: icon, name, count, and a second line where there is more to say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.drawings import ICON_PX, paint_icon
from desktop_app.dropped import take_copy
from desktop_app.plain_text import spelled_out
from desktop_app.theme import RADIUS_PX, Theme, blend

LINE_PX, TWO_LINES_PX = 36, 50
PAD_PX = 12
DEPTH_PX = 14


@dataclass(frozen=True, slots=True)
class EntryLook:
    """`dim` is drawn greyed, `loud` in the colour of warnings; `share` (0 to 1) draws a thin bar of progress. `depth`
    levels further in; `closed` says of one with lines below it whether they are hidden; `takes_photos`: they can be
    dropped on it."""

    icon: str
    name: str
    count: str = ""
    detail: str = ""
    tip: str = ""
    dim: bool = False
    loud: bool = False
    share: float | None = None
    depth: int = 0
    closed: bool | None = None
    takes_photos: bool = False


class IconEntry(QAbstractButton):
    """Chosen is what `setChecked` says. Folded it is the icon alone, with everything else in its tool tip."""

    menu_wanted = Signal(QPoint)
    fold_wanted = Signal()
    dropped = Signal(object, bool)  # QMimeData, and whether it comes from this window

    def __init__(self, theme: Theme, look: EntryLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = look
        self._folded = False
        self._over = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_look(look)

    @property
    def look(self) -> EntryLook:
        return self._look

    def set_look(self, look: EntryLook) -> None:
        taller = bool(look.detail) != bool(self._look.detail)
        self._look = look
        self.setAcceptDrops(look.takes_photos)
        spoken = ", ".join(part for part in (look.name, look.count, look.detail) if part)
        self.setAccessibleName(spoken)
        self.setToolTip(spelled_out(look.tip or (spoken if self._folded else "")))
        if taller:
            self.updateGeometry()
        self.update()

    def set_folded(self, folded: bool) -> None:
        self._folded = folded
        self.set_look(self._look)
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(2 * PAD_PX + ICON_PX, TWO_LINES_PX if self._look.detail and not self._folded else LINE_PX)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        opens: dict[int, bool] = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif self._look.closed is not None and opens.get(event.key()) is self._look.closed:
            self.fold_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        on_sign = event.position().x() < self._indent() + PAD_PX + ICON_PX
        if self._look.closed is not None and on_sign and not self._folded:
            self.fold_wanted.emit()
        else:
            super().mousePressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.mimeData().hasUrls():
            take_copy(event)
            self._over = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._over = False
        self.update()
        take_copy(event)
        self.dropped.emit(event.mimeData(), event.source() is not None)

    # ---- painting ----

    def _indent(self) -> int:
        return 0 if self._folded else DEPTH_PX * self._look.depth

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        look, theme = self._look, self._theme
        colour = theme.accent if self.isChecked() else theme.muted
        if look.loud:
            colour = theme.warn
        left = (self.width() - ICON_PX) / 2 if self._folded else PAD_PX + self._indent()
        top = (self.height() - ICON_PX) / 2
        if look.closed is None or self._folded:
            paint_icon(painter, look.icon, colour, QRectF(left, top, ICON_PX, ICON_PX))
        else:
            self._paint_arrow(painter, QPointF(left + ICON_PX / 2, self.height() / 2), colour)
        if self._folded:
            self._paint_dot(painter)
        else:
            self._paint_words(painter)

    def _paint_arrow(self, painter: QPainter, middle: QPointF, colour: QColor) -> None:
        """To the right while the lines below are hidden, else down."""
        along, across = (-2.0, 2.0, -2.0), (-4.0, 0.0, 4.0)
        both = zip(along, across, strict=True) if self._look.closed else zip(across, along, strict=True)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline([middle + QPointF(*point) for point in both])

    def _paint_ground(self, painter: QPainter) -> None:
        theme, ground = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(theme.chosen)
        elif self.underMouse():
            painter.setBrush(theme.hover)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() or self._over:
            painter.setPen(QPen(theme.accent, 1))
        painter.drawRoundedRect(ground, RADIUS_PX, RADIUS_PX)

    def _paint_words(self, painter: QPainter) -> None:
        look, theme = self._look, self._theme
        metrics = self.fontMetrics()
        left, right = 2 * PAD_PX + ICON_PX - 2 + self._indent(), self.width() - PAD_PX
        base = QRect(left, 0, right - left, self.height() if not look.detail else self.height() // 2 + 4)
        place = base.adjusted(0, 6 if look.detail else 0, 0, 0)
        painter.setPen(theme.muted)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, look.count)
        place.setRight(right - (metrics.horizontalAdvance(look.count) + 8 if look.count else 0))
        painter.setPen(theme.muted if look.dim else theme.text)
        font = QFont(self.font())
        if self.isChecked():
            font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        name = QFontMetrics(font).elidedText(look.name, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        if look.detail:
            self._paint_detail(painter, QRect(left, self.height() // 2, right - left, self.height() // 2 - 6))

    def _paint_detail(self, painter: QPainter, place: QRect) -> None:
        look, theme = self._look, self._theme
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(theme.muted)
        text = QFontMetrics(font).elidedText(look.detail, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if look.share is not None:
            bar = QRectF(place.left(), self.height() - 5, place.width(), 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(theme.muted, theme.raised, 0.35))
            painter.drawRoundedRect(bar, 1, 1)
            painter.setBrush(theme.accent)
            bar.setWidth(bar.width() * max(0.0, min(look.share, 1.0)))
            painter.drawRoundedRect(bar, 1, 1)

    def _paint_dot(self, painter: QPainter) -> None:
        """Folded: something is to be seen here."""
        if self._look.loud or self._look.share is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.warn if self._look.loud else self._theme.accent)
            painter.drawEllipse(QRectF(self.width() - 14, 6, 6, 6))
