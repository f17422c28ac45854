"""Photos side by side, in the whole window with an engine in memory behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

Key, LEFT, CTRL = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def engine(tmp_path: Path) -> MemoryEngine:
    found = []
    for n in range(1, 8):
        path = jpeg(tmp_path / f"{n}.jpg", colour=f"#{30 * n:02x}4080")
        found.append(hit(n, path, path=path, score=0.0, probability=None))
    return MemoryEngine(tuple(found), (Folder(1, os.fsencode(tmp_path), ready=7),))


@pytest.fixture
def opened(
    app: QApplication, engine: MemoryEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppWindow]:
    desktop.application()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    window = AppWindow(app, Options(library=os.fsencode(tmp_path / "library"), theme="dark"), lambda _: engine)
    window.settings.tour_done = True
    window.settings.reduced_motion = True
    window.show()
    until(lambda: window.model.hit(6))
    window.window.grid.setFocus()
    yield window
    window.close()
    until(lambda: True)


def press(window: AppWindow, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or window.window, key)


def select(window: AppWindow, rows: list[int]) -> None:
    window.window.grid.set_current_row(rows[0])
    for row in rows[1:]:
        at = window.window.grid.visualRect(window.model.index(row)).center()
        QTest.mouseClick(window.window.grid.viewport(), LEFT, CTRL, at)


def test_photos_side_by_side_are_zoomed_together_and_marked_one_by_one(
    opened: AppWindow, engine: MemoryEngine, tmp_path: Path
) -> None:
    window, page = opened.window, opened.comparing.page
    page.set_animated(False)
    select(opened, [1, 2, 4])
    press(opened, Key.Key_C)
    assert window.page == "compare"
    assert [pane.hit.photo_id for pane in page.panes if pane.hit] == [2, 3, 5]
    until(lambda: {request.photo_id for request in engine.asked(m.GetRendition)} >= {2, 3, 5})

    press(opened, Key.Key_Z)
    assert [pane.canvas.zoom for pane in page.panes] == [1.0, 1.0, 1.0]
    first, second = page.panes[0].canvas, page.panes[1].canvas
    QTest.mousePress(second, LEFT, pos=QPoint(200, 200))
    QTest.mouseMove(second, QPoint(150, 180))
    QTest.mouseMove(second, QPoint(100, 160))
    QTest.mouseRelease(second, LEFT, pos=QPoint(100, 160))
    assert first.photo_rect() == second.photo_rect() != page.panes[0].canvas.rect()
    assert window.choice.rows() == [2]  # pressing it made it the one for the keys

    heard: list[tuple[str, list[int]]] = []
    window.photos_action.connect(lambda key, hits: heard.append((key, [some.photo_id for some in hits])))
    press(opened, Key.Key_P)
    press(opened, Key.Key_Right)
    press(opened, Key.Key_X)
    assert heard == [("mark pick 1", [3]), ("mark pick -1", [5])]
    opened.model.change_hits([5], lambda some: replace(some, pick=-1))
    assert page.panes[2].hit is not None
    assert page.panes[2].hit.pick == -1
    assert page.panes[2].canvas.zoom == 1.0  # a mark changes nothing else

    sharp = jpeg(tmp_path / "large.jpg", 2048, 1365, "#00ff00")
    engine.tell(m.Rendition(0, 3, sharp, 2048, 1365))
    until(lambda: second.grab().toImage().pixelColor(second.rect().center()).green() > 240)

    press(opened, Key.Key_Delete)
    assert [pane.hit.photo_id for pane in page.panes if pane.hit] == [2, 3]
    press(opened, Key.Key_Escape)
    assert not window.page
    assert window.grid.selected_rows() == [1, 2, 4]
    assert window.choice.rows() == [1, 2, 4]


def test_pictures_that_an_engine_took_to_its_grave_are_asked_for_again(opened: AppWindow, engine: MemoryEngine) -> None:
    select(opened, [0, 1])
    press(opened, Key.Key_C)
    until(lambda: {each.photo_id for each in engine.asked(m.GetRendition)} == {1, 2})
    asked = len(engine.asked(m.GetRendition))
    engine.started.emit()
    until(lambda: len(engine.asked(m.GetRendition)) == asked + 2)


def test_one_photo_is_compared_with_the_next_and_opened_alone_with_enter(opened: AppWindow) -> None:
    window, page = opened.window, opened.comparing.page
    select(opened, [6])
    press(opened, Key.Key_C)
    assert [pane.hit.photo_id for pane in page.panes if pane.hit] == [7, 6]
    press(opened, Key.Key_C)
    assert not window.page
    select(opened, [0])
    press(opened, Key.Key_C)
    press(opened, Key.Key_Tab)
    press(opened, Key.Key_Return)
    assert window.previewing
    assert window.preview.row == 1
    press(opened, Key.Key_H)
    until(lambda: window.preview.histogram.histogram)
    found = window.preview.histogram.histogram
    assert found is not None
    assert all(abs(sum(channel) - 1) < 0.01 for channel in found.channels)
    assert max(found.channels[0]) > 0.9  # one red all over
    before = window.preview.findChildren(type(page.panes[0].canvas))[0].image
    opened.model.change_hits([2], lambda some: replace(some, rating=4))
    assert window.preview.findChildren(type(page.panes[0].canvas))[0].image is before
    press(opened, Key.Key_H)
    assert not window.preview.histogram.isVisible()
