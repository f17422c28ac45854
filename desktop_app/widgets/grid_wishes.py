"""What the grid asks for while it is scrolled: hits and thumbnails of what is in sight first, then of what is ahead."""

from __future__ import annotations

from typing import cast

from desktop_app.results_model import ResultsModel
from desktop_app.widgets.grid_layout import GridLayout
from desktop_app.widgets.grid_view import JustifiedView
from desktop_app.widgets.photo_painter import SPARE_PX

LONGEST = 4.0  # a panorama whose middle fills a square is read at most so many times as long


class GridWishes:
    """Asks once for each stretch of the layout."""

    def __init__(self, view: JustifiedView) -> None:
        self._view = view
        self._told: tuple[range, GridLayout] | None = None
        self._last_top = 0

    def forget(self) -> None:
        """Ask for the same once more: other rows, or hits that were not known before."""
        self._told = None

    def tell(self, shown: range) -> bool:
        """These rows are in sight; whether that is news."""
        layout, told = self._view.arranged, self._told
        self._told = (shown, layout)
        if not shown or self._told == told:
            return False
        results = cast(ResultsModel, self._view.model())
        results.show(shown.start, shown.stop - 1)
        top = self._view.verticalScrollBar().value()
        ahead, self._last_top = top >= self._last_top, top
        middle = (shown.start + shown.stop) // 2
        rows = sorted(shown, key=lambda row: abs(row - middle))
        before = range(max(0, shown.start - len(shown)), shown.start)
        after = range(shown.stop, min(layout.placed, shown.stop + len(shown)))
        rows.extend([*after, *reversed(before)] if ahead else [*reversed(before), *after])
        edges = self._edges(results, range(before.start, after.stop))
        results.want_thumbnails((row, edges[row]) for row in rows)
        return True

    def _edges(self, results: ResultsModel, rows: range) -> dict[int, int]:
        """The long edge of every thumbnail in its place, in device pixels."""
        layout, ratio, edges = self._view.arranged, self._view.devicePixelRatioF(), {}
        longest, aspects = (_longest_in_square if self._view.squares else _longest_whole), results.aspects
        for line in range(layout.line_of(rows[0]), layout.line_of(rows[-1]) + 1) if rows else ():
            for row, box in zip(layout.members(line), layout.boxes(line), strict=True):
                edges[row] = round(longest(box.width, box.height, aspects[row]) * ratio) + SPARE_PX
        return edges


def _longest_whole(width: int, height: int, aspect: float) -> float:
    """Of a photo that is seen whole in its cell, as `fitted` places it."""
    if not aspect > 0:
        return max(width, height)
    free_x, free_y = width - height * aspect, height - width / aspect
    if free_x <= 3 and free_y <= 3:
        return max(width, height)
    return round(max(min(width, height * aspect), min(height, width / aspect)))


def _longest_in_square(_width: int, height: int, aspect: float) -> float:
    """Of a photo whose middle alone is seen: it reaches beyond the cell."""
    return height * min(max(aspect, 1 / aspect), LONGEST) if aspect > 0 else height
