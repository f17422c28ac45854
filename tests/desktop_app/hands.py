"""What hands do with a window, and what eyes read off it."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.app import AppWindow
from desktop_app.widgets.icon_entry import IconEntry
from tests.desktop_app.pictures import until

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
Opened = Callable[..., AppWindow]


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


def click_photo(shown: AppWindow, row: int) -> QPoint:
    grid = shown.window.grid
    place = grid.visualRect(shown.model.index(row)).center()
    QTest.mouseClick(grid.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    return place


def click_placed(control: QWidget | None) -> None:
    """Clicks a control once its page has laid it out."""
    assert control is not None
    until(lambda: control.isVisible() and control.height() >= control.sizeHint().height())
    QTest.mouseClick(control, LEFT)


def names(shown: AppWindow) -> list[str]:
    until(lambda: all(shown.model.hit(row) for row in range(shown.model.rowCount())))
    return [os.path.basename(shown.model.hit(row).path).decode() for row in range(shown.model.rowCount())]


def search(shown: AppWindow, sentence: str) -> None:
    shown.window.search.setFocus()
    QTest.keyClicks(shown.window.search, sentence)
    until(lambda: shown.session.results is not None and shown.session.results.sentence == sentence)


def click_offer(shown: AppWindow, key: str) -> None:
    """A button of the empty state, once it is on the screen."""
    button = shown.window.empty.findChild(QPushButton, f"empty-{key}")
    until(lambda: button.isVisible() and button.height() > 20)
    QTest.mouseClick(button, LEFT)


def entry(shown: AppWindow, name: str) -> IconEntry:
    return next(each for each in shown.window.sidebar.findChildren(IconEntry) if each.look.name == name)


def photo_menu(shown: AppWindow, row: int) -> dict[str, Callable[[], None]]:
    place = click_photo(shown, row)
    shown.window.grid.context_requested.emit(row, shown.window.grid.viewport().mapToGlobal(place))
    menu = next(each for each in shown.window.findChildren(QMenu) if each.isVisible())

    def choose(action) -> Callable[[], None]:
        return lambda: (action.trigger(), menu.close())

    return {action.text().split("\t")[0]: choose(action) for action in menu.actions() if action.text()}
