"""Selections of rows as ranges: cheap also where 200,000 photos are selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from operator import sub

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange

from desktop_app.results_model import ResultsModel

STRETCHES = 16  # of neighbours; of more each photo is looked for at once


def ranges(selection: QItemSelection) -> list[QItemSelectionRange]:
    return [selection.at(at) for at in range(selection.size())]


def parts_of(selected: QItemSelectionModel | None) -> list[range]:
    """Ascending stretches of selected rows, none of which touch."""
    parts: list[range] = []
    if selected is None:
        return parts
    for start, stop in sorted((part.top(), part.bottom() + 1) for part in ranges(selected.selection())):
        if parts and start <= parts[-1].stop:
            parts[-1] = range(parts[-1].start, max(stop, parts[-1].stop))
        else:
            parts.append(range(start, stop))
    return parts


def rows_of(selected: QItemSelectionModel | None) -> list[int]:
    """Ascending."""
    return [row for part in parts_of(selected) for row in part]


def rows_within(selected: QItemSelectionModel | None, shown: range) -> set[int]:
    """Those of a few rows that are selected."""
    rows: set[int] = set()
    if selected is None or not shown:
        return rows
    for part in ranges(selected.selection()):
        rows.update(range(max(part.top(), shown.start), min(part.bottom() + 1, shown.stop)))
    return rows


def selection_of(model: ResultsModel, rows: Iterable[int]) -> QItemSelection:
    """Of ascending rows: one range for each run of neighbours."""
    selection = QItemSelection()
    for first, last in _runs(rows if isinstance(rows, range) else list(rows)):
        selection.select(model.index(first), model.index(last))
    return selection


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of neighbours, which have the same distance from their place among the rows."""
    if isinstance(rows, range):
        if rows:
            yield rows[0], rows[-1]
        return
    first = 0
    for _, run in groupby(map(sub, rows, count())):
        last = first + len(list(run)) - 1
        yield rows[first], rows[last]
        first = last + 1


class KeptSelection:
    """Which photos were selected and which one was current, while a reorder gives the rows new numbers."""

    def __init__(self, model: ResultsModel, selected: QItemSelectionModel) -> None:
        current = selected.currentIndex().row()
        self._parts = [model.photo_ids([part]) for part in parts_of(selected)]
        self._current = model.photo_id(current) if current >= 0 else None

    def restore(self, model: ResultsModel, selected: QItemSelectionModel) -> None:
        selected.select(self._selection(model), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        row = None if self._current is None else model.row_of(self._current)
        if row is not None:
            selected.setCurrentIndex(model.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _selection(self, model: ResultsModel) -> QItemSelection:
        """Long stretches mostly moved as they are; otherwise each photo is looked for."""
        selection = QItemSelection()
        if len(self._parts) <= STRETCHES:
            moved = [model.stretch_of(part) for part in self._parts]
            for stretch in moved:
                if stretch is None:
                    break
                selection.select(model.index(stretch.start), model.index(stretch.stop - 1))
            else:
                return selection
        return selection_of(model, model.rows_of([photo_id for part in self._parts for photo_id in part]))
