"""Keys of the whole window, and what is done with a photo; an engine in memory behind it."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from engine import messages as m
from tests.desktop_app.hands import Key, click_photo, entry, photo_menu, press
from tests.desktop_app.pictures import until

# ---- keys --------------------------------------------------------------------------------------------------------


def test_slash_and_control_f_lead_to_the_search_box(shown) -> None:
    for key, modifier in (
        (Key.Key_Slash, Qt.KeyboardModifier.NoModifier),
        (Key.Key_F, Qt.KeyboardModifier.ControlModifier),
    ):
        shown.window.grid.setFocus()
        press(shown.window.grid, key, modifier)
        assert shown.window.search.hasFocus()
        assert shown.window.search.text() == ""


def test_letters_typed_in_the_search_box_are_no_shortcuts(shown) -> None:
    shown.window.search.setFocus()
    QTest.keyClicks(shown.window.search, "gif/?")
    assert shown.window.search.text() == "gif/?"
    assert not shown.window.inspector.isVisible()


def test_i_opens_the_inspector_with_the_facts_of_the_selected_photo(shown) -> None:
    click_photo(shown, 2)
    press(shown.window.grid, Key.Key_I)
    inspector = shown.window.inspector
    assert inspector.isVisible()
    said = {label.text() for label in inspector.findChildren(QWidget) if hasattr(label, "text")}
    assert {"dog 3.jpg", "Pentax K-1", "3,000 × 2,000 · 2.3 MB", "Wed, 14 Jul 2021, 18:03"} <= said
    press(shown.window.grid, Key.Key_I)
    assert not inspector.isVisible()


def test_enter_opens_the_preview_and_escape_comes_back_to_the_same_photo(shown) -> None:
    click_photo(shown, 1)
    press(shown.window.grid, Key.Key_Return)
    assert shown.window.previewing
    press(shown.window.preview, Key.Key_Right)
    press(shown.window.preview, Key.Key_Escape)
    assert shown.window.grid.isVisible()
    assert shown.window.grid.selected_rows() == [2]
    assert shown.window.grid.hasFocus()


def test_e_opens_the_preview_and_g_closes_it(shown) -> None:
    click_photo(shown, 0)
    press(shown.window.grid, Key.Key_E)
    assert shown.window.previewing
    press(shown.window.preview, Key.Key_G)
    assert shown.window.grid.isVisible()


def test_tab_hides_the_panels_from_the_grid_and_moves_the_focus_elsewhere(shown) -> None:
    shown.window.grid.setFocus()
    press(shown.window.grid, Key.Key_Tab)
    assert not shown.window.sidebar.isVisible()
    press(shown.window.grid, Key.Key_Tab)
    assert shown.window.sidebar.isVisible()
    shown.window.search.setFocus()
    press(shown.window.search, Key.Key_Tab)
    assert shown.window.sidebar.isVisible()
    assert not shown.window.search.hasFocus()


def test_f_is_full_screen_and_back(shown) -> None:
    shown.window.grid.setFocus()
    press(shown.window.grid, Key.Key_F)
    assert shown.window.isFullScreen()
    press(shown.window.grid, Key.Key_F)
    assert not shown.window.isFullScreen()


def test_a_preview_in_full_screen_is_alone(shown) -> None:
    click_photo(shown, 1)
    press(shown.window.grid, Key.Key_Return)
    press(shown.window.preview, Key.Key_F)
    assert not shown.window.sidebar.isVisible()
    assert not shown.window.search.isVisible()
    press(shown.window.preview, Key.Key_Escape)
    assert shown.window.sidebar.isVisible()
    assert shown.window.search.isVisible()


def test_f5_looks_for_new_photos(shown, engine) -> None:
    press(shown.window, Key.Key_F5)
    assert engine.asked(m.Rescan)[-1].folder is None


def test_the_question_mark_shows_the_keys_and_any_key_hides_them(shown) -> None:
    shown.window.grid.setFocus()
    QTest.keyClick(shown.window.grid, "?")
    assert shown.window.sheet.isVisible()
    press(shown.window.sheet, Key.Key_G)
    assert not shown.window.sheet.isVisible()
    assert shown.window.grid.hasFocus()


def test_the_keys_are_hidden_again_where_what_had_the_focus_is_gone(shown) -> None:
    button = QPushButton("Pause", shown.window.sidebar)
    button.show()
    button.setFocus()
    shown.window.sheet.open()
    button.deleteLater()
    button = None
    until(lambda: not shown.window.sidebar.findChildren(QPushButton))
    press(shown.window.sheet, Key.Key_G)
    assert not shown.window.sheet.isVisible()


def test_control_q_closes(shown) -> None:
    press(shown.window, Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not shown.window.isVisible()


# ---- photos ------------------------------------------------------------------------------------------------------


def test_the_photo_menu_copies_path_and_file(shown, photos) -> None:
    photo_menu(shown, 3)["Copy path"]()
    assert QGuiApplication.clipboard().text() == os.fsdecode(photos[3].path)
    photo_menu(shown, 3)["Copy photo"]()
    assert QGuiApplication.clipboard().mimeData().urls() == [QUrl.fromLocalFile(os.fsdecode(photos[3].path))]


def test_a_photo_that_is_gone_is_told_when_it_is_opened(shown, photos) -> None:
    os.unlink(photos[3].path)
    photo_menu(shown, 3)["Open in default app"]()
    assert "not there any more" in shown.window.banner.text
    assert "press F5" in shown.window.banner.text


def test_more_info_opens_the_inspector(shown) -> None:
    photo_menu(shown, 1)["More info"]()
    assert shown.window.inspector.isVisible()


def test_tab_goes_through_the_sidebar_from_top_to_bottom(shown) -> None:
    until(lambda: entry(shown, "All photos").look.count)
    until(lambda: entry(shown, "summer").isVisible())
    entry(shown, "All photos").setFocus()
    visited = []
    for _ in range(6):
        focused = shown.window.focusWidget()
        visited.append(focused.look.name)
        press(focused, Key.Key_Tab)
    assert visited == ["All photos", "summer", "winter", "Add folder…", "Models", "Settings"]


def test_every_part_is_reached_with_tab(shown) -> None:
    shown.window.search.setFocus()
    visited: list[QWidget] = []
    while (focused := shown.window.focusWidget()) not in visited:
        visited.append(focused)
        modifier = (
            Qt.KeyboardModifier.ControlModifier if focused is shown.window.grid else Qt.KeyboardModifier.NoModifier
        )
        press(focused, Key.Key_Tab, modifier)
    assert shown.window.grid in visited
    assert entry(shown, "Settings") in visited
