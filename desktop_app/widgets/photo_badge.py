"""What a person said of the photo that is seen large: its flag, stars and label."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.widgets.photo_marks import INSET_PX, flags_rect, paint_flags
from engine.photo import SearchHit

WIDTH_PX, HEIGHT_PX = 140, 56


class PhotoBadge(QWidget):
    """Lies over a corner; the pointer goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hit: SearchHit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.hide()

    def show_marks(self, hit: SearchHit | None) -> None:
        self._hit = hit
        self.setVisible(hit is not None and bool(hit.rating or hit.pick or hit.label))
        self.update()

    def stand_at(self, left: int, bottom: int) -> None:
        self.move(left, bottom - HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._hit is not None:
            painter = QPainter(self)
            place = QRect(-INSET_PX, 0, self.width(), self.height() + INSET_PX)
            paint_flags(painter, flags_rect(place, self._hit), self._hit)
