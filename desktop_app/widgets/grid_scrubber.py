"""The years at the right edge of the grid: where one is in time, and the way to another year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.theme import Theme

WIDTH_PX = 52
PAD_PX = 12  # above the first year and below the last
LINE_PX = 24  # years nearer to each other than this are dots


class GridScrubber(QWidget):
    """`scrolled(share)` while it is pressed or dragged: 0 is the newest photo, 1 the oldest.

    `month_at(share)` gives what is said beside it.
    """

    scrolled = Signal(float)

    def __init__(self, theme: Theme, month_at: Callable[[float], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._month_at = theme, month_at
        self._years: Sequence[tuple[str, float]] = ()
        self._share = 0.0
        self._held = False
        self._font = QFont(self.font())
        self._font.setPixelSize(11)
        self.bubble = QLabel(parent)
        self.bubble.setObjectName("month")
        self.bubble.hide()
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Years"))
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        colours = f"background: {theme.text.name()}; color: {theme.background.name()};"
        self.bubble.setStyleSheet(f"{colours} border-radius: 6px; padding: 4px 10px; font-weight: 600;")
        self.update()

    def set_years(self, years: Sequence[tuple[str, float]]) -> None:
        """(year, the share of the way down at which it begins), newest first."""
        if years != self._years:
            self._years = years
            self.update()

    def set_share(self, share: float) -> None:
        """How far down the grid is."""
        seen = self._y(self._share)
        self._share = share
        if self._y(share) != seen:  # in a large library most steps are smaller than a pixel here
            self.update()

    def marks(self) -> list[tuple[int, str]]:
        """(y, year); a year without room for its number is a dot, and has no text."""
        made: list[tuple[int, str]] = []
        last = -LINE_PX
        for year, share in self._years:
            y = self._y(share)
            fits = y - last >= LINE_PX
            made.append((y, year if fits else ""))
            last = y if fits else last
        return made

    # ---- inside ----

    def _y(self, share: float) -> int:
        return round(PAD_PX + share * (self.height() - 2 * PAD_PX))

    def _share_at(self, y: float) -> float:
        return min(1.0, max(0.0, (y - PAD_PX) / max(1, self.height() - 2 * PAD_PX)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        at = self._y(self._share)
        for y, year in self.marks():
            painter.setPen(self._theme.muted)
            if year and abs(y - at) > 9:
                painter.drawText(QRect(0, y - 8, self.width() - 14, 16), Qt.AlignmentFlag.AlignRight, year)
            elif not year:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.line)
                painter.drawEllipse(QPointF(self.width() - 18, y), 1.5, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.text if self._held or self.underMouse() else self._theme.muted)
        painter.drawRoundedRect(QRectF(self.width() - 28, at - 1.5, 22, 3), 1.5, 1.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._held:
            self._go(event.position())
        else:
            self._say(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._held = False
        self.update()
        if not self.rect().contains(event.position().toPoint()):
            self.bubble.hide()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.update()
        if not self._held:
            self.bubble.hide()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()  # the grid's

    def _go(self, at: QPointF) -> None:
        share = self._share_at(at.y())
        self.set_share(share)
        self.scrolled.emit(share)
        self._say(at.y())
        self.update()

    def _say(self, y: float) -> None:
        text = self._month_at(self._share_at(y))
        self.bubble.setVisible(bool(text))
        self.bubble.setText(text)
        self.bubble.adjustSize()
        top = max(4, min(round(y) - self.bubble.height() // 2, self.height() - self.bubble.height() - 4))
        self.bubble.move(self.geometry().topLeft() + QPoint(-self.bubble.width() - 4, top))
        self.bubble.raise_()
