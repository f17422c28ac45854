"""Paints the lines of the grid that are in sight: only what is to be painted, in pixels of the screen, none twice.

Nothing of Qt's is made for a plain photo but what is drawn: letting go of a rectangle or a colour hands the interpreter
to a thread that reads thumbnails, and a frame would wait for it hundreds of times.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPainter, QRegion

from desktop_app.results_model import ResultsModel
from desktop_app.widgets.grid_layout import Box, GridLayout
from desktop_app.widgets.photo_painter import SPARE_PX, screen_edge
from engine.search_hit import SearchHit

CLOSE_PX = 4  # a photo that leaves less free of its cell was rounded

Plain = Callable[[int, int, int, int, int], bool]
Piece = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of the layout: scrolled to `top`, with `ratio` pixels of the screen to one of the window."""

    layout: GridLayout
    top: int
    ratio: float


def paint_lines(painter: QPainter, region: QRegion, sight: Sight, *, ground: QColor, plain: Plain) -> list[int]:
    """Paints the ground, and each cell that the region touches by `plain(row, x, y, width, height)` in pixels of the
    screen. Gives the rows for which that was False: nothing is painted there yet."""
    rects = [part.getRect() for part in region]  # type: ignore[attr-defined]  # which Qt's stubs do not know
    if not rects:
        return []
    painter.save()
    painter.scale(1 / sight.ratio, 1 / sight.ratio)
    rest = _Lines(painter, rects, sight, ground=ground, plain=plain).paint()
    painter.restore()
    return rest


class _Lines:
    """Where the region is in pieces, the painter is clipped to one cell after the other: Qt copies pictures line by
    line into a rectangle, and bit by bit into anything else."""

    def __init__(
        self, painter: QPainter, rects: Sequence[Piece], sight: Sight, *, ground: QColor, plain: Plain
    ) -> None:
        self._painter, self._sight, self._ground, self._plain = painter, sight, ground, plain
        self._pieces = [(x, y, x + width, y + height) for x, y, width, height in rects]
        self._left, self._right = min(x for x, _, _, _ in self._pieces), max(x for _, _, x, _ in self._pieces)
        self._upper, self._below = min(y for _, y, _, _ in self._pieces), max(y for _, _, _, y in self._pieces)
        self._scale, self._rest = _scale(sight.ratio), list[int]()

    def paint(self) -> list[int]:
        layout, top = self._sight.layout, self._sight.top
        y = self._upper
        for line in _lines(layout, self._upper + top, self._below + top):
            boxes = layout.boxes(line)
            head = boxes[0].y - top
            foot = head + boxes[0].height
            self._fill(self._left, y, self._right, head)
            y = foot
            if foot > self._upper and head < self._below and self._touched(self._left, head, self._right, foot):
                self._paint_line(layout.members(line).start, boxes, head, foot)
        self._fill(self._left, y, self._right, self._below)
        return self._rest

    def _paint_line(self, first: int, boxes: Sequence[Box], head: int, foot: int) -> None:
        scale, x = self._scale, self._left
        at, tall = scale(head), scale(foot) - scale(head)
        for row, box in enumerate(boxes, first):
            end = box.x + box.width
            self._fill(x, head, box.x, foot)
            x = max(x, end)
            if self._touched(box.x, head, end, foot):
                start = scale(box.x)
                self._paint_cell(row, start, at, scale(end) - start, tall)
        self._fill(x, head, self._right, foot)

    def _paint_cell(self, row: int, x: int, y: int, width: int, height: int) -> None:
        if len(self._pieces) > 1:
            self._painter.setClipRect(x, y, width, height)
        if not self._plain(row, x, y, width, height):
            self._rest.append(row)
        if len(self._pieces) > 1:
            self._painter.setClipping(False)

    def _fill(self, x: int, y: int, to_x: int, to_y: int) -> None:
        if to_x > x and to_y > y:
            left, top = self._scale(x), self._scale(y)
            self._painter.fillRect(left, top, self._scale(to_x) - left, self._scale(to_y) - top, self._ground)

    def _touched(self, left: int, top: int, right: int, bottom: int) -> bool:
        return any(x < right and to_x > left and y < bottom and to_y > top for x, y, to_x, to_y in self._pieces)


def _scale(ratio: float) -> Callable[[int], int]:
    whole = int(ratio)
    return (lambda pixels: pixels * whole) if whole == ratio else (lambda pixels: screen_edge(pixels, ratio))


def _lines(layout: GridLayout, top: int, bottom: int) -> range:
    return range(layout.line_at(top), layout.line_at(bottom) + 1) if layout.lines else range(0)


class PlainPhotos:
    """Photos that are only a picture, or the tone that stands in for it, as nearly all are. Of `marked` ones, which
    wear more than that, and of pictures that do not fit their cell as they are, it paints nothing. `signed` are those
    among the painted rows on which small signs are to be laid."""

    def __init__(
        self,
        painter: QPainter,
        model: ResultsModel,
        *,
        tone: Callable[[int], QColor],
        marked: Container[int],
        squares: bool,
    ) -> None:
        self._painter, self._model, self._tone = painter, model, tone
        self._marked, self._squares, self._count = marked, squares, model.rowCount()
        self.signed: list[int] = []

    def paint(self, row: int, x: int, y: int, width: int, height: int) -> bool:
        if row >= self._count or row in self._marked:
            return False
        hit, image, missing = self._model.seen(row)
        if image is None:
            if missing or not (
                self._squares or abs(width - height * self._model.aspects[row]) <= CLOSE_PX + width // 50
            ):
                return False
            self._painter.fillRect(x, y, width, height, self._tone(self._model.tone(row)))
        else:
            spare_x, spare_y = image.width() - width, image.height() - height
            near = min(spare_x, spare_y) if self._squares else max(spare_x, spare_y)
            if spare_x < 0 or spare_y < 0 or near > 2 * SPARE_PX or hit is None or hit.offline or hit.pick < 0:
                return False
            self._painter.drawImage(x, y, image, spare_x // 2, spare_y // 2, width, height)
        if self._model.alike(row) or (hit is not None and _has_signs(hit)):
            self.signed.append(row)
        return True


def _has_signs(hit: SearchHit) -> bool:
    return bool(hit.rating or hit.pick or hit.label or hit.pair or hit.offline)
