"""On the photo that is seen large: its stars, flag and label, as long as it has any."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.photo_words import spoken_marks
from desktop_app.widgets.photo_marks import FLAGS_PX, flags_rect, paint_flags
from engine.search_hit import SearchHit

TOP_PX = 28  # inside a photo that fills the height


class MarkBadge(QWidget):
    """In the middle of the upper edge, where neither buttons nor words are."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._hit: SearchHit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self.hide()

    def show_hit(self, hit: SearchHit | None) -> None:
        if hit is not None:
            self.setAccessibleName(", ".join(spoken_marks(hit)))
        self._hit = hit
        self._place()
        self.setVisible(hit is not None and bool(hit.rating or hit.pick or hit.label))
        self.update()

    def _badge(self) -> QRect:
        return flags_rect(QRect(0, 0, 1_000, 1_000), self._hit) if self._hit is not None else QRect()

    def _place(self) -> None:
        size = self._badge().size()
        self.setGeometry((self._over.width() - size.width()) // 2, TOP_PX, max(size.width(), 1), FLAGS_PX)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._hit is not None:
            badge = self._badge()
            badge.moveTopLeft(self.rect().topLeft())
            paint_flags(QPainter(self), badge, self._hit)
