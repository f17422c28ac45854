"""States of settings, folders, export and tour, to be looked at: see `looks`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from desktop_app.app import AppWindow
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

Stage = Callable[[AppWindow, MemoryEngine], None]


def settings(window: AppWindow, _: MemoryEngine) -> None:
    window.window.show_page("settings")
    until(lambda: window.setting_page.row("library").text)


def settings_below(window: AppWindow, _: MemoryEngine) -> None:
    settings(window, _)
    window.setting_page.row("proof").control.click()
    until(lambda: "connections" in window.setting_page.row("proof").text)
    window.setting_page.row("forget").control.click()
    QTest.qWait(50)
    bar = window.setting_page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


def settings_search(window: AppWindow, _: MemoryEngine) -> None:
    settings(window, _)
    QTest.keyClicks(window.setting_page.search, "battery")


PLACES_STATES: dict[str, Stage] = {
    "settings": settings,
    "settings-below": settings_below,
    "settings-search": settings_search,
}
