"""Asking with the real engine behind the window: what is offered is there, and what is kept is stored."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.engine_client import EngineClient
from desktop_app.self_test import draw_scenes
from engine.catalog import Catalog
from engine.locations import Locations
from tests.desktop_app.pictures import until

PATIENCE_S = 300.0
Key = Qt.Key


@pytest.mark.timeout(900)
def test_filters_are_completed_searches_counted_and_photos_collected(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.application()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    photos, later = tmp_path / "photos" / "2019 Lofoten", tmp_path / "later"
    for folder in (photos, later):
        folder.mkdir(parents=True)
    draw_scenes(str(later))
    for name in sorted(os.listdir(later))[:2]:
        shutil.move(later / name, photos / name)
    options = Options((os.fsencode(tmp_path / "photos"),), os.fsencode(tmp_path / "library"), "dark")
    window = AppWindow(app, options, EngineClient)
    box, query = window.window.search, window.query
    try:
        window.show()
        until(lambda: window.model.rowCount() == 2 and window.model.hit(0), within_s=PATIENCE_S)
        box.setFocus()
        QTest.keyClicks(box, "in:lo")
        until(query.popup.isVisible, within_s=PATIENCE_S)
        assert query.popup.rows.texts == ["2019 Lofoten"]
        QTest.keyClick(box, Key.Key_Tab)
        assert box.text() == 'in:"2019 Lofoten" '
        until(lambda: window.window.line.text == "2 photos · newest first", within_s=PATIENCE_S)
        QTest.keyClick(box, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        query.namer.box.setText("Norway")
        QTest.keyClick(query.namer.box, Key.Key_Return)
        until(lambda: [each.photos for each in query.feed.saved] == [2], within_s=PATIENCE_S)
        window.window.grid.set_current_row(0)
        window.window.choice.act("quick-collection")
        until(lambda: [each.photos for each in query.feed.collections] == [1], within_s=PATIENCE_S)
        box.clear()
        for name in os.listdir(later):
            shutil.move(later / name, photos / name)
        window.session._parts.feed.rescan()
        until(lambda: [(each.photos, each.new) for each in query.feed.saved] == [(3, 1)], within_s=PATIENCE_S)
        assert not window.window.banner.isVisible()
    finally:
        window.close()
    until(lambda: True)
    catalog = Catalog(Locations.at(options.library).catalog)
    assert [(row.name, row.sentence) for row in catalog.sets.saved.all()] == [("Norway", 'in:"2019 Lofoten"')]
    assert catalog.sets.collections.all() == [("Quick collection", 1)]
    catalog.close()
