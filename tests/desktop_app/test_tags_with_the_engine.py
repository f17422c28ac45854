"""An evening's tagging with the real engine and the starter behind the window: what is pressed is what is stored."""

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
from desktop_app.self_test import draw_scenes
from engine import sidecar
from engine.catalog import Catalog
from tests.desktop_app.pictures import until

PATIENCE_S = 300.0
CTRL, Key = Qt.KeyboardModifier.ControlModifier, Qt.Key


@pytest.mark.timeout(900)
def test_marks_tags_undo_and_sidecars_reach_the_disk(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.application()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    photos = tmp_path / "photos"
    photos.mkdir()
    names = [os.fsencode(photos / name) for name in sorted(draw_scenes(str(photos)) or os.listdir(photos))]
    sidecar.write(names[0], sidecar.Change(add=frozenset({("theirs",)}), rating=2), since=None)
    os.utime(sidecar.names(names[0])[0], (1_600_000_000, 1_600_000_000))
    window = AppWindow(app, Options((os.fsencode(photos),), os.fsencode(tmp_path / "library"), "dark"), EngineClient)
    grid, model = window.window.grid, window.model
    try:
        window.show()
        until(lambda: model.rowCount() == 3 and all(model.hit(row) for row in range(3)), within_s=PATIENCE_S)
        until(lambda: grid.laid_out and ("theirs", 1) in window.tags.feed.book.tree, within_s=PATIENCE_S)
        rows = {model.hit(row).path: row for row in range(3)}
        window.settings.write_sidecars = True
        window.window.show_inspector(True)
        grid.setFocus()
        grid.set_current_row(rows[names[0]])
        until(lambda: [look.source for look in window.window.inspector.tags.tags] == ["file"])
        QTest.keyClick(grid, Key.Key_5)
        until(lambda: model.hit(rows[names[0]]).rating == 5, within_s=PATIENCE_S)
        grid.selectAll()
        QTest.keyClick(grid, Key.Key_T)
        QTest.keyClicks(window.tags.deeds.entry.box, "drawn/shapes")
        QTest.keyClick(window.tags.deeds.entry.box, Key.Key_Return)
        until(lambda: all("drawn/shapes" in model.hit(row).tags for row in range(3)), within_s=PATIENCE_S)
        QTest.keyClick(window.tags.deeds.entry.box, Key.Key_Escape)
        QTest.keyClick(grid, Key.Key_X)
        until(lambda: model.hit(0).pick == -1, within_s=PATIENCE_S)
        QTest.keyClick(grid, Key.Key_Z, CTRL)
        until(lambda: model.hit(0).pick == 0, within_s=PATIENCE_S)
        assert not window.window.banner.isVisible()
    finally:
        window.close()
    until(lambda: True)
    stored = Catalog(os.fsencode(tmp_path / "library" / "catalog.db"))
    ids = [stored.tags.photo_at(name) for name in names]
    assert all(photo is not None for photo in ids)
    assert stored.tags.all() == [("drawn/shapes", 3), ("theirs", 1)]
    assert stored.tags.marks([photo for photo in ids if photo is not None]) == {ids[0]: {"rating": "5"}}
    stored.close()
    there = sidecar.read(names[0])
    assert there is not None
    assert (there.written.rating, there.written.tags) == (5, frozenset({("theirs",), ("drawn", "shapes")}))
    assert all(sidecar.read(name) is not None for name in names)
