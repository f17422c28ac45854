"""Photos that are missing at once: the window asks, above the photos and among the problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

FOLDERS = (Folder(1, b"/photos/Lofoten", ready=900, in_doubt=300), Folder(2, b"/photos/Phone", ready=90))


@pytest.fixture
def engine(tmp_path: Path) -> MemoryEngine:
    path = jpeg(tmp_path / "1.jpg")
    return MemoryEngine((hit(1, path, path=path),), FOLDERS)


@pytest.fixture
def shown(app: QApplication, tmp_path: Path, engine: MemoryEngine) -> Iterator[AppWindow]:
    desktop.application()
    window = AppWindow(app, Options(library=bytes(tmp_path / "library")), lambda library: engine)
    window.show()
    until(window.window.banner.isVisible)
    yield window
    window.close()
    until(lambda: True)


def buttons(widget: object) -> dict[str, QPushButton]:
    found = widget.findChildren(QPushButton)  # type: ignore[attr-defined]
    return {button.text(): button for button in found if button.isVisible() and button.text()}


def said(engine: MemoryEngine) -> list[tuple[bytes, bool]]:
    return [(each.folder, each.deleted) for each in engine.asked(m.SayMissing)]


def test_the_question_names_photos_and_folder_and_takes_either_answer(shown: AppWindow, engine: MemoryEngine) -> None:
    banner = shown.window.banner
    assert "300" in banner.text
    assert "Lofoten" in banner.text
    buttons(banner)["They were deleted"].click()
    until(lambda: said(engine) == [(b"/photos/Lofoten", True)] and not engine.folders[0].in_doubt)
    assert not banner.isVisible()
    engine.folders = (FOLDERS[0], replace(FOLDERS[1], in_doubt=80))
    shown.session._parts.feed.ask_lists()
    until(lambda: banner.isVisible() and "Phone" in banner.text)
    buttons(banner)["Keep them"].click()
    until(lambda: said(engine)[1:] == [(b"/photos/Phone", False)] and not banner.isVisible())


def test_who_closes_the_question_finds_it_among_the_problems(shown: AppWindow, engine: MemoryEngine) -> None:
    banner = shown.window.banner
    banner._close.click()
    shown.session._parts.feed.ask_lists()
    shown.window.show_problems()
    until(lambda: "Keep them" in buttons(shown.window.problems))
    assert not banner.isVisible()
    assert shown.window.problems.count == 1
    buttons(shown.window.problems)["Keep them"].click()
    until(lambda: said(engine) == [(b"/photos/Lofoten", False)] and shown.window.problems.count == 0)


def test_another_message_is_not_covered_by_the_question(shown: AppWindow, engine: MemoryEngine) -> None:
    banner = shown.window.banner
    banner.say("Something else went wrong")
    engine.folders = (replace(FOLDERS[0], in_doubt=301),)
    shown.session._parts.feed.ask_lists()
    until(lambda: shown.window.problems.count == 1)
    assert banner.text == "Something else went wrong"
    assert list(buttons(banner)) == []
