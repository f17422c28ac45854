"""An evening of asking: filters completed and picked, searches saved, photos collected; an engine in memory behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from desktop_app.widgets.icon_entry import IconEntry
from desktop_app.widgets.search_rows import SearchRow
from engine import messages as m
from tests.desktop_app.hands import LEFT, Key, click_photo, photo_menu, press, search
from tests.desktop_app.pictures import until

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def values(engine) -> None:
    engine.offers.values = {
        "camera": [("FUJIFILM X100V", 7), ("FUJIFILM GFX", 3), ("Pentax K-1", 2)],
        "type": [("jpeg", 12)],
    }


def sentences(engine) -> list[str]:
    return [each.sentence for each in engine.asked(m.Search)]


def lines(section) -> list[tuple[str, str, str]]:
    return [(entry.look.name, entry.look.count, entry.look.detail) for entry in section.entries()]


def choose(shown, words: str) -> None:
    """A line of the menu that is open."""
    menu = next(each for each in shown.window.findChildren(QMenu) if each.isVisible())
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def test_a_filter_is_completed_with_keys_and_with_the_mouse(shown, engine) -> None:
    box, popup = shown.window.search, shown.query.popup
    box.setFocus()
    QTest.keyClicks(box, "dog camera:")
    until(popup.isVisible)
    assert popup.rows.texts == ["FUJIFILM X100V", "FUJIFILM GFX", "Pentax K-1"]
    until(lambda: sentences(engine)[-1] == "dog")
    assert "dog camera:" not in sentences(engine), "half a filter is no sentence"
    high = popup.height()
    QTest.keyClicks(box, "fuji")
    until(lambda: len(popup.rows.texts) == 2)
    until(lambda: popup.y() > shown.window.field.geometry().bottom())  # chips came meanwhile
    assert popup.height() == high - popup.rows.findChild(SearchRow).height(), "no larger than its lines"
    press(box, Key.Key_Down)
    press(box, Key.Key_Down)
    press(box, Key.Key_Return)
    assert box.text() == 'dog camera:"FUJIFILM GFX" '
    assert sentences(engine)[-1].strip() == 'dog camera:"FUJIFILM GFX"'
    assert not popup.isVisible()
    press(box, Key.Key_Z, CTRL)
    assert box.text() == "dog camera:fuji"
    box.setText("")
    QTest.keyClicks(box, "camera:pen")
    until(lambda: popup.isVisible() and popup.rows.texts == ["Pentax K-1"])
    row = next(each for each in popup.findChildren(SearchRow) if each.isVisible())
    assert row.accessibleName() == "Pentax K-1, 2 photos"
    QTest.mouseClick(row, LEFT)
    assert box.text() == 'camera:"Pentax K-1" '
    assert box.hasFocus()


def test_completion_is_never_in_the_way(shown, engine) -> None:
    box, popup = shown.window.search, shown.query.popup
    box.setFocus()
    QTest.keyClicks(box, "camera:fuji")
    until(popup.isVisible)
    press(box, Key.Key_Escape)
    assert (popup.isVisible(), box.text()) == (False, "camera:fuji"), "Esc closes the list only"
    QTest.keyClicks(box, "f")
    until(popup.isVisible)
    press(box, Key.Key_Return)
    assert sentences(engine)[-1] == "camera:fujif", "Enter searches where no line is lit"
    assert not popup.isVisible()
    box.setText("")
    QTest.keyClicks(box, "ca")
    until(popup.isVisible)
    assert popup.rows.texts == ["camera:"]
    press(box, Key.Key_Tab)
    assert box.text() == "camera:"
    until(lambda: popup.isVisible() and popup.leads)
    shown.window.grid.setFocus()
    assert not popup.isVisible()


def test_filters_are_picked_in_a_panel_and_written_as_words(shown, engine) -> None:
    box, panel = shown.window.search, shown.query.panel
    box.setText("dog")
    QTest.mouseClick(box.filters, LEFT)
    assert panel.isVisible()
    QTest.keyClicks(panel.dates["after"], "2019")
    press(panel.dates["after"], Key.Key_Return)
    assert box.text() == "dog after:2019"
    QTest.mouseClick(panel.stars[3], LEFT)
    QTest.mouseClick(panel.buttons["camera"], LEFT)
    until(lambda: any(menu.isVisible() for menu in panel.findChildren(QMenu)))
    choose(shown, "Pentax K-1\t2")
    assert box.text() == 'dog after:2019 rating:>=4 camera:"Pentax K-1"'
    assert panel.buttons["camera"].accessibleName() == "Camera: Pentax K-1"
    assert [star.text() for star in panel.stars] == ["★", "★", "★", "★", "☆"]
    QTest.mouseClick(panel.stars[3], LEFT)
    assert "rating" not in box.text()
    press(panel.stars[0], Key.Key_Escape)
    assert not panel.isVisible()
    assert box.hasFocus()
    assert box.filters.isChecked(), "there are filters"


def test_an_order_is_chosen_beside_the_number_of_photos_and_written_as_words(shown, engine) -> None:
    box, button = shown.window.search, shown.window.line.order
    assert button.accessibleName() == "Order of the photos: Newest first"
    QTest.mouseClick(button, LEFT)
    menu = next(each for each in button.findChildren(QMenu) if each.isVisible())
    assert [action.text() for action in menu.actions()] == [
        "Newest first",
        "Oldest first",
        "By file name",
        "Best rated first",
    ]
    choose(shown, "By file name")
    assert (box.text(), sentences(engine)[-1]) == ("sort:name", "sort:name")
    until(lambda: shown.window.line.text == "12 photos · by file name")
    assert not box.filters.isChecked(), "an order leaves nothing out"
    box.setText("")
    search(shown, "dog sort:name")
    assert button.accessibleName() == "Order of the photos: By file name"
    QTest.mouseClick(button, LEFT)
    choose(shown, "Best match first")
    assert (box.text(), sentences(engine)[-1]) == ("dog", "dog")
    assert button.accessibleName() == "Order of the photos: Best match first"


def test_a_search_is_saved_asked_again_renamed_and_removed(shown, engine) -> None:
    window, namer, section = shown.window, shown.query.namer, shown.query.saved.section
    assert not section.isVisible()
    search(shown, "dog")
    press(window.search, Key.Key_S, CTRL)
    assert namer.box.text() == "Dog"
    QTest.keyClicks(namer.box, "All dogs")
    press(namer.box, Key.Key_Return)
    until(section.isVisible)
    assert lines(section) == [("All dogs", "", "")]
    assert engine.offers.saved[1].sentence == "dog"
    engine.offers.saved[1] = replace(engine.offers.saved[1], photos=6, new=2)
    press(window.grid, Key.Key_Slash)
    press(window.search, Key.Key_Escape)
    until(lambda: lines(section) == [("All dogs", "6", "2 new")])
    (entry,) = section.entries()
    assert not entry.isChecked()
    before = len(engine.asked(m.Search))
    QTest.mouseClick(entry, LEFT)
    assert [each.sentence for each in engine.asked(m.Search)[before:]] == ["dog"], "asked once"
    assert window.search.text() == "dog"
    until(lambda: lines(section) == [("All dogs", "6", "")])
    assert entry.isChecked()
    window.show_page("problems")
    assert not entry.isChecked(), "something else is shown"
    window.show_grid()
    assert entry.isChecked()
    window.search.setFocus()
    window.search.end(False)
    QTest.keyClicks(window.search, "s")
    until(lambda: not entry.isChecked())
    press(window.search, Key.Key_S, CTRL)
    namer.box.setText("All dogs")
    press(namer.box, Key.Key_Return)
    until(lambda: "already" in window.banner.text)
    entry.menu_wanted.emit(entry.mapToGlobal(entry.rect().center()))
    choose(shown, "Rename…")
    namer.box.setText("Dogs")
    press(namer.box, Key.Key_Return)
    until(lambda: lines(section)[0][0] == "Dogs")
    (entry,) = section.entries()
    entry.menu_wanted.emit(entry.mapToGlobal(entry.rect().center()))
    choose(shown, "Remove")
    until(lambda: not section.isVisible())
    window.banner.acted.emit("saved-removed")
    until(section.isVisible)


def test_photos_are_collected_by_key_and_menu_and_taken_out_again(shown, engine) -> None:
    window, section, notice = shown.window, shown.query.collections.section, shown.tags.deeds.notice
    click_photo(shown, 0)
    press(window.grid, Key.Key_B)
    until(lambda: notice.text == "Added 1 photo to Quick collection")
    until(lambda: lines(section) == [("Quick collection", "1", "")])
    press(window.grid, Key.Key_B)
    until(lambda: notice.text == "Took 1 photo out of Quick collection")
    press(window.grid, Key.Key_A, CTRL)
    window.choice.act("collect")
    namer = shown.query.namer
    assert namer.names == ["Quick collection"]
    namer.box.setText("Best of 2021")
    press(namer.box, Key.Key_Return)
    until(lambda: ("Best of 2021", "12", "") in lines(section))
    window.choice.act("collect")
    press(namer.box, Key.Key_Return)
    until(lambda: notice.text == "Already in Best of 2021")
    assert not notice.findChild(QPushButton).isVisible(), "what was done before that is not offered to be undone"
    entry = next(each for each in section.findChildren(IconEntry) if each.look.name == "Best of 2021")
    QTest.mouseClick(entry, LEFT)
    assert window.search.text() == 'collection:"Best of 2021"'
    assert engine.asked(m.Search)[-1].limit == 1_000_000, "all of it, however large"
    until(lambda: entry.isChecked() and shown.model.hit(0))
    until(lambda: shown.window.line.text == "12 photos · newest first")
    click_photo(shown, 0)
    gone = shown.model.photo_id(0)
    press(window.grid, Key.Key_Delete)
    until(lambda: notice.text == "Took 1 photo out of Best of 2021")
    assert gone not in engine.offers.collections["Best of 2021"]
    press(window.grid, Key.Key_Z, CTRL)
    until(lambda: engine.asked(m.UndoEdit))
    until(lambda: shown.model.hit(0))
    assert "Take out of Best of 2021" in photo_menu(shown, 0)


def test_an_empty_box_proposes_sentences_that_a_click_or_enter_searches(shown, engine) -> None:
    box, popup = shown.window.search, shown.query.suggestions
    engine.offers.sentences = ("a dog running across the grass", "a football match", "the moon at night")
    assert not popup.isVisible(), "a box that got the focus by itself is left alone"
    QTest.mouseClick(box, LEFT)
    until(popup.isVisible)
    assert popup.rows.texts == list(engine.offers.sentences)
    press(box, Key.Key_Escape)
    assert (popup.isVisible(), box.hasFocus()) == (False, True)
    QTest.mouseClick(box, LEFT)
    until(popup.isVisible)
    press(box, Key.Key_Return)
    assert (popup.isVisible(), box.text()) == (False, ""), "Enter takes a line only where one is lit"
    QTest.mouseClick(box, LEFT)
    until(popup.isVisible)
    press(box, Key.Key_Down)
    press(box, Key.Key_Down)
    assert box.accessibleDescription() == "a football match"
    press(box, Key.Key_Return)
    assert (popup.isVisible(), sentences(engine)[-1]) == (False, "a football match")
    box.clear()
    shown.window.grid.setFocus()
    shown.window.focus_search()
    until(popup.isVisible)
    QTest.keyClicks(box, "d")
    assert not popup.isVisible(), "who types knows what to ask"
    box.clear()
    QTest.mouseClick(box, LEFT)
    until(popup.isVisible)
    row = next(each for each in popup.findChildren(SearchRow) if each.isVisible())
    QTest.mouseClick(row, LEFT)
    assert (box.text(), sentences(engine)[-1]) == (engine.offers.sentences[0],) * 2
    assert not popup.isVisible()


def test_sentences_are_asked_for_once_indexing_rests_and_leave_the_arrows_their_way(shown, engine) -> None:
    box, popup = shown.window.search, shown.query.suggestions
    before = len(engine.asked(m.SuggestSentences))
    engine.tell(m.IndexProgress(0, 10, 2, 0, 0, 1.0, 2.0, active=True))
    assert len(engine.asked(m.SuggestSentences)) == before
    engine.tell(m.IndexProgress(0, 12, 0, 0, 0, 1.0, None, active=False))
    assert len(engine.asked(m.SuggestSentences)) == before + 1
    box.setFocus()
    QTest.mouseClick(box, LEFT)
    until(lambda: len(engine.asked(m.SuggestSentences)) == before + 2)
    QTest.qWait(50)
    assert not popup.isVisible(), "a library of which too little is known has none"
    engine.offers.sentences = ("a football match", "a bus in the street", "the moon at night")
    QTest.mouseClick(box, LEFT)
    until(popup.isVisible)
    for _ in range(4):
        press(box, Key.Key_Down)
    assert not popup.isVisible()
    until(shown.window.grid.hasFocus)
