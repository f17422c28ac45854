"""Paints the lines of the grid that are in sight: only what is to be painted, in pixels of the screen, none twice.

Nothing of Qt's is made for a plain photo but what is drawn: letting go of a rectangle or a colour hands the interpreter
to a thread that reads thumbnails, and a frame would wait for it hundreds of times.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPainter, QRegion

from desktop_app.results_model import ResultsModel
from desktop_app.widgets.grid_layout import GridLayout
from desktop_app.widgets.photo_painter import SPARE_PX
from engine.photo import SearchHit

CLOSE_PX = 4  # a photo that leaves less free of its cell was rounded

Plain = Callable[[int, int, int, int, int], bool]
Piece = tuple[int, int, int, int]  # left, top, and what lies just right of it and below it


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of the layout: scrolled to `top`, with `ratio` pixels of the screen to one of the window."""

    layout: GridLayout
    top: int
    ratio: float


def paint_lines(painter: QPainter, region: QRegion, sight: Sight, *, ground: QColor, plain: Plain) -> list[int]:
    """Paints the ground, and each cell that the region touches by `plain(row, x, y, width, height)` in pixels of the
    screen. Gives the rows for which that was False: nothing is painted there yet.

    Where the region is in pieces, the painter is clipped to one cell after the other: Qt copies pictures line by line
    into a rectangle, and bit by bit into anything else.
    """
    rects = [part.getRect() for part in region]  # type: ignore[attr-defined]  # which Qt's stubs do not know
    pieces = [(x, y, x + width, y + height) for x, y, width, height in rects]
    if not pieces:
        return []
    left, right = min(piece[0] for piece in pieces), max(piece[2] for piece in pieces)
    upper, below = min(piece[1] for piece in pieces), max(piece[3] for piece in pieces)
    scale, in_pieces, rest = _scale(sight.ratio), len(pieces) > 1, []
    painter.save()
    painter.scale(1 / sight.ratio, 1 / sight.ratio)

    def fill(x: int, y: int, to_x: int, to_y: int) -> None:
        if to_x > x and to_y > y:
            painter.fillRect(scale(x), scale(y), scale(to_x) - scale(x), scale(to_y) - scale(y), ground)

    y = upper
    for line in _lines(sight.layout, upper + sight.top, below + sight.top):
        boxes = sight.layout.boxes(line)
        head = boxes[0].y - sight.top
        foot = head + boxes[0].height
        fill(left, y, right, head)
        x, y = left, foot
        if foot <= upper or head >= below or not _touches(pieces, left, head, right, foot):
            continue
        at, tall = scale(head), scale(foot) - scale(head)
        for row, box in enumerate(boxes, sight.layout.members(line).start):
            end = box.x + box.width
            fill(x, head, box.x, foot)
            x = max(x, end)
            if not _touches(pieces, box.x, head, end, foot):
                continue
            start, wide = scale(box.x), scale(end) - scale(box.x)
            if in_pieces:
                painter.setClipRect(start, at, wide, tall)
            if not plain(row, start, at, wide, tall):
                rest.append(row)
            if in_pieces:
                painter.setClipping(False)
        fill(x, head, right, foot)
    fill(left, y, right, below)
    painter.restore()
    return rest


def _scale(ratio: float) -> Callable[[int], int]:
    whole = int(ratio)
    return (lambda pixels: pixels * whole) if whole == ratio else (lambda pixels: round(pixels * ratio))


def _lines(layout: GridLayout, top: int, bottom: int) -> range:
    return range(layout.line_at(top), layout.line_at(bottom) + 1) if layout.lines else range(0)


def _touches(pieces: Sequence[Piece], left: int, top: int, right: int, bottom: int) -> bool:
    return any(piece[0] < right and piece[2] > left and piece[1] < bottom and piece[3] > top for piece in pieces)


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
