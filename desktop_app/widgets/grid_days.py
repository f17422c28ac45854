"""The days of the grid: a quiet heading above the photos of each, which stays in sight while they pass."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from PySide6.QtCore import QLocale, QPoint, QRect
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QRegion

from desktop_app.result_days import DayGroup, spoken_days
from desktop_app.theme import Theme
from desktop_app.widgets.grid_layout import GridLayout
from desktop_app.widgets.grid_view import GAP_PX, HEADING_PX
from desktop_app.wording import number

LEFT_PX, BASE_PX = 10, 15  # from the left, and from the heading's lower edge
BETWEEN_PX = 8


@lru_cache(maxsize=512)
def _spoken(group: DayGroup, locale: str) -> str:
    return spoken_days(group)


def spoken(group: DayGroup) -> str:
    """Looked up while it is painted: the calendar of a language is slow."""
    return _spoken(group, QLocale().name())


class GridDays:
    """Where the headings are in what is in sight, and how they look. `top` is the scroll position."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self._theme = theme
        self.groups: Sequence[DayGroup] = ()
        self.hovered = -1
        self._fonts = (QFont(font), QFont(font))
        for each, size in zip(self._fonts, (14, 12), strict=True):
            each.setPixelSize(size)
        self._fonts[0].setWeight(QFont.Weight.Medium)
        self._metrics = QFontMetrics(self._fonts[0])
        self._widths: dict[str, int] = {}  # of headings, as far as they were seen

    def group_of(self, row: int) -> int:
        """The place of the group that has this row, -1 where there are none."""
        return bisect_right(self.groups, row, key=lambda group: group.first) - 1

    def places(self, layout: GridLayout, top: int, view: QRect) -> Iterator[tuple[int, QRect]]:
        """(group, rectangle in the viewport) of every heading in sight, the one that stays at the top last."""
        heads = layout.heads
        above = bisect_right(heads, top) - 1
        for group in range(above + 1, min(len(heads), len(self.groups))):
            place = QRect(0, heads[group] - top, view.width(), HEADING_PX)
            if place.top() > view.bottom():
                break
            yield group, place
        if 0 <= above < len(self.groups):
            pushed = heads[above + 1] - top - HEADING_PX if above + 1 < len(heads) else 0
            yield above, QRect(0, min(0, pushed), view.width(), HEADING_PX)

    def at(self, point: QPoint, layout: GridLayout, top: int, view: QRect) -> int:
        """The group whose heading is here, else -1."""
        found = [group for group, place in self.places(layout, top, view) if place.contains(point)]
        return found[-1] if found else -1

    def paint(self, painter: QPainter, region: QRegion, layout: GridLayout, *, top: int, view: QRect) -> None:
        """Those headings that the region touches."""
        for group, place in self.places(layout, top, view):
            if not region.intersects(place):
                continue
            if place.top() <= 0 and layout.heads[group] < top:
                painter.fillRect(place.adjusted(0, 0, 0, -GAP_PX), self._theme.background)
            self._write(painter, place.bottom() - BASE_PX, self.groups[group], lit=group == self.hovered)

    def _write(self, painter: QPainter, base: int, group: DayGroup, *, lit: bool) -> None:
        text = spoken(group)
        painter.setFont(self._fonts[0])
        painter.setPen(self._theme.accent if lit else self._theme.text)
        painter.drawText(LEFT_PX, base, text)
        painter.setFont(self._fonts[1])
        painter.setPen(self._theme.muted)
        painter.drawText(LEFT_PX + self._width(text) + BETWEEN_PX, base, number(group.photos))

    def _width(self, text: str) -> int:
        if (known := self._widths.get(text)) is None:
            known = self._widths[text] = self._metrics.horizontalAdvance(text)
        return known


def rows_of_group(groups: Sequence[DayGroup], group: int) -> range:
    return range(groups[group].first, groups[group].first + groups[group].photos)
