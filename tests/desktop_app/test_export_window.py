"""Copies of what is selected: from the menu's key through the dialog to the message that they are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.app import AppWindow
from desktop_app.export_plan import ExportChoice, from_json
from desktop_app.widgets.export_dialog import ExportDialog
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.hands import LEFT, Opened
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def engine(tmp_path: Path) -> MemoryEngine:
    hits = tuple(hit(n, path := jpeg(tmp_path / f"{n}.jpg"), path=path) for n in range(1, 7))
    return MemoryEngine(hits, (Folder(1, bytes(tmp_path), ready=6),))


@pytest.fixture
def shown(opened: Opened, engine: MemoryEngine) -> AppWindow:
    window = opened(engine)
    until(lambda: window.model.rowCount() == 6 and window.model.hit(5) and window.window.grid.laid_out)
    return window


def dialog_of(window: AppWindow) -> ExportDialog:
    QTest.keyClick(window.window.grid, Qt.Key.Key_E, CTRL_SHIFT)
    until(lambda: window.window.findChild(ExportDialog))
    return window.window.findChild(ExportDialog)


def test_selected_photos_are_exported_as_the_dialog_says_and_the_choice_is_kept(
    shown: AppWindow, engine: MemoryEngine, tmp_path: Path
) -> None:
    window = shown.window
    window.grid.selectAll()
    dialog = dialog_of(shown)
    assert not dialog.yes.isEnabled(), "a folder has to be named"
    dialog.choose_folder(str(tmp_path / "for grandma"))
    for box, value in ((dialog.size_choice, 2048), (dialog.metadata, "no-place"), (dialog.names, "date")):
        box.setFocus()
        while box.currentData() != value:
            QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.yes, LEFT)
    until(lambda: engine.exports)
    (asked,) = engine.exports
    assert sorted(asked.photo_ids) == [1, 2, 3, 4, 5, 6]
    assert (asked.folder, asked.edge, asked.metadata) == (bytes(tmp_path / "for grandma"), 2048, "no-place")
    engine.tell(m.ExportProgress(asked.request, 2, 6))
    until(lambda: window.export_line.isVisible() and "2 of 6 photos" in window.export_line.text)
    told = {"written": 5, "folder": "", "problems": [["3.jpg", "The photo is cut short"]]}
    engine.tell(m.Reply(asked.request, json.dumps(told)))
    until(lambda: window.banner.isVisible())
    assert "5 photos copied" in window.banner.text
    assert "3.jpg: The photo is cut short" in window.banner.text
    assert not window.export_line.isVisible()
    kept = from_json(shown.settings.export_choice)
    assert kept == ExportChoice(str(tmp_path / "for grandma"), 2048, 90, "no-place", "date")


def test_an_export_can_be_stopped_and_another_waits(shown: AppWindow, engine: MemoryEngine, tmp_path: Path) -> None:
    window = shown.window
    shown.settings.export_choice = ExportChoice(str(tmp_path / "out")).to_json()
    window.grid.set_current_row(2)
    QTest.mouseClick(dialog_of(shown).yes, LEFT)
    until(lambda: engine.exports and not window.findChild(ExportDialog))
    window.choice.act("export")
    assert "still running" in window.banner.text
    QTest.mouseClick(window.export_line._stop, LEFT)
    until(lambda: "stopped" in window.banner.text)
    assert not window.export_line.isVisible()
    assert len(engine.exports) == 1


def test_an_export_that_ends_with_the_engine_is_told_when_that_is_back(shown: AppWindow, engine: MemoryEngine) -> None:
    window = shown.window
    shown.exports._begin([1, 2], ExportChoice("/somewhere"))
    until(lambda: engine.exports)
    engine.tell(m.Failed(engine.exports[0].request, "EngineGone", "The search engine ended"))
    engine.died.emit(1)
    assert "started again" in window.banner.text
    engine.started.emit()
    assert window.banner.text == "The export was stopped. What was copied until then stays."
    assert not window.export_line.isVisible()


def test_a_choice_that_makes_no_sense_reads_as_the_default() -> None:
    for text in ("", "no json", "[]", '{"edge": -5}', '{"unknown": 1}', '{"metadata": "some"}'):
        assert from_json(text) == ExportChoice()
    assert from_json('{"edge": 7, "folder": "/out"}') == ExportChoice("/out")
