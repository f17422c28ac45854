"""File names, tags and what cameras wrote are strangers' words: the window shows them as they are, never as markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.plain_text import spelled_out
from desktop_app.window_state import Face, Notice
from engine.photo import Folder, Problem
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

EVIL = "<b>bold<img src=x>"


@pytest.fixture
def shown(app: QApplication, tmp_path: Path) -> Iterator[AppWindow]:
    desktop.application()
    words = {"camera": EVIL, "lens": EVIL, "tags": (EVIL,)}
    path = f"/photos/{EVIL}/{EVIL}.jpg".encode()
    engine = MemoryEngine(
        (hit(1, jpeg(tmp_path / "1.jpg"), path=path, **words),), (Folder(1, path, ready=1, offline=True),)
    )
    engine.problems = (Problem(path, "The photo is damaged", EVIL, 1),)
    window = AppWindow(app, Options(library=bytes(tmp_path / "library")), lambda library: engine)
    window.show()
    yield window
    window.close()
    until(lambda: True)


def obeyed(widget: QWidget) -> list[str]:
    """Texts that are read as markup: labels guess, and tips do."""
    labels = [each for each in widget.findChildren(QLabel) if EVIL in each.text()]
    wrong = [each.text() for each in labels if each.textFormat() != Qt.TextFormat.PlainText]
    tips = [each.toolTip() for each in widget.findChildren(QWidget)]
    return wrong + [f"tip: {tip}" for tip in tips if EVIL in tip]


def said(widget: QWidget) -> int:
    return sum(EVIL in label.text() for label in widget.findChildren(QLabel))


def test_no_name_is_obeyed_anywhere(shown: AppWindow) -> None:
    window = shown.window
    until(lambda: shown.model.rowCount() and shown.model.hit(0))
    window.show_inspector(True)
    window.grid.setCurrentIndex(shown.model.index(0, 0))
    until(lambda: said(window.inspector))
    assert obeyed(window) == []
    window.banner.say(f"{EVIL}: it went wrong")
    window.show_problems()
    until(lambda: said(window.problems))
    assert obeyed(window) == []
    window.open_preview(0)
    until(lambda: window.preview.isVisible())
    shown.query.namer.ask(f"New name of “{EVIL}”", "Rename", lambda name: None)
    window.empty.say(Notice(Face.NO_PHOTOS, f"No photos in {EVIL}", EVIL, (("pictures", "Use R&B"),)))
    window.export_line.say(f"Copying 1 of 2 to {EVIL}", done=1, of=2)
    shown.query.panel.offer("camera", [("R&B", "3")])
    assert obeyed(window) == []
    buttons = [button.text() for button in window.empty.findChildren(QPushButton) if not button.isHidden()]
    (menu,) = shown.query.panel.findChildren(QMenu)
    assert buttons == ["Use R&&B"], "an ampersand makes a key of the letter behind it"
    assert menu.actions()[-1].text() == "R&&B\t3"
    menu.close()


def test_a_text_that_looks_like_markup_is_spelled_out_and_others_stay() -> None:
    assert spelled_out("Lofoten 2021") == "Lofoten 2021"
    document = QTextDocument()
    for words in (EVIL, "Tom & Jerry", "a < b\n&lt;"):
        document.setHtml(spelled_out(words))
        assert document.toPlainText() == words
