"""The page of models with the real engine behind it: a model is imported, used, and gone back from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.engine_client import EngineClient
from desktop_app.self_test import draw_scenes
from desktop_app.widgets.model_card import ModelCard
from tests.desktop_app.pictures import until
from tests.engine.model_folders import write_tiny

PATIENCE_S = 300.0


def cards(window: AppWindow, name: str) -> list[ModelCard]:
    """The one of this name, if it is there."""
    found = window.window.models.findChildren(ModelCard)
    return [each for each in found if each.look is not None and each.look.name == name]


def answers(window: AppWindow, name: str) -> bool:
    return any(card.look is not None and card.look.badge == "In use" for card in cards(window, name))


def press(window: AppWindow, text: str, name: str = "") -> None:
    """A button of the page, or of one card, once it is laid out."""

    def there() -> list[QPushButton]:
        parts = cards(window, name) if name else [window.window.models]
        buttons = [each for part in parts for each in part.findChildren(QPushButton)]
        return [each for each in buttons if each.text() == text and each.isVisible() and each.height() > 20]

    until(there, within_s=PATIENCE_S)
    QTest.mouseClick(there()[0], Qt.MouseButton.LeftButton)


@pytest.mark.timeout(900)
def test_a_model_is_imported_used_and_gone_back_from(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.application()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write_tiny(tmp_path / "own-model", seed=1)
    (tmp_path / "photos").mkdir()
    draw_scenes(str(tmp_path / "photos"))
    options = Options((os.fsencode(tmp_path / "photos"),), os.fsencode(tmp_path / "library"), "dark")
    window = AppWindow(app, options, EngineClient)
    try:
        window.show()
        until(lambda: window.model.rowCount() == 3, within_s=PATIENCE_S)
        window.window.show_models()
        window.chooser._feed.look_at(os.fsencode(tmp_path / "own-model"))
        press(window, "Import it")
        press(window, "Use…", "own-model")
        press(window, "Use it", "own-model")
        until(lambda: answers(window, "own-model"), within_s=PATIENCE_S)
        press(window, "Go back to it", "starter")
        until(lambda: answers(window, "starter"), within_s=PATIENCE_S)
        assert not window.window.banner.isVisible()
    finally:
        window.close()
    until(lambda: True)
