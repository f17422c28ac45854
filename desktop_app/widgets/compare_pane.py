"""One of the photos that are seen side by side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.photo_words import photo_date
from desktop_app.results_model import photo_name
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.mark_badge import MarkBadge
from desktop_app.widgets.photo_canvas import LINE_PX, PhotoCanvas
from desktop_app.widgets.photo_edges import edge_wanted
from desktop_app.widgets.photo_line import PhotoLine
from desktop_app.widgets.photo_painter import SPARE_PX
from desktop_app.widgets.photo_renditions import Renditions
from engine.search_hit import SearchHit

RING_PX = 2
ASK_MS = 60


class ComparePane(QWidget):
    """`looked(zoom or None, middle)` when a person zooms or moves the photo; `rendition_needed(photo_id, edge)`."""

    pressed = Signal()
    looked = Signal(object, QPointF)
    rendition_needed = Signal(object, int)

    def __init__(self, theme: Theme, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._loader = theme, loader
        self.hit: SearchHit | None = None
        self._focused = False
        self._renditions = Renditions()
        self.canvas = PhotoCanvas(theme, self)
        self._line = PhotoLine(theme, self)
        self._badge = MarkBadge(self)
        self._ask_timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._ask_timer.timeout.connect(self._ask)
        self.canvas.looked.connect(self.looked)
        self.canvas.zoomed.connect(self._zoomed)
        self.canvas.installEventFilter(self)
        loader.loaded.connect(self._loaded)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.canvas.set_theme(theme)
        self._line.set_theme(theme)
        self.update()

    def show_photo(self, hit: SearchHit, position: str) -> None:
        """What is cached of it at once, the rest when it comes; the same photo keeps its zoom."""
        same = self.hit is not None and (self.hit.photo_id, self.hit.thumbnail) == (hit.photo_id, hit.thumbnail)
        self.hit = hit
        self._line.set_photo(photo_name(hit), photo_date(hit), position)
        self._badge.show_hit(hit)
        self.setAccessibleName(self.tr("%s, %s") % (photo_name(hit), position))
        if not same:
            self._renditions = Renditions()
            self.canvas.set_photo(hit.width, hit.height, hit.tone, self._loader.image(hit.thumbnail))
            self._loader.request(hit.thumbnail, 0)
            self._ask_timer.start()

    def fit(self) -> None:
        """As it is seen when it is opened."""
        self.canvas.follow(None, QPointF(0.5, 0.5))
        self.ask_again()

    def ask_again(self) -> None:
        """For what did not come."""
        self._renditions.forget_requests()
        self._ask_timer.start()

    def set_focused(self, focused: bool) -> None:
        """The keys are for this one."""
        self._focused = focused
        self.update()

    def set_rendition(self, path: bytes, edge: int = 0) -> None:
        if self.hit is not None and not self._renditions.came(self.hit.photo_id, path, edge):
            return
        if (picture := self._loader.image(path)) is not None:
            self.canvas.set_image(picture)
        self._read()

    # ---- inside ----

    def _ask(self) -> None:
        if self.hit is None or self.hit.offline or not self.isVisible():
            return
        edge = edge_wanted(self.hit, self.canvas.size(), self.devicePixelRatioF(), whole=not self.canvas.fitted)
        if self._renditions.ask(self.hit.photo_id, edge):
            self.rendition_needed.emit(self.hit.photo_id, edge)

    @property
    def _rendition(self) -> bytes:
        return (self.hit and self._renditions.path(self.hit.photo_id)) or b""

    def _ask_again(self, path: bytes) -> None:
        if self._renditions.unreadable(path):
            self._loader.forget(path)
            self._ask_timer.start()

    def _read(self) -> None:
        if self._rendition:
            self._loader.request(self._rendition, self.canvas.fit_edge() + SPARE_PX if self.canvas.fitted else 0)

    def _zoomed(self, zoom: float, fitted: bool) -> None:
        self._line.set_zoom("" if fitted else f"{zoom:.0%}")
        if not fitted:
            self._ask()
            self._read()

    def _loaded(self, path: bytes, image: QImage) -> None:
        if self.hit is None:
            return
        if image.isNull():
            self._ask_again(path)
            return
        self._renditions.readable(path)
        shown = self.canvas.image
        better = shown is None or image.width() > shown.width()
        if path == self._rendition or (path == self.hit.thumbnail and better):
            self.canvas.set_image(image)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.MouseButtonPress:
            self.pressed.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        inner = self.rect().adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        self.canvas.setGeometry(inner)
        self._line.setGeometry(inner.left(), inner.bottom() + 1 - LINE_PX, inner.width(), LINE_PX)
        if self.hit is not None:
            self._ask_timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.photo_surround)
        if self._focused:
            painter.setPen(QPen(self._theme.accent, RING_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
