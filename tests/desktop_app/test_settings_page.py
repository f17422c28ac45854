"""The page of settings, by mouse and keys; what is set is seen, kept and told to the engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.app import AppWindow
from desktop_app.settings import Settings
from desktop_app.theme import DARK, LIGHT
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.hands import LEFT, Key, Opened, click_placed
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until


@pytest.fixture
def engine(tmp_path: Path) -> MemoryEngine:
    hits = tuple(hit(n, path := jpeg(tmp_path / f"{n}.jpg"), path=path) for n in range(1, 5))
    return MemoryEngine(hits, (Folder(1, bytes(tmp_path), ready=4),))


@pytest.fixture
def shown(opened: Opened, engine: MemoryEngine) -> AppWindow:
    """With the page of settings open, by its key."""
    window = opened(engine, theme="")
    until(lambda: window.model.rowCount() == 4)
    QTest.keyClick(window.window, Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.setting_page.isVisible() and window.setting_page.row("library").text)
    return window


def kept(tmp_path: Path) -> Settings:
    """As another start reads them."""
    return Settings(str(tmp_path / "library" / "window.ini"))


def choose(window: AppWindow, key: str, value: str) -> None:
    """In the list of a choice, by keys."""
    control = window.setting_page.row(key).control
    control.setFocus()
    for _ in range(control.count()):
        QTest.keyClick(control, Key.Key_Up)
    for _ in range(control.findData(value)):
        QTest.keyClick(control, Key.Key_Down)


def test_what_is_set_is_seen_at_once_and_kept_for_the_next_start(shown: AppWindow, tmp_path: Path) -> None:
    page, window = shown.setting_page, shown.window
    assert window.page == "settings"
    choose(shown, "theme", "light")
    assert QApplication.palette().window().color() == LIGHT.background
    choose(shown, "theme", "dark")
    assert QApplication.palette().window().color() == DARK.background
    choose(shown, "row_size", "small")
    assert window.grid.row_height == 140
    choose(shown, "language", "de")
    for key in ("reduced_motion", "write_sidecars", "auto_advance", "pair_raw", "notify"):
        click_placed(page.row(key).control)
    assert not window.grid._animated
    shown.settings.save()
    again = kept(tmp_path)
    assert (again.theme, again.language) == ("dark", "de")
    assert (again.reduced_motion, again.write_sidecars, again.auto_advance) == (True, True, True)
    assert (again.pair_raw, again.notify) == (False, False)
    assert not page.row("tray").control.isEnabled(), "a desktop without a tray offers none"


def test_what_belongs_to_the_library_is_told_to_the_engine(shown: AppWindow, engine: MemoryEngine) -> None:
    page = shown.setting_page
    choose(shown, "decoders", "one")
    QTest.keyClick(page.row("on battery").control, Key.Key_Space)
    until(lambda: engine.settings == {"decoders": "one", "on battery": "go on"})
    engine.battery = False
    page.shown.emit()
    until(lambda: not page.row("on battery").control.isEnabled())
    assert "no battery" in page.row("on battery").text
    click_placed(page.row("proof").control)
    until(lambda: "connections now: 0" in page.row("proof").text)
    assert "1.6" in page.row("library").text


def test_marks_from_before_are_counted_once_writing_is_on_and_written_when_asked(
    shown: AppWindow, engine: MemoryEngine
) -> None:
    page, engine.tags.unwritten = shown.setting_page, 320
    row = page.row("late_sidecars")
    assert not row.control.isEnabled()
    click_placed(page.row("write_sidecars").control)
    until(lambda: row.text == "320 photos have marks that no sidecar holds.")
    QTest.mouseClick(row.control, LEFT)
    until(lambda: "320 photos" in shown.window.banner.accessibleName())
    until(lambda: row.text == "Every mark of yours has found its file.")
    assert not row.control.isEnabled()
    engine.tags.unwritten, engine.tags.sidecar_problems = (
        1,
        ["This sidecar is not a regular file: /a.xmp (remove it)"] * 3,
    )
    page.shown.emit()
    until(row.control.isEnabled)
    QTest.mouseClick(row.control, LEFT)
    until(lambda: "and 2 more" in shown.window.banner.accessibleName())
    click_placed(page.row("write_sidecars").control)
    assert not row.control.isEnabled()


def test_the_search_over_the_page_leaves_what_it_names_and_esc_takes_it_back(shown: AppWindow) -> None:
    page, window = shown.setting_page, shown.window
    QTest.keyClicks(page.search, "laptop")
    seen = [key for key in page.keys if page.row(key).isVisible()]
    assert seen == ["on battery"], "words that stand nowhere find it, too"
    page.search.setText("no such thing")
    assert not any(page.row(key).isVisible() for key in page.keys)
    QTest.keyClick(window, Key.Key_Escape)
    assert page.row("theme").isVisible()
    QTest.keyClick(window, Key.Key_Escape)
    assert window.page == ""


def test_everything_is_forgotten_only_after_the_word_was_typed(shown: AppWindow, engine: MemoryEngine) -> None:
    page = shown.setting_page
    click_placed(page.row("forget").control)
    question = page._forget
    assert question.isVisible()
    QTest.keyClicks(question._box, "yes")
    QTest.keyClick(question._box, Key.Key_Return)
    assert not question._yes.isEnabled()
    question._box.clear()
    QTest.keyClicks(question._box, question.word)
    QTest.keyClick(question._box, Key.Key_Return)
    until(lambda: engine.asked(m.Forget))
    assert engine.asked(m.Forget)[0].everything
    until(lambda: shown.model.rowCount() == 0 and "empty" in shown.window.banner.text)
