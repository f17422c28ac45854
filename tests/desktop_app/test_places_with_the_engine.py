"""Folders, export and settings with the real engine behind them: what is pressed is what is on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.engine_client import EngineClient
from desktop_app.export_plan import ExportChoice
from desktop_app.self_test import draw_scenes
from desktop_app.widgets.export_dialog import ExportDialog
from tests.desktop_app.hands import click_placed
from tests.desktop_app.pictures import until

PATIENCE_S = 300.0
LEFT = Qt.MouseButton.LeftButton


@pytest.mark.timeout(900)
def test_a_folder_rests_photos_are_copied_and_everything_is_forgotten(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.application()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    draw_scenes(str(photos))
    originals = {path.name: path.read_bytes() for path in photos.iterdir()}
    options = Options((os.fsencode(photos),), os.fsencode(tmp_path / "library"), "dark")
    shown = AppWindow(app, options, EngineClient)
    window, page = shown.window, shown.setting_page
    try:
        shown.show()
        until(lambda: shown.model.rowCount() == 3 and shown.model.hit(2), within_s=PATIENCE_S)
        until(lambda: window.tour.isVisible(), within_s=PATIENCE_S)

        (folder,) = shown.session.state.folders
        shown.session._on_folder("pause", folder)
        until(lambda: shown.session.state.folders[0].paused, within_s=PATIENCE_S)

        shown.settings.export_choice = ExportChoice(str(out), edge=1024, metadata="none").to_json()
        window.grid.selectAll()
        window.choice.act("export")
        QTest.mouseClick(window.findChild(ExportDialog).yes, LEFT)
        until(lambda: "3 photos copied" in window.banner.text, within_s=PATIENCE_S)
        assert sorted(path.stem for path in out.iterdir()) == sorted(Path(name).stem for name in originals)

        window.show_page("settings")
        until(lambda: page.row("library").text == str(tmp_path / "library"), within_s=PATIENCE_S)
        page.row("decoders").changed.emit("decoders", "one")
        until(lambda: shown.setting_chooser._feed.values["decoders"] == "one", within_s=PATIENCE_S)
        click_placed(page.row("proof").control)
        until(lambda: "connections now: 0" in page.row("proof").text, within_s=PATIENCE_S)

        click_placed(page.row("forget").control)
        QTest.keyClicks(page._forget._box, page._forget.word)
        QTest.keyClick(page._forget._box, Qt.Key.Key_Return)
        until(lambda: shown.model.rowCount() == 0 and shown.session.state.folders == (), within_s=PATIENCE_S)
        assert {path.name: path.read_bytes() for path in photos.iterdir()} == originals
    finally:
        shown.close()
    until(lambda: True)
