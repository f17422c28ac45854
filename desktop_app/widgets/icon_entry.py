"""One line of the sidebar: icon, name, count, and a second line where there is more to say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.drawings import ICON_PX, paint_icon
from desktop_app.theme import RADIUS_PX, Theme, blend

LINE_PX, TWO_LINES_PX = 36, 50
PAD_PX = 12


@dataclass(frozen=True, slots=True)
class EntryLook:
    """`dim` is drawn greyed, `loud` in the colour of warnings; `share` (0 to 1) draws a thin bar of progress."""

    icon: str
    name: str
    count: str = ""
    detail: str = ""
    tip: str = ""
    dim: bool = False
    loud: bool = False
    share: float | None = None


class IconEntry(QAbstractButton):
    """Chosen is what `setChecked` says. Folded it is the icon alone, with everything else in its tool tip."""

    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, look: EntryLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = look
        self._folded = False
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
        spoken = ", ".join(part for part in (look.name, look.count, look.detail) if part)
        self.setAccessibleName(spoken)
        self.setToolTip(look.tip or (spoken if self._folded else ""))
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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        look, theme = self._look, self._theme
        colour = theme.accent if self.isChecked() else theme.muted
        if look.loud:
            colour = theme.warn
        left = (self.width() - ICON_PX) / 2 if self._folded else PAD_PX
        top = (self.height() - ICON_PX) / 2
        paint_icon(painter, look.icon, colour, QRectF(left, top, ICON_PX, ICON_PX))
        if self._folded:
            self._paint_dot(painter)
        else:
            self._paint_words(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        theme, ground = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(theme.chosen)
        elif self.underMouse():
            painter.setBrush(theme.hover)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, 1))
        painter.drawRoundedRect(ground, RADIUS_PX, RADIUS_PX)

    def _paint_words(self, painter: QPainter) -> None:
        look, theme = self._look, self._theme
        metrics = self.fontMetrics()
        left, right = 2 * PAD_PX + ICON_PX - 2, self.width() - PAD_PX
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
