"""Paints one photo of the grid: skeleton, thumbnail, hover line, rings and badges. Looks nothing up."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)

from desktop_app.photo_words import photo_date, photo_day
from desktop_app.results_model import photo_name
from desktop_app.theme import Theme, blend
from desktop_app.widgets.photo_marks import (
    GROUND,
    HEIGHT_PX,
    PALE,
    WHITE,
    badge_rect,
    flags_rect,
    paint_badge,
    paint_flags,
    paint_pair,
    paint_verdict,
    pair_rect,
)
from desktop_app.wording import percent
from engine.search_hit import SearchHit

SPARE_PX = 4  # a thumbnail is read this much larger than its place, so that it can be drawn pixel for pixel
GREY_KEPT = 200
STAMPS_KEPT = 300
TONES_KEPT = 2_000


class TileLook(NamedTuple):
    """Everything that is seen of one photo. `arrived` runs from 0 (skeleton) to 1 (thumbnail), `place` is its rank.
    Hundreds are made for every frame: a tuple is made in half the time of a dataclass."""

    rect: QRect
    aspect: float
    tone: int
    image: QImage | None = None
    hit: SearchHit | None = None
    place: int = 0
    missing: bool = False
    selected: bool = False
    hovered: bool = False
    arrived: float = 1.0
    alike: int = 0  # other photos that stand behind it
    verdict: int = 0  # what a person said: 1 it matches, -1 it does not
    whole: bool = True  # else its middle fills the place


def fitted(rect: QRect, aspect: float) -> QRect:
    """The whole photo inside its cell; a rounding error of the layout does not make a border."""
    if not aspect > 0:
        return rect
    room, tall = rect.width(), rect.height()
    width, height = min(room, tall * aspect), min(tall, room / aspect)
    if room - width <= 3 and tall - height <= 3:
        return rect
    box = QRect(0, 0, max(1, round(width)), max(1, round(height)))
    box.moveCenter(rect.center())
    return box


def match_text(hit: SearchHit, place: int) -> str:
    """The probability of a match, or the rank while scores are not calibrated; empty without a sentence."""
    if hit.probability is not None:
        return percent(hit.probability)
    return f"#{place}" if hit.score or hit.cosine else ""


def screen_edge(at: int, ratio: float) -> int:
    """The edge between pixels of the screen for one between those of the window. Halves go one way, not to the even
    number: an edge that was scrolled is then where it would be painted."""
    return floor(at * ratio + 0.5)


def draw_image(painter: QPainter, rect: QRect, image: QImage, *, ratio: float = 0.0) -> None:
    """Pixel for pixel where the image was read for this place, smoothly stretched where it was not. `ratio`: of device
    pixels to those of the rectangle, if it is known already."""
    ratio = ratio or painter.device().devicePixelRatioF()
    spare_x, spare_y = image.width() - rect.width() * ratio, image.height() - rect.height() * ratio
    if 0 <= spare_x <= 2 * SPARE_PX and 0 <= spare_y <= 2 * SPARE_PX:
        _draw_exactly(painter, rect, image, ratio)
    else:
        _draw_smoothly(painter, rect, image, QRectF(image.rect()))


def draw_middle(painter: QPainter, rect: QRect, image: QImage, *, ratio: float = 0.0) -> None:
    """As much of the image as fills the place, around its middle; pixel for pixel as far as it was read for this."""
    ratio = ratio or painter.device().devicePixelRatioF()
    width, height = rect.width(), rect.height()
    spare_x, spare_y = image.width() - width * ratio, image.height() - height * ratio
    if spare_x >= 0 and spare_y >= 0 and min(spare_x, spare_y) <= 2 * SPARE_PX:
        _draw_exactly(painter, rect, image, ratio)
        return
    scale = max(width / image.width(), height / image.height())
    part = QRectF(0, 0, width / scale, height / scale)
    part.moveCenter(QRectF(image.rect()).center())
    _draw_smoothly(painter, rect, image, part)


def _draw_exactly(painter: QPainter, rect: QRect, image: QImage, ratio: float) -> None:
    """The middle of the image, none of its pixels stretched."""
    if ratio == int(ratio):
        width, height = rect.width() * ratio, rect.height() * ratio
        left, top = (image.width() - width) // 2, (image.height() - height) // 2
        painter.drawImage(QRectF(rect), image, QRectF(left, top, width, height))
        return
    # Where a pixel of the window is one and a half of the screen, edges have to be rounded, or all of it is blurred.
    left, top = screen_edge(rect.x(), ratio), screen_edge(rect.y(), ratio)
    width = screen_edge(rect.x() + rect.width(), ratio) - left
    height = screen_edge(rect.y() + rect.height(), ratio) - top
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(left, top, image, (image.width() - width) // 2, (image.height() - height) // 2, width, height)
    painter.restore()


def _draw_smoothly(painter: QPainter, rect: QRect, image: QImage, part: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    painter.drawImage(QRectF(rect), image, part)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


class PhotoPainter:
    """Knows the colours and fonts; keeps grey copies of the thumbnails of unplugged drives, and small signs as they
    were drawn once."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self._theme = theme
        self._grey: dict[int, QImage] = {}
        self._tones: dict[int, QColor] = {}
        self._ground = (theme.background.red(), theme.background.green(), theme.background.blue())
        self._stamps: dict[tuple[object, ...], QPixmap] = {}
        self._fonts = [QFont(font) for _ in range(3)]
        for each, size in zip(self._fonts, (12, 11, 12), strict=True):
            each.setPixelSize(size)
        self._fonts[0].setWeight(QFont.Weight.Medium)
        self._fonts[2].setWeight(QFont.Weight.DemiBold)
        self._metrics = [QFontMetrics(each) for each in self._fonts]

    def paint(self, painter: QPainter, look: TileLook, *, cover: bool = False) -> None:
        """`cover`: what a photo leaves free of its cell is painted too."""
        place = fitted(look.rect, look.aspect) if look.whole else look.rect
        image = look.image
        if cover and not painter.device().devicePixelRatioF().is_integer():
            # edges are rounded here and there, and what shines through is not to be what was painted before
            painter.fillRect(look.rect.adjusted(-1, -1, 1, 1), self._theme.background)
        elif cover and place is not look.rect:
            painter.fillRect(look.rect, self._theme.background)
        if image is None or look.arrived < 1:
            self._skeleton(painter, place, look)
        if image is not None:
            self._photo(painter, place, look, image)
        self._signs(painter, place, look)
        if look.verdict:
            paint_verdict(painter, place, look.verdict)
        if look.selected:
            self._ring(painter, look.rect)

    def paint_signs(self, painter: QPainter, look: TileLook) -> None:
        """Over a photo that is painted already."""
        self._signs(painter, fitted(look.rect, look.aspect) if look.whole else look.rect, look)

    def _signs(self, painter: QPainter, place: QRect, look: TileLook) -> None:
        if look.hit is not None:
            self._told(painter, place, look, look.hit)
        elif look.alike:
            self._badges(painter, place, look)

    def _told(self, painter: QPainter, place: QRect, look: TileLook, hit: SearchHit) -> None:
        """What is known of it beyond what it looks like."""
        if hit.offline:
            self._offline(painter, place.adjusted(HEIGHT_PX + 4, 0, 0, 0) if look.verdict else place)
        if look.hovered:
            self._caption(painter, place, look)
        if hit.rating or hit.pick or hit.label:
            flags = flags_rect(place, hit, lifted=look.hovered)
            marks = ("flags", hit.rating, hit.pick, hit.label)
            self._stamp(painter, flags, marks, lambda on, where: paint_flags(on, where, hit))
        if look.alike or hit.pair:
            self._badges(painter, place, look)

    def _badges(self, painter: QPainter, place: QRect, look: TileLook) -> None:
        font, alike = self._fonts[1], look.alike
        badge = self.badge_rect(place, alike) if alike else QRect()
        if alike:
            self._stamp(painter, badge, ("alike", alike), lambda on, where: paint_badge(on, where, alike, font))
        if look.hit is not None and look.hit.pair:
            pair = pair_rect(place, badge, self._metrics[1])
            self._stamp(painter, pair, ("pair",), lambda on, where: paint_pair(on, where, font))

    def _stamp(
        self, painter: QPainter, rect: QRect, key: tuple[object, ...], draw: Callable[[QPainter, QRect], None]
    ) -> None:
        """A small sign that many photos wear: drawn once, and laid on from then on."""
        if rect.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        known = (*key, rect.width(), rect.height(), ratio)
        if (stamp := self._stamps.get(known)) is None:
            stamp = QPixmap(rect.size() * ratio)
            stamp.setDevicePixelRatio(ratio)
            stamp.fill(Qt.GlobalColor.transparent)
            on = QPainter(stamp)
            draw(on, QRect(0, 0, rect.width(), rect.height()))
            on.end()
            if len(self._stamps) >= STAMPS_KEPT:
                self._stamps.clear()
            self._stamps[known] = stamp
        painter.drawPixmap(rect.topLeft(), stamp)

    def badge_rect(self, place: QRect, alike: int) -> QRect:
        """Where the count of photos behind a photo in `place` is drawn."""
        return badge_rect(place, alike, self._metrics[1])

    def _skeleton(self, painter: QPainter, place: QRect, look: TileLook) -> None:
        if look.missing:
            painter.fillRect(place, blend(self._theme.line, self._theme.background, 0.55))
            _photo_glyph(painter, place, self._theme.muted)
        else:
            painter.fillRect(place, self.tone(look.tone))

    def tone(self, tone: int) -> QColor:
        """What stands in for a photo of this mean colour while its thumbnail is not there."""
        if (known := self._tones.get(tone)) is None:
            if len(self._tones) >= TONES_KEPT:
                self._tones.clear()
            parts = (
                (tone >> 16 & 255, self._ground[0]),
                (tone >> 8 & 255, self._ground[1]),
                (tone & 255, self._ground[2]),
            )
            known = self._tones[tone] = QColor(*(round(0.55 * part + 0.45 * below) for part, below in parts))
        return known

    def _photo(self, painter: QPainter, place: QRect, look: TileLook, image: QImage) -> None:
        draw = draw_image if look.whole else draw_middle
        offline = look.hit is not None and look.hit.offline
        pale = offline or (look.hit is not None and look.hit.pick < 0)
        if not pale and look.arrived >= 1:
            draw(painter, place, image)
            return
        if look.arrived >= 1:
            painter.fillRect(place, self._theme.background)
        painter.save()
        painter.setOpacity(painter.opacity() * look.arrived * (0.45 if pale else 1.0))
        draw(painter, place, self._greyed(image) if offline else image)
        painter.restore()

    def _greyed(self, image: QImage) -> QImage:
        key = image.cacheKey()
        if key not in self._grey:
            if len(self._grey) >= GREY_KEPT:
                self._grey.pop(next(iter(self._grey)))
            self._grey[key] = image.convertToFormat(QImage.Format.Format_Grayscale8)
        return self._grey[key]

    def _offline(self, painter: QPainter, place: QRect) -> None:
        text, metrics = QCoreApplication.translate("PhotoPainter", "Offline"), self._metrics[1]
        width = metrics.horizontalAdvance(text) + 12
        if place.width() < width + 12 or place.height() < 40:
            return
        pill = QRectF(place.left() + 6, place.top() + 6, width, 18)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(WHITE)
        painter.setFont(self._fonts[1])
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _caption(self, painter: QPainter, place: QRect, look: TileLook) -> None:
        assert look.hit is not None
        shade = QRect(place)
        shade.setTop(place.bottom() - min(72, place.height() * 3 // 5))
        gradient = QLinearGradient(QPointF(shade.topLeft()), QPointF(shade.bottomLeft()))
        gradient.setColorAt(0, QColor(0, 0, 0, 0))
        gradient.setColorAt(0.4, QColor(0, 0, 0, 170))  # enough for white words over snow
        gradient.setColorAt(1, QColor(0, 0, 0, 205))
        painter.fillRect(shade, gradient)
        left, right, base = place.left() + 10, place.right() - 9, place.bottom() - 9
        room = right - left
        if room < 24:
            return
        match = match_text(look.hit, look.place)
        match_width = self._metrics[2].horizontalAdvance(match)
        if match_width <= room:
            self._write(painter, right - match_width, base, match, part=2, colour=WHITE)
        date = photo_date(look.hit)
        if self._metrics[1].horizontalAdvance(date) + match_width + 12 > room:
            date = photo_day(look.hit)
        fits = bool(date) and self._metrics[1].horizontalAdvance(date) + match_width + 12 <= room
        if fits:
            self._write(painter, left, base, date, part=1, colour=PALE)
        name_base = base - 17 if fits else base
        name_room = room if fits else room - match_width - (10 if match else 0)
        name = self._metrics[0].elidedText(photo_name(look.hit), Qt.TextElideMode.ElideMiddle, name_room)
        self._write(painter, left, name_base, name, part=0, colour=WHITE)

    def _write(self, painter: QPainter, x: int, base: int, text: str, *, part: int, colour: QColor) -> None:
        painter.setFont(self._fonts[part])
        painter.setPen(colour)
        painter.drawText(x, base, text)

    def _ring(self, painter: QPainter, rect: QRect) -> None:
        """Of a photo that is selected."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _frame(painter, QRectF(rect), 3.0, self._theme.accent)
        _frame(painter, QRectF(rect).adjusted(3, 3, -3, -3), 1.0, self._theme.background)

    def paint_focus(self, painter: QPainter, rect: QRect) -> None:
        """Around the photo that the keys are at; reaches into the ground beside it."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _frame(painter, QRectF(rect).adjusted(-3, -3, 3, 3), 1.5, self._theme.text)


def _frame(painter: QPainter, rect: QRectF, width: float, colour: QColor) -> None:
    """A frame of this width just inside the rectangle."""
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.drawRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _photo_glyph(painter: QPainter, place: QRect, colour: QColor) -> None:
    """A small drawn photo: hills and a sun in a frame, for what has no thumbnail."""
    size = min(32.0, place.width() * 0.5, place.height() * 0.5)
    frame = QRectF(0, 0, size, size * 0.78)
    frame.moveCenter(QRectF(place).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.drawRoundedRect(frame, 3, 3)
    hills = QPainterPath(frame.bottomLeft() + QPointF(2, -3))
    for x, y in ((0.36, 0.48), (0.56, 0.72), (0.7, 0.58), (0.94, 0.88)):
        hills.lineTo(frame.left() + x * frame.width(), frame.top() + y * frame.height())
    painter.drawPath(hills)
    painter.drawEllipse(QPointF(frame.left() + 0.7 * frame.width(), frame.top() + 0.3 * frame.height()), 2.2, 2.2)
    painter.restore()
