"""States of settings, folders, export and tour, to be looked at: see `looks`."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QScrollArea

from desktop_app.app import AppWindow
from desktop_app.export_plan import ExportChoice
from desktop_app.widgets.export_dialog import ExportDialog
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

Stage = Callable[[AppWindow, MemoryEngine], None]


def settings(window: AppWindow, _: MemoryEngine) -> None:
    window.window.show_page("settings")
    until(lambda: window.setting_page.row("library").text)


def settings_below(window: AppWindow, _: MemoryEngine) -> None:
    settings(window, _)
    window.setting_page.row("proof").control.click()
    until(lambda: ": 2" in window.setting_page.row("proof").text)
    window.setting_page.row("forget").control.click()
    QTest.qWait(50)
    bar = window.setting_page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


def settings_search(window: AppWindow, _: MemoryEngine) -> None:
    settings(window, _)
    QTest.keyClicks(window.setting_page.search, "battery")


def exporting(window: AppWindow, engine: MemoryEngine) -> ExportDialog:
    window.settings.export_choice = ExportChoice("/home/ida/for grandma", edge=2048, metadata="no-place").to_json()
    until(lambda: window.model.hit(0))
    window.window.grid.selectAll()
    window.window.choice.act("export")
    return window.window.findChild(ExportDialog)


def export_dialog(window: AppWindow, engine: MemoryEngine) -> None:
    exporting(window, engine).move(window.window.width() // 2 - 240, 160)


def export_running(window: AppWindow, engine: MemoryEngine) -> None:
    exporting(window, engine).yes.click()
    until(lambda: engine.exports)
    engine.tell(m.ExportProgress(engine.exports[0].request, 21, 60))


def export_done(window: AppWindow, engine: MemoryEngine) -> None:
    export_running(window, engine)
    told = {"written": 59, "folder": "", "problems": [["IMG_2103.jpg", "The photo is cut short"]]}
    engine.tell(m.Reply(engine.exports[0].request, json.dumps(told)))


def tour(window: AppWindow, _: MemoryEngine) -> None:
    window.tour.begin()


def tour_grid(window: AppWindow, _: MemoryEngine) -> None:
    tour(window, _)
    window.window.tour._next.click()


def tour_sidebar(window: AppWindow, _: MemoryEngine) -> None:
    tour_grid(window, _)
    window.window.tour._next.click()


def folders(window: AppWindow, engine: MemoryEngine) -> None:
    named = (b"Lofoten", b"Archive", b"Phone", b"Old drive")
    places = [b"/home/ida/" + name for name in named]
    facts = ({"pending": 2_100}, {"paused": True, "pending": 900}, {"paused": True}, {"offline": True})
    watched = zip(places, facts, strict=True)
    engine.folders = tuple(Folder(n, path, ready=1_200, **fact) for n, (path, fact) in enumerate(watched, 1))
    engine.tell(m.IndexProgress(0, 4_800, 2_100, 0, 0, 0.0, None, False, paused=True, note="on battery"))
    window.session._parts.feed.ask_lists()
    until(lambda: len(window.session.state.folders) == 4)


def missing(window: AppWindow, engine: MemoryEngine) -> None:
    engine.folders = (Folder(1, b"/home/ida/Lofoten", ready=48_312, in_doubt=6_204),)
    window.session._parts.feed.ask_lists()
    until(lambda: window.window.banner.isVisible())


def missing_problem(window: AppWindow, engine: MemoryEngine) -> None:
    missing(window, engine)
    window.window.banner.hide()
    window.window.show_problems()


def sheet(window: AppWindow, _: MemoryEngine) -> None:
    window.window.sheet.open()


def dialogs(window: AppWindow) -> list[QDialog]:
    return [each for each in window.window.findChildren(QDialog) if each.isVisible()]


PLACES_STATES: dict[str, Stage] = {
    "settings": settings,
    "settings-below": settings_below,
    "settings-search": settings_search,
    "export-dialog": export_dialog,
    "tour": tour,
    "tour-grid": tour_grid,
    "tour-sidebar": tour_sidebar,
    "folders": folders,
    "missing": missing,
    "missing-problem": missing_problem,
    "sheet": sheet,
    "export-running": export_running,
    "export-done": export_done,
}
