"""States of asking, to be looked at: see `looks`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_app.app import AppWindow
from engine import messages as m
from tests.desktop_app.looks_search import search
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

VALUES = {
    "camera": [("FUJIFILM X100V", 7_204), ("Canon EOS 5D Mark III", 3_110), ("FUJIFILM X-T3", 981), ("Pixel 6", 412)],
    "folder": [("2019 Lofoten", 1_204), ("Family", 880)],
    "type": [("jpeg", 40_100), ("raw", 8_212)],
}


def shelves(window: AppWindow, engine: MemoryEngine) -> None:
    engine.offers.values = VALUES
    engine.offers.collections = {"Quick collection": [1, 2, 3], "Best of 2021": list(range(37)), "Prints": [1, 2]}
    saved = [
        m.SavedSearch(1, "Dogs in the snow", "dogs in the snow", photos=37, new=3),
        m.SavedSearch(2, "Five stars, raw", "rating:5 type:raw", photos=212, new=0),
        m.SavedSearch(3, "Sunsets at the sea before the house was sold", "sunset at the sea before:2020", photos=11),
    ]
    engine.offers.saved = {each.id: each for each in saved}
    window.query.feed.ask()
    until(window.query.saved.section.isVisible)


def values(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, "dogs in the snow ")
    QTest.keyClicks(window.window.search, "camera:")
    until(window.query.popup.isVisible)
    QTest.keyClick(window.window.search, Qt.Key.Key_Down)


def to_try(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    engine.offers.sentences = ("a dog running across the grass", "a football match", "a snowboarder in the air")
    engine.offers.sentences += ("the skyline of a city at night",)
    window.window.focus_search()
    window.window.grid.setFocus()
    window.window.focus_search()
    until(window.query.suggestions.isVisible)
    QTest.keyClick(window.window.search, Qt.Key.Key_Down)


def names(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, "dogs in the snow ")
    QTest.keyClicks(window.window.search, "cam")
    until(window.query.popup.isVisible)


def panel(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, 'dogs in the snow after:2018 camera:"FUJIFILM X100V" rating:>=3')
    window.window.search.filters.click()
    QTest.qWait(100)


def order(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, "dogs in the snow sort:name")
    window.window.line.order.click()
    QTest.qWait(100)


def naming(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, "dogs in the snow before:2020")
    window.query.saved.ask_name()


def collecting(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, "dogs in the snow")
    grid = window.window.grid
    grid.setFocus()
    grid.set_current_row(2)
    window.window.choice.act("collect")


def collection(window: AppWindow, engine: MemoryEngine) -> None:
    shelves(window, engine)
    search(window, engine, 'collection:"Best of 2021"', matching=-1)
    grid = window.window.grid
    grid.setFocus()
    grid.set_current_row(1)
    window.window.choice.act("quick-collection")
    QTest.qWait(200)
    grid.context_requested.emit(1, grid.viewport().mapToGlobal(QPoint(300, 60)))


ASKING_STATES: dict[str, Callable[[AppWindow, MemoryEngine], None]] = {
    "values": values,
    "to-try": to_try,
    "names": names,
    "panel": panel,
    "order": order,
    "naming": naming,
    "collecting": collecting,
    "collection": collection,
}
