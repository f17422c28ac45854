"""A small card beside a part of the window that says what it is for; everything goes on working around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.theme import RADIUS_PX, Theme
from desktop_app.tour_steps import TourStep

WIDTH_PX, GAP_PX, EDGE_PX = 336, 12, 16


class TourCard(QFrame):
    """Takes no focus by itself. `next_wanted` and `skipped` are its two buttons; `turned`: it came or went."""

    turned = Signal()
    next_wanted = Signal()
    skipped = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setFixedWidth(WIDTH_PX)
        self._ring = _Ring(theme, parent)
        self._over = parent
        self._part: QWidget | None = None
        self._count = QLabel(self)
        self._count.setProperty("kind", "badge-lit")
        self._title = QLabel(self)
        self._title.setProperty("kind", "heading")
        self._text = QLabel(self)
        self._text.setProperty("kind", "muted")
        for label in (self._title, self._text):
            label.setWordWrap(True)
        self._skip = QPushButton(self.tr("Skip the tour"), self)
        self._skip.setProperty("kind", "faint")
        self._skip.clicked.connect(self.skipped)
        self._next = QPushButton(self)
        self._next.setProperty("kind", "action")
        self._next.clicked.connect(self.next_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._count, 1)
        buttons.addWidget(self._skip)
        buttons.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(8)
        column.addLayout(buttons)
        parent.installEventFilter(self)
        self.hide()

    def show_step(self, step: TourStep, number: int, count: int, *, part: QWidget) -> None:
        self._watch(part)
        self._title.setText(step.title)
        self._text.setText(step.text)
        self._count.setText(self.tr("%d of %d") % (number, count))
        self._skip.setVisible(number < count)
        self._next.setText(self.tr("Next") if number < count else self.tr("Got it"))
        self.setAccessibleName(f"{step.title}. {step.text}")
        self._place()
        self._ring.show()
        self._ring.raise_()
        self.show()
        self.raise_()
        self.turned.emit()

    def _watch(self, part: QWidget) -> None:
        """The card follows what it speaks of, also where something beside that comes or goes."""
        if self._part is not None:
            self._part.removeEventFilter(self)
        part.installEventFilter(self)
        self._part = part

    def hide_card(self) -> None:
        focused = self.isAncestorOf(focus) if (focus := self.window().focusWidget()) else False
        self.hide()
        self._ring.hide()
        if focused and self._part is not None:
            self._part.setFocus()
        self.turned.emit()

    def set_theme(self, theme: Theme) -> None:
        self._ring.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        """Below a part that is wide and low, beside one that is narrow, else in it, where the best photos are not;
        never outside of the window."""
        if self._part is None:
            return
        for label in (self._title, self._text):
            label.ensurePolished()
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(WIDTH_PX))
        room = self._over.rect().adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        part = QRect(self._part.mapTo(self._over, QPoint(0, 0)), self._part.size())
        self._ring.surround(part)
        left, top = part.center().x() - self.width() // 2, part.bottom() + GAP_PX
        if part.height() > room.height() // 2:  # the grid or the sidebar
            tall = part.width() < room.width() // 2
            left = part.right() + GAP_PX if tall else left
            top = part.top() + 96 if tall else part.bottom() - 2 * EDGE_PX - self.height()
        left = max(room.left(), min(left, room.right() - self.width()))
        top = max(room.top(), min(top, room.bottom() - self.height()))
        self.move(left, top)


class _Ring(QWidget):
    """Around the part that is spoken of; the mouse goes through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._over = theme, parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def surround(self, part: QRect) -> None:
        self.setGeometry(part.adjusted(-2, -2, 2, 2) & self._over.rect())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.accent, 2))
        radius = min(RADIUS_PX + 2.0, self.height() / 2) if self.height() > 60 else self.height() / 2
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)
