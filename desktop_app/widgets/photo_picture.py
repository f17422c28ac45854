"""A small picture of a photo, whole, on which the part that a word matched can be lit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from desktop_app.widgets.photo_veil import PhotoVeil


class PhotoPicture(QWidget):
    """At most `room` large."""

    def __init__(self, room: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._image: QImage | None = None
        self._tone = QColor()
        self._shape = QSize(1, 1)
        animated = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self.veil = PhotoVeil(self, animated=animated)
        self.veil.changed.connect(self.update)
        self.setFixedHeight(room.height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_picture(self, image: QImage | None, tone: int, shape: QSize) -> None:
        self._image, self._tone, self._shape = image, QColor(tone & 0xFFFFFF), shape
        self.setFixedHeight(max(1, shape.scaled(self._room, Qt.AspectRatioMode.KeepAspectRatio).height()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        box = QRect(0, 0, 0, 0)
        box.setSize(self._shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        box.moveCenter(self.rect().center())
        if self._image is None:
            painter.fillRect(box, self._tone)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, self._image)
        self.veil.paint(painter, QRectF(box))
