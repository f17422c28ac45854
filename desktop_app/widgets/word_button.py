"""One word of the sentence: underlined where the photo shows it, struck through where it does not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.plain_text import spelled_out
from desktop_app.theme import Theme
from desktop_app.word_pieces import Piece, spoken

HEIGHT_PX = 28
FONT_PX = 14
PAD_PX = 3
DROP_PX = 5  # of the underline below the letters


class WordButton(QAbstractButton):
    """`pointed(WordSight or None)`: the pointer or the focus is on it, or leaves it."""

    pointed = Signal(object)

    def __init__(self, theme: Theme, piece: Piece, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.piece = piece
        self._face = QFont(self.font())
        self._face.setPixelSize(FONT_PX)
        self._face.setWeight(QFont.Weight.Medium)  # also before it is explained, so that nothing moves then
        if piece.sight is not None:
            self._name()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if piece.sight else Qt.FocusPolicy.NoFocus)
        self.setEnabled(piece.sight is not None)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedSize(self.sizeHint())

    def _name(self) -> None:
        assert self.piece.sight is not None
        self.setAccessibleName(spoken(self.piece.sight))
        found, missing = self.tr("This is where it was found"), self.tr("Nothing in this photo looks like it")
        self.setToolTip(spelled_out(found if self.piece.sight.found else missing))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(QFontMetrics(self._face).horizontalAdvance(self.piece.text) + 2 * PAD_PX, HEIGHT_PX)

    # ---- pointing ----

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self._point(self.piece.sight)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._point(self.piece.sight if self.hasFocus() else None)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self._point(self.piece.sight)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._point(None)

    def _point(self, sight: object) -> None:
        if self.piece.sight is not None:
            self.pointed.emit(sight)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.ignore()  # whoever holds it leafs through photos with the arrows

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme, sight = QPainter(self), self._theme, self.piece.sight
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = sight is not None and (self.underMouse() or self.hasFocus())
        if lit:
            painter.setPen(QPen(theme.accent, 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.chosen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self._face)
        painter.setPen(theme.text if lit or (sight is not None and sight.found) else theme.muted)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.piece.text)
        if sight is not None:
            self._mark(painter, sight.found)

    def _mark(self, painter: QPainter, found: bool) -> None:
        metrics = QFontMetrics(self._face)
        base = (self.height() + metrics.ascent() - metrics.descent()) / 2
        height = base + DROP_PX if found else base - metrics.xHeight() / 2
        pen = QPen(self._theme.accent if found else self._theme.warn, 2 if found else 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QLineF(QPointF(PAD_PX, height), QPointF(self.width() - PAD_PX, height)))
