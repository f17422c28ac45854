"""States of the grid, of a photo seen large and of photos side by side, to be looked at: see `looks`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtTest import QTest

from desktop_app.app import AppWindow
from desktop_app.widgets.grid_selection import selection_of
from engine import messages as m
from engine.search_hit import SearchHit
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

Stage = Callable[[AppWindow, MemoryEngine], None]

LABELS = ("", "red", "", "", "green", "", "", "blue", "", "purple", "", "yellow")


def over_years(hits: tuple[SearchHit, ...]) -> tuple[SearchHit, ...]:
    """Outings of a few days each, some with a single photo, over ten years; marked here and there."""
    made, day, times = [], datetime.datetime(2024, 6, 15, 18, 30), 40
    for n in range(len(hits) * times):
        if n % 23 in (0, 9, 10, 11, 19):
            day -= datetime.timedelta(days=1 if n % 23 else 47, hours=n % 5)
        day -= datetime.timedelta(minutes=2)
        some = hits[n % len(hits)]
        marks = {"rating": n % 6 if n % 3 == 0 else 0, "label": LABELS[n % 12], "pick": (1, 0, 0, -1, 0, 0)[n % 6]}
        pair = some.path + b".RAF" if n % 4 == 1 else b""
        made.append(replace(some, photo_id=n + 1, taken_at=day.isoformat(), probability=None, pair=pair, **marks))
    return tuple(made)


def _show(window: AppWindow, engine: MemoryEngine) -> None:
    engine.by_day, engine.hits = True, over_years(engine.hits)
    window.session._parts.search.search_now()
    until(lambda: window.model.groups and window.model.hit(0) and window.window.grid.laid_out)


def days(window: AppWindow, engine: MemoryEngine) -> None:
    _show(window, engine)


def scrolled(window: AppWindow, engine: MemoryEngine) -> None:
    _show(window, engine)
    grid = window.window.grid
    grid.time.scrubber.scrolled.emit(0.43)
    grid.time.scrubber._say(0.43 * grid.time.scrubber.height())
    QTest.qWait(100)
    until(lambda: window.model.hit(grid._visible_rows()[0]))


def squares(window: AppWindow, engine: MemoryEngine) -> None:
    _show(window, engine)
    window.window.grid.set_squares(True)
    QTest.qWait(200)


def _large(hit: SearchHit) -> m.Rendition:
    """The photo's own file stands in for a rendition."""
    return m.Rendition(0, hit.photo_id, hit.path, hit.width, hit.height)


def comparing(window: AppWindow, engine: MemoryEngine, rows: tuple[int, ...] = (1, 4)) -> None:
    _show(window, engine)
    grid = window.window.grid
    grid.selectionModel().select(selection_of(window.model, rows), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    window.comparing.open()
    QTest.qWait(200)
    for row in rows:
        hit = window.model.hit(row)
        assert hit is not None
        engine.tell(_large(hit))
    QTest.qWait(300)


def comparing_four(window: AppWindow, engine: MemoryEngine) -> None:
    comparing(window, engine, (0, 1, 4, 5))
    window.comparing.page.panes[0].canvas.zoom_by(3.0)
    QTest.qWait(400)


def large(window: AppWindow, engine: MemoryEngine) -> None:
    """A photo with its marks, facts and histogram."""
    places = {"latitude": 68.2042, "longitude": 13.6103, "rating": 4, "pick": 1, "label": "Green"}
    engine.hits = tuple(replace(hit, **places) for hit in engine.hits)
    engine.by_day = True
    window.session._parts.search.search_now()
    until(lambda: window.model.groups and window.model.hit(0))
    window.window.open_preview(3)
    QTest.qWait(200)
    hit = window.model.hit(3)
    assert hit is not None
    engine.tell(_large(hit))
    window.window.preview.histogram.toggle()
    QTest.qWait(300)


GRID_STATES: dict[str, Stage] = {
    "days": days,
    "days-scrolled": scrolled,
    "squares": squares,
    "comparing": comparing,
    "comparing-four": comparing_four,
    "large": large,
}
