"""How light is spread over the photo that is seen large. Counted away from the GUI thread, on a small copy."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

BINS = 64
COUNTED_PX = 320  # a side at most
WIDTH_PX, HEIGHT_PX, PAD_PX = 216, 104, 8
GROUND = QColor(16, 18, 21, 205)
COLOURS = (QColor(158, 46, 46), QColor(36, 124, 58), QColor(38, 66, 150))  # which add up to a light grey
CLIPPED = 0.02  # share of the pixels at an end that is worth telling


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of the pixels in BINS steps from dark to bright, of red, green and blue."""

    channels: tuple[tuple[float, ...], ...]

    @property
    def dark(self) -> float:
        """Share of the pixels without any light, in the channel that has most of them."""
        return max(channel[0] for channel in self.channels)

    @property
    def bright(self) -> float:
        return max(channel[-1] for channel in self.channels)


def counted(image: QImage) -> Histogram:
    """Of any image; takes a few milliseconds."""
    small = image.scaled(COUNTED_PX, COUNTED_PX, Qt.AspectRatioMode.KeepAspectRatio)
    data = bytes(small.convertToFormat(QImage.Format.Format_RGB32).constBits())
    return Histogram(tuple(_shares(data[channel::4]) for channel in (2, 1, 0)))


def _shares(values: bytes) -> tuple[float, ...]:
    bins = [0] * BINS
    for value, count in Counter(values).items():
        bins[value * BINS // 256] += count
    return tuple(count / max(1, len(values)) for count in bins)


class PreviewHistogram(QWidget):
    """Shown and hidden by its owner; counts only while it is seen."""

    _came = Signal(object, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.histogram: Histogram | None = None
        self._image: QImage | None = None
        self._turn = 0
        self._worker: ThreadPoolExecutor | None = None
        self._came.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Histogram"))
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.hide()

    def set_image(self, image: QImage | None) -> None:
        """Of the photo that is seen now; the old curve stays until the new one is counted."""
        self._image = image
        self._turn += 1
        if not self.isHidden():
            self._count()

    def toggle(self) -> None:
        self.setVisible(self.isHidden())
        if not self.isHidden():
            self.raise_()
            self._count()

    # ---- inside ----

    def _count(self) -> None:
        if self._image is None:
            return
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "histogram")
        self._worker.submit(self._count_there, self._image, self._turn)

    def _count_there(self, image: QImage, turn: int) -> None:
        """In the worker's thread; of a photo that was leafed past meanwhile nothing is counted."""
        if turn == self._turn:
            self._came.emit(counted(image), turn)

    def _keep(self, histogram: Histogram, turn: int) -> None:
        if turn != self._turn:
            return
        self.histogram = histogram
        said = [self.tr("Histogram")]
        if histogram.dark >= CLIPPED:
            said.append(self.tr("%d %% without light") % round(100 * histogram.dark))
        if histogram.bright >= CLIPPED:
            said.append(self.tr("%d %% blown out") % round(100 * histogram.bright))
        self.setAccessibleName(", ".join(said))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)  # at most one count
            self._worker = None
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if self.histogram is None:
            return
        inner = QRectF(self.rect()).adjusted(PAD_PX, PAD_PX, -PAD_PX, -PAD_PX)
        # a few steps with nearly everything in them, as of a white wall, are not to flatten all others
        steps = sorted(share for channel in self.histogram.channels for share in channel[1:-1])
        highest = max(steps[-3], 0.002)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        for channel, colour in zip(self.histogram.channels, COLOURS, strict=True):
            painter.setBrush(colour)
            painter.drawPath(_curve(channel, inner, highest))


def _curve(channel: tuple[float, ...], place: QRectF, highest: float) -> QPainterPath:
    path = QPainterPath(place.bottomLeft())
    for step, share in enumerate(channel):
        x = place.left() + place.width() * step / (BINS - 1)
        path.lineTo(QPointF(x, place.bottom() - place.height() * min(1.0, share / highest)))
    path.lineTo(place.bottomRight())
    path.closeSubpath()
    return path
