"""Where the arrow keys lead in justified rows. Pure geometry."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView

from desktop_app.widgets.grid_layout import GridLayout

_Action = QAbstractItemView.CursorAction


def moved_row(
    layout: GridLayout, row: int, action: _Action, *, page: int, goal_x: int | None
) -> tuple[int, int | None]:
    """The row that a key leads to, and the x that further ups and downs aim at (None after other keys).

    Raises IndexError for a row that is not laid out.
    """
    if action in (_Action.MoveHome, _Action.MoveEnd):
        return (0 if action == _Action.MoveHome else layout.placed - 1), None
    if action in (_Action.MoveLeft, _Action.MovePrevious):
        return max(0, row - 1), None
    if action in (_Action.MoveRight, _Action.MoveNext):
        return min(layout.placed - 1, row + 1), None
    line, box = layout.line_of(row), layout.box(row)
    goal = box.x + box.width // 2 if goal_x is None else goal_x
    goal_line = _goal_line(layout, line, action, page)
    return (row if goal_line == line else layout.nearest(goal_line, goal)), goal


def _goal_line(layout: GridLayout, line: int, action: _Action, page: int) -> int:
    if action == _Action.MoveUp:
        return max(0, line - 1)
    if action == _Action.MoveDown:
        return min(layout.lines - 1, line + 1)
    y = layout.boxes(line)[0].y
    if action == _Action.MovePageUp:
        return max(0, min(line - 1, layout.line_at(y - page) + 1)) if y > page else 0
    return min(layout.lines - 1, max(line + 1, layout.line_at(y + page)))
