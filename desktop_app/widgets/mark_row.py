"""In the inspector: stars, flag and label of the selected photos, each a click away."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop_app.plain_text import spelled_out
from desktop_app.theme import Theme, blend
from desktop_app.widgets.photo_marks import LABELS

HEIGHT_PX = 28
STAR, PICK, REJECT, DOT = "star", "pick", "reject", "dot"
STARS = 5
WIDTHS = {STAR: 20, PICK: 24, REJECT: 24, DOT: 18}
NAMES = ("Red", "Yellow", "Green", "Blue")


class MarkButton(QAbstractButton):
    """One sign; checked is filled."""

    def __init__(self, theme: Theme, sign: str, name: str, parent: QWidget, *, colour: QColor | None = None) -> None:
        super().__init__(parent)
        self._theme, self._sign, self._colour = theme, sign, colour
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(name)
        self.setToolTip(spelled_out(name))
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTHS[self._sign], HEIGHT_PX)

    def nextCheckState(self) -> None:  # noqa: N802
        """What is given shows once the engine has it."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 3.5, -0.5, -3.5), 4, 4)
        strong = self._colour or theme.text
        quiet = blend(
            theme.text if self.underMouse() else theme.muted, theme.raised, 0.9 if self.underMouse() else 0.55
        )
        painter.setPen(QPen(strong if self.isChecked() else (self._colour or quiet), 1.4))
        painter.setBrush(strong if self.isChecked() else Qt.BrushStyle.NoBrush)
        if self._colour is not None and not self.isChecked() and not self.underMouse():
            painter.setPen(QPen(blend(self._colour, theme.raised, 0.6), 1.4))
        self._draw(painter, QRectF(self.rect()).center())

    def _draw(self, painter: QPainter, middle: QPointF) -> None:
        if self._sign == STAR:
            painter.drawPolygon(_star(middle, 7.0))
        elif self._sign == DOT:
            painter.drawEllipse(middle, 5.0, 5.0)
        elif self._sign == PICK:
            painter.drawLine(middle + QPointF(-5, -6), middle + QPointF(-5, 6.5))
            cloth = ((-5, -6), (5.5, -6), (2.5, -2.5), (5.5, 1), (-5, 1))
            painter.drawPolygon(QPolygonF([middle + QPointF(*point) for point in cloth]))
        else:
            pen = QPen(painter.pen().color(), 2.4 if self.isChecked() else 1.4)
            painter.setPen(pen)
            painter.drawLine(middle + QPointF(-4.5, -4.5), middle + QPointF(4.5, 4.5))
            painter.drawLine(middle + QPointF(-4.5, 4.5), middle + QPointF(4.5, -4.5))


class MarkRow(QWidget):
    """`given(field, value)`: rating "0" to "5", pick "-1" or "1", or label; what is pressed once more goes (None)."""

    given = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        one, many = self.tr("%d star"), self.tr("%d stars")
        self._stars = [
            self._button(theme, STAR, (one if n == 1 else many) % n + f"  ({n})") for n in range(1, STARS + 1)
        ]
        self._pick = self._button(theme, PICK, self.tr("Pick") + "  (P)")
        self._reject = self._button(theme, REJECT, self.tr("Reject") + "  (X)")
        named = (self.tr("Red"), self.tr("Yellow"), self.tr("Green"), self.tr("Blue"))
        self._labels = [
            self._button(theme, DOT, f"{self.tr('Label')}: {named[at]}  ({at + 6})", colour=LABELS[name.lower()])
            for at, name in enumerate(NAMES)
        ]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for star in self._stars:
            row.addWidget(star)
        row.addStretch(1)
        for button in (self._pick, self._reject):
            row.addWidget(button)
        row.addStretch(1)
        for dot in self._labels:
            row.addWidget(dot)
        self._rating, self._flag, self._label = 0, 0, ""
        self._connect()

    def _button(self, theme: Theme, sign: str, name: str, *, colour: QColor | None = None) -> MarkButton:
        return MarkButton(theme, sign, name, self, colour=colour)

    def _connect(self) -> None:
        for rating, star in enumerate(self._stars, 1):
            star.clicked.connect(lambda _=False, n=rating: self._give("rating", "0" if n == self._rating else str(n)))
        self._pick.clicked.connect(lambda: self._give("pick", None if self._flag == 1 else "1"))
        self._reject.clicked.connect(lambda: self._give("pick", None if self._flag == -1 else "-1"))
        for name, dot in zip(NAMES, self._labels, strict=True):
            dot.clicked.connect(lambda _=False, n=name: self._give("label", None if n == self._label else n))

    def _give(self, field: str, value: str | None) -> None:
        self.given.emit(field, value)

    @property
    def buttons(self) -> Sequence[MarkButton]:
        """In the order of Tab."""
        return [*self._stars, self._pick, self._reject, *self._labels]

    def show_marks(self, rating: int, pick: int, label: str) -> None:
        """What all selected photos have in common; 0 and "" where they differ or have none."""
        self._rating, self._flag = rating, pick
        self._label = next((name for name in NAMES if name.lower() == label.lower()), "")
        for number, star in enumerate(self._stars, 1):
            star.setChecked(number <= rating)
        self._pick.setChecked(pick == 1)
        self._reject.setChecked(pick == -1)
        for name, dot in zip(NAMES, self._labels, strict=True):
            dot.setChecked(name == self._label)

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons:
            button.set_theme(theme)


def _star(middle: QPointF, radius: float) -> QPolygonF:
    points = []
    for corner in range(10):
        length, angle = radius * (1.0 if corner % 2 == 0 else 0.42), math.pi * corner / 5
        points.append(middle + QPointF(length * math.sin(angle), 0.5 - length * math.cos(angle)))
    return QPolygonF(points)
