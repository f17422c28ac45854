"""One photo on a calm surround: fit, 100 %, and everything between. Knows no model and no file."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.photo_painter import draw_image
from desktop_app.widgets.photo_veil import PhotoVeil
from engine.messages import WordSight

MARGIN_PX = 16
LINE_PX = 40
ZOOM_MS = 150
LARGEST_ZOOM = 8.0
FIT_ZOOM = 2.0  # a small photo is not blown up further than this to fill the window


class PhotoCanvas(QWidget):
    """`zoom` is device pixels per photo pixel, so 1.0 shows each pixel of the photo once.

    The photo's own size decides the geometry; a smaller picture of it is stretched until a better one comes,
    so that nothing moves when it does.
    """

    zoomed = Signal(float, bool)  # zoom, fitted
    looked = Signal(object, QPointF)  # zoom, None: fitted; what is in the middle: to be followed by other photos

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = QSizeF(3, 2)
        self._tone = QColor(0)
        self._image: QImage | None = None
        self._zoom: float | None = None  # None: fitted
        self._middle = QPointF(0.5, 0.5)  # what is shown in the middle, in shares of the photo
        self._pressed: QPointF | None = None
        self._dragged = False
        self._animated = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self._motion = QVariantAnimation(self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.setDuration(ZOOM_MS)
        self._motion.valueChanged.connect(self._move)
        self._motion.finished.connect(self._arrive)
        self._following = False
        self._foot = LINE_PX  # kept free below a fitted photo
        self.veil = PhotoVeil(self, animated=self._animated)
        self.veil.changed.connect(self.update)
        self._goal: float | None = None
        self._held = (QPointF(), QPointF())  # a point of the photo, and where it is held in the canvas
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_animated(self, animated: bool) -> None:
        self._animated = self.veil.animated = animated

    def set_foot(self, height: int) -> None:
        """How many pixels below a fitted photo are kept free."""
        if height != self._foot:
            self._foot = height
            self._tell()

    def light(self, sight: WordSight | None) -> None:
        """Dim everything but what a word matched; None dims nothing."""
        self.veil.lay(sight)

    def set_photo(self, width: int, height: int, tone: int, image: QImage | None) -> None:
        """Another photo, of this size in pixels; always fitted at first."""
        self._motion.stop()
        self.veil.lift()
        self._size = QSizeF(max(1, width), max(1, height))
        self._tone, self._image = QColor(tone & 0xFFFFFF), image
        self._zoom, self._middle = None, QPointF(0.5, 0.5)
        self._tell()

    def set_image(self, image: QImage | None) -> None:
        """A better picture of the same photo."""
        self._image = image
        self.update()

    @property
    def image(self) -> QImage | None:
        return self._image

    @property
    def fitted(self) -> bool:
        return self._zoom is None

    @property
    def zoom(self) -> float:
        return self._fit_zoom() if self._zoom is None else self._zoom

    def fit_edge(self) -> int:
        """The long edge of the fitted photo, in device pixels."""
        return round(max(self._size.width(), self._size.height()) * self._fit_zoom())

    def photo_rect(self) -> QRectF:
        """Where the photo is, in the canvas."""
        scale = self.zoom / self.devicePixelRatioF()
        width, height = self._size.width() * scale, self._size.height() * scale
        room = self._room() if self._zoom is None else QRectF(self.rect())
        left = _placed(room.left(), room.width(), width, self._middle.x())
        top = _placed(room.top(), room.height(), height, self._middle.y())
        return QRectF(round(left), round(top), width, height)

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        """Between fitted and 100 %; 200 % where 100 % would not be larger."""
        fit = self._fit_zoom()
        self._zoom_to(None if self._zoom is not None else (1.0 if fit < 0.95 else max(2.0, 2 * fit)), at)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        start = self.zoom if self._motion.state() != QVariantAnimation.State.Running else self._goal
        zoom = (start or self._fit_zoom()) * factor
        self._zoom_to(None if zoom <= self._fit_zoom() else min(zoom, LARGEST_ZOOM), at)

    def follow(self, zoom: float | None, middle: QPointF) -> None:
        """Show the same part as another photo does, without telling of it."""
        self._motion.stop()
        self._following = True
        self._zoom, self._middle = zoom, QPointF(middle)
        self._clamp()
        self._tell()
        self._following = False

    # ---- inside ----

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -self._foot)

    def _fit_zoom(self) -> float:
        room, ratio = self._room(), self.devicePixelRatioF()
        scale = min(room.width() / self._size.width(), room.height() / self._size.height()) * ratio
        return max(0.001, min(scale, FIT_ZOOM))

    def _zoom_to(self, zoom: float | None, at: QPointF | None) -> None:
        at = at or QPointF(self.rect().center())
        rect = self.photo_rect()
        share = QPointF((at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height())
        self._held = (QPointF(min(1.0, max(0.0, share.x())), min(1.0, max(0.0, share.y()))), at)
        self._motion.stop()
        self._goal = zoom
        if not self._animated:
            self._arrive()
            return
        self._motion.setStartValue(self.zoom)
        self._motion.setEndValue(self._fit_zoom() if zoom is None else zoom)
        self._motion.start()

    def _move(self, zoom: float) -> None:
        if self._motion.state() == QVariantAnimation.State.Running:
            self._set_zoom(zoom)

    def _arrive(self) -> None:
        self._set_zoom(self._goal)

    def _set_zoom(self, zoom: float | None) -> None:
        self._zoom = zoom
        if zoom is None:
            self._middle = QPointF(0.5, 0.5)
        else:
            share, at = self._held
            scale = zoom / self.devicePixelRatioF()
            off = QPointF(self.rect().center()) - at
            self._middle = QPointF(
                share.x() + off.x() / (self._size.width() * scale), share.y() + off.y() / (self._size.height() * scale)
            )
            self._clamp()
        self._tell()

    def _clamp(self) -> None:
        scale = self.zoom / self.devicePixelRatioF()
        self._middle = QPointF(
            _inside(self._middle.x(), self.width() / (self._size.width() * scale)),
            _inside(self._middle.y(), self.height() / (self._size.height() * scale)),
        )

    def _tell(self) -> None:
        self._set_cursor()
        self.update()
        self.zoomed.emit(self.zoom, self.fitted)
        if not self._following:
            self.looked.emit(self._zoom, self._middle)

    def _set_cursor(self) -> None:
        shape = Qt.CursorShape
        if self._pressed is not None and self._dragged:
            self.setCursor(shape.ClosedHandCursor)
        else:
            self.setCursor(shape.ArrowCursor if self.fitted else shape.OpenHandCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        if self._zoom is not None and self._zoom <= self._fit_zoom():
            self._zoom = None
        self._clamp()
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.photo_surround)
        rect = self.photo_rect()
        if self._image is None:
            painter.fillRect(rect.toAlignedRect(), self._tone)
        elif self.fitted:
            draw_image(painter, rect.toRect(), self._image)
        else:
            self._paint_part(painter, rect, self._image)
        self.veil.paint(painter, QRectF(rect.toRect()) if self.fitted else rect)

    def _paint_part(self, painter: QPainter, rect: QRectF, image: QImage) -> None:
        """Only what is in sight of a photo that may be far larger than the window."""
        shown = rect.intersected(QRectF(self.rect()))
        across, down = image.width() / rect.width(), image.height() / rect.height()
        part = QRectF(
            (shown.left() - rect.left()) * across,
            (shown.top() - rect.top()) * down,
            shown.width() * across,
            shown.height() * down,
        )
        exact = abs(across - self.devicePixelRatioF()) < 0.001
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        painter.drawImage(shown, image, part)

    # ---- mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.ignore()  # the preview shows its buttons
        if self._pressed is None:
            return
        step = event.position() - self._pressed
        if not self._dragged and step.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged, self._pressed = True, event.position()
        if not self.fitted:
            rect = self.photo_rect()
            self._middle -= QPointF(step.x() / rect.width(), step.y() / rect.height())
            self._clamp()
            self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        clicked, self._pressed = not self._dragged, None
        if clicked and self.photo_rect().contains(event.position()):
            self.toggle_zoom(event.position())
        self._set_cursor()

    def event(self, event: QEvent) -> bool:
        """Two fingers drawn apart on a touch pad."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
                return True
            if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
                self.toggle_zoom(event.position())
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self.zoom_by(1.25 ** (event.angleDelta().y() / 120), event.position())
        event.accept()


def _placed(start: float, room: float, length: float, share: float) -> float:
    """Where a stretch begins so that its `share` is in the middle of the room; centred where it fits."""
    return start + (room - length) / 2 if length <= room else start + room / 2 - share * length


def _inside(share: float, seen: float) -> float:
    """The middle, moved so that no edge comes into the window; `seen` is the share of the photo in sight."""
    return 0.5 if seen >= 1 else max(seen / 2, min(share, 1 - seen / 2))
