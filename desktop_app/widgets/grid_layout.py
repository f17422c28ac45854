"""Justified rows: photos keep their shape, and each line of them fills the width. Plain numbers, no Qt."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

NARROWEST = 0.4  # width / height of a cell; a slimmer photo is drawn whole inside it
LOWEST = 0.5  # a panorama alone in its line may be this much lower than the others
TALLEST = 1.75  # a line that would grow beyond this is left ragged
NEARLY = 1.2  # a last line that lacks so little is stretched too
KEPT_LINES = 200  # whose boxes need not be computed again


class Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int


class GridLayout:
    """Lines of a few photos each, found in O(n) and in slices, so that the window never waits for 200,000.

    aspects: width / height of every photo, any order of magnitude (nonsense counts as square).
    width, target: the room and the wished height of a line; gap: between photos and around them; all in pixels.
    breaks: the photos, ascending, before which a new line begins, `head` pixels further down.
    Only three numbers a line are stored; the boxes of a line are computed when it is looked at. What stands in a line
    never changes once it is placed.
    """

    def __init__(
        self,
        aspects: Sequence[float],
        width: int,
        target: int,
        *,
        gap: int = 4,
        breaks: Sequence[int] = (),
        head: int = 0,
    ) -> None:
        self._aspects = aspects
        self._count = len(aspects)
        self._gap = gap
        self._width = max(width - 2 * gap, target // 4, 1)
        self._target = target
        self._widest = self._width / (LOWEST * target)
        self._starts = array("q")  # first photo of each line
        self._tops = array("q")
        self._heights = array("l")  # negative: not stretched to the full width
        self._bottom = gap
        self._breaks, self._head = breaks, head
        self.heads = array("q")  # the top of what stands before each break, as far as it is laid out
        self._first = self._next = 0
        self._sum = 0.0  # of the shapes in the open line
        self._boxes: dict[int, list[Box]] = {}

    @property
    def done(self) -> bool:
        return self._first == self._count

    @property
    def placed(self) -> int:
        """Photos that have a box."""
        return self._first

    @property
    def lines(self) -> int:
        return len(self._starts)

    @property
    def height(self) -> int:
        """Of everything; estimated while it is not done."""
        if self.done or not self._first:
            return self._bottom
        return int(self._bottom * self._count / self._first)

    @property
    def height_placed(self) -> int:
        return self._bottom

    def extend(self, count: int) -> bool:
        """Look at `count` photos more; True once all are placed."""
        goal = min(self._count, self._next + count)
        while len(self.heads) < len(self._breaks) and self._breaks[len(self.heads)] <= goal:
            row = self._breaks[len(self.heads)]
            self._place(row)
            self._finish(row)
            self.heads.append(self._bottom)
            self._bottom += self._head
        self._place(goal)
        if goal == self._count:
            self._finish(goal)
        return self.done

    def _place(self, stop: int) -> None:
        unit, room = self._gap / self._target, (self._width + self._gap) / self._target
        first, total = self._first, self._sum
        narrowest, widest = NARROWEST, self._widest
        for index, shape in enumerate(self._aspects[self._next : stop], self._next):
            if not narrowest <= shape <= widest:
                shape = self._shape(shape)
            total += shape
            if total + unit * (index + 1 - first) >= room:
                first, total = self._fill(first, index, total, shape)
        self._first, self._sum, self._next = first, total, stop

    def line_of(self, index: int) -> int:
        if not 0 <= index < self._first:
            raise IndexError(index)
        return bisect_right(self._starts, index) - 1

    def line_at(self, y: int) -> int:
        """The line at this height; the nearest one above or below all of them. Raises IndexError without lines."""
        if not self._starts:
            raise IndexError(y)
        return max(0, bisect_right(self._tops, y) - 1)

    def members(self, line: int) -> range:
        last = self._starts[line + 1] if line + 1 < len(self._starts) else self._first
        return range(self._starts[line], last)

    def boxes(self, line: int) -> list[Box]:
        """Of a line's photos, left to right; edges are rounded so that the last one ends at the margin."""
        if (known := self._boxes.get(line)) is None:
            if len(self._boxes) >= KEPT_LINES:
                self._boxes.clear()
            known = self._boxes[line] = self._computed(line)
        return known

    def _computed(self, line: int) -> list[Box]:
        members = self.members(line)
        shapes = [self._shape(self._aspects[index]) for index in members]
        height, top, gap = self._heights[line], self._tops[line], self._gap
        scale = (self._width - gap * (len(members) - 1)) / sum(shapes) if height > 0 else -height
        boxes: list[Box] = []
        edge, left = 0.0, 0
        for shape in shapes:
            edge += shape * scale
            right = round(edge)
            boxes.append(Box(gap + left + gap * len(boxes), top, max(1, right - left), abs(height)))
            left = right
        return boxes

    def box(self, index: int) -> Box:
        """Raises IndexError for a photo that is not placed yet."""
        line = self.line_of(index)
        return self.boxes(line)[index - self._starts[line]]

    def visible(self, top: int, bottom: int) -> range:
        """Photos of the lines that touch this stretch."""
        if not self._starts:
            return range(0)
        return range(self._starts[self.line_at(top)], self.members(self.line_at(bottom)).stop)

    def at(self, x: int, y: int) -> int | None:
        """The photo at this point, None in a gap."""
        if not self._starts:
            return None
        line = self.line_at(y)
        for index, box in zip(self.members(line), self.boxes(line), strict=True):
            if box.x <= x < box.x + box.width:
                return index if box.y <= y < box.y + box.height else None
        return None

    def nearest(self, line: int, x: int) -> int:
        """The photo of this line whose middle is nearest to x."""
        boxes = self.boxes(line)
        return self._starts[line] + min(range(len(boxes)), key=lambda i: abs(boxes[i].x + boxes[i].width / 2 - x))

    def _shape(self, aspect: float) -> float:
        if NARROWEST <= aspect <= self._widest:
            return aspect
        if not aspect > 0:
            return 1.0
        return max(NARROWEST, min(aspect, self._widest))

    def _fill(self, first: int, last: int, total: float, shape: float) -> tuple[int, float]:
        """Close the open line with or without its last photo, whichever is nearer to the wished height."""
        tall = (self._width - self._gap * (last - first - 1)) / (total - shape) if last > first else 0.0
        low = (self._width - self._gap * (last - first)) / total
        if last == first or tall * low > self._target**2:
            self._close(first, low)
            return last + 1, 0.0
        self._close(first, tall)
        if shape >= (self._width / self._target):
            self._close(last, self._width / shape)
            return last + 1, 0.0
        return last, shape

    def _close(self, first: int, height: float) -> None:
        stretched = height <= TALLEST * self._target
        self._add(first, round(height) if stretched else -self._target)

    def _finish(self, stop: int) -> None:
        """The open line ends here: filled where it nearly is, with room left in it otherwise."""
        members = stop - self._first
        if members:
            full = (self._width - self._gap * (members - 1)) / self._sum
            nearly = full <= NEARLY * self._target
            self._add(self._first, round(full) if nearly else -self._target)
        self._first, self._sum = stop, 0.0

    def _add(self, first: int, height: int) -> None:
        height = height or 1
        self._starts.append(first)
        self._tops.append(self._bottom)
        self._heights.append(height)
        self._bottom += abs(height) + self._gap
