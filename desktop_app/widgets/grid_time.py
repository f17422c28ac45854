"""Time in the grid: headings of days, the photos of a day chosen at once, and the years at the right edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QRegion

from desktop_app.result_days import DayGroup, date_of, same_month, spoken_month
from desktop_app.theme import Theme
from desktop_app.widgets.grid_days import GridDays, rows_of_group
from desktop_app.widgets.grid_scrubber import WIDTH_PX, GridScrubber
from desktop_app.widgets.grid_view import HEADING_PX, JustifiedView

MANY = 60  # fewer photos need no way to another month


class GridTime(QObject):
    def __init__(self, theme: Theme, view: JustifiedView) -> None:
        super().__init__(view)
        self._view = view
        self._days = GridDays(theme, view.font())
        self._firsts: list[tuple[str, int]] = []  # of each year, newest first: its name, and its first group
        self.scrubber = GridScrubber(theme, self._month_at, view)
        self.scrubber.scrolled.connect(self._scroll_to)
        view.laid_out_anew.connect(self.place)
        view.verticalScrollBar().valueChanged.connect(self._follow)

    @property
    def groups(self) -> Sequence[DayGroup]:
        return self._days.groups

    def set_theme(self, theme: Theme) -> None:
        hovered, groups = self._days.hovered, self._days.groups
        self._days = GridDays(theme, self._view.font())
        self._days.hovered, self._days.groups = hovered, groups
        self.scrubber.set_theme(theme)

    def show_groups(self, groups: Sequence[DayGroup], count: int) -> None:
        """Other rows are shown, `count` in all; no groups where they are not in the order of time."""
        self._days.groups, self._days.hovered = groups, -1
        self._firsts = []
        known = 0
        for at, group in enumerate(groups):
            if (year := date_of(group.newest).year) != known:
                known = year
                self._firsts.append((str(year), at))
        shown = count >= MANY and bool(groups) and not same_month(groups[0].newest, groups[-1].newest)
        if shown != self.scrubber.isVisibleTo(self._view):
            self.scrubber.setVisible(shown)
            self.scrubber.bubble.hide()
            self._view.keep_free(WIDTH_PX if shown else 0)
        self.place()

    def place(self) -> None:
        """The years beside what is laid out."""
        if not self.scrubber.isVisibleTo(self._view):
            return
        edge, layout = self._view.viewport().geometry(), self._view.arranged
        self.scrubber.setGeometry(edge.right() + 1, edge.top(), WIDTH_PX, edge.height())
        whole = max(1, layout.height - edge.height())
        rows = max(1, len(self._view.model_rows))
        years = []
        for year, at in self._firsts:
            known = at < len(layout.heads)
            share = layout.heads[at] / whole if known else self._days.groups[at].first / rows
            years.append((year, min(1.0, share)))
        self.scrubber.set_years(years)
        self._follow()

    # ---- headings ----

    def paint(self, painter: QPainter, region: QRegion) -> None:
        if self._days.groups:
            view = self._view.viewport().rect()
            self._days.paint(painter, region, self._view.arranged, top=self._top, view=view)

    def scrolled(self, dy: int) -> None:
        """What stays at the top was moved along with the photos: paint it where it belongs."""
        if self._days.groups:
            view = self._view.viewport()
            view.update(QRect(0, min(0, dy), view.width(), HEADING_PX + abs(dy)))

    def at(self, point: QPoint) -> int:
        """The group whose heading is here, else -1."""
        if not self._days.groups:
            return -1
        return self._days.at(point, self._view.arranged, self._top, self._view.viewport().rect())

    def hover(self, group: int) -> None:
        if group != self._days.hovered:
            self._days.hovered = group
            self._view.viewport().update()
            self._view.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if group >= 0 else Qt.CursorShape.ArrowCursor
            )

    def rows(self, group: int) -> range:
        return rows_of_group(self._days.groups, group)

    def rows_beside(self, row: int) -> range:
        """All rows of the day that this row is of; empty where there are no days."""
        group = self._days.group_of(row)
        return self.rows(group) if group >= 0 else range(0)

    # ---- years ----

    @property
    def _top(self) -> int:
        return self._view.verticalScrollBar().value()

    def _follow(self) -> None:
        bar = self._view.verticalScrollBar()
        self.scrubber.set_share(bar.value() / bar.maximum() if bar.maximum() else 0.0)

    def _scroll_to(self, share: float) -> None:
        self._view.stop_gliding()
        bar = self._view.verticalScrollBar()
        bar.setValue(round(share * bar.maximum()))

    def _month_at(self, share: float) -> str:
        layout = self._view.arranged
        if not self._days.groups:
            return ""
        y = round(share * self._view.verticalScrollBar().maximum()) + HEADING_PX
        if layout.lines and y < layout.height_placed:
            row = layout.members(layout.line_at(y)).start
        else:
            row = round(share * (len(self._view.model_rows) - 1))
        return spoken_month(self._days.groups[self._days.group_of(row)].newest)
