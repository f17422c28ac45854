"""Lines to choose from below a box that is being typed in: a text, and in grey what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from desktop_app.theme import Theme

LINE_PX, PAD_PX = 32, 12


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    detail: str = ""


class SearchRow(QAbstractButton):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row = Row("")
        self._lit = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(LINE_PX)

    def show_row(self, row: Row) -> None:
        self.row = row
        self.setAccessibleName(", ".join(part for part in (row.text, row.detail) if part))
        self.update()

    def light(self, lit: bool) -> None:
        self._lit = lit
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        texts = metrics.horizontalAdvance(self.row.text) + metrics.horizontalAdvance(self.row.detail)
        return QSize(texts + 4 * PAD_PX, LINE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._lit or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.chosen if self._lit else theme.hover)
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        room = QRect(PAD_PX, 0, self.width() - 2 * PAD_PX, LINE_PX)
        painter.setPen(theme.muted)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.row.detail)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Medium)
        room.setRight(room.right() - self.fontMetrics().horizontalAdvance(self.row.detail) - PAD_PX)
        painter.setFont(font)
        painter.setPen(theme.text)
        shown = QFontMetrics(font).elidedText(self.row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class SearchRows(QWidget):
    """`chosen(text)` by mouse; keys are the business of the box, which moves what is `lit` (-1: none)."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: list[SearchRow] = []
        self._count = 0
        self.lit = -1
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    @property
    def texts(self) -> list[str]:
        return [button.row.text for button in self._buttons[: self._count]]

    @property
    def text(self) -> str:
        """The one that is lit, or ""."""
        return self.texts[self.lit] if 0 <= self.lit < self._count else ""

    def set_rows(self, rows: Sequence[Row], *, lit: int = -1) -> None:
        while len(self._buttons) < len(rows):
            button = SearchRow(self._theme, self)
            button.clicked.connect(lambda _=False, button=button: self.chosen.emit(button.row.text))
            self._column.addWidget(button)
            self._buttons.append(button)
        self._count = len(rows)
        for at, button in enumerate(self._buttons):
            button.setVisible(at < len(rows))
            if at < len(rows):
                button.show_row(rows[at])
        self.updateGeometry()  # else what is around it keeps the height that it had
        self.light(lit)

    def light(self, place: int) -> None:
        self.lit = place
        for at, button in enumerate(self._buttons):
            button.light(at == place)

    def move_light(self, step: int) -> None:
        """Around, with a place between last and first where none is lit."""
        self.light((self.lit + 1 + step) % (self._count + 1) - 1)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self._buttons:
            button.set_theme(theme)
