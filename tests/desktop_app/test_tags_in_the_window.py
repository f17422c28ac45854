"""Marks by key, tags by typing, the inspector and the sidebar; an engine in memory behind them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox

from desktop_app.app import AppWindow
from desktop_app.tag_branches import filter_of
from desktop_app.tag_feed import Done
from desktop_app.tag_matching import matches
from desktop_app.tag_wording import told
from desktop_app.widgets.icon_entry import IconEntry
from desktop_app.widgets.mark_row import MarkButton
from desktop_app.widgets.tag_chip import TagChip
from engine import messages as m
from engine.query import parse
from tests.desktop_app.hands import LEFT, Key, click_photo, press, search
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def grid(shown: AppWindow):
    return shown.window.grid


def select(shown: AppWindow, *rows: int) -> None:
    click_photo(shown, rows[0])
    for row in rows[1:]:
        place = grid(shown).visualRect(shown.model.index(row)).center()
        QTest.mouseClick(grid(shown).viewport(), LEFT, CTRL, place)


def chips(shown: AppWindow) -> dict[str, TagChip]:
    found = shown.window.inspector.tags.findChildren(TagChip)
    return {chip.look.tag: chip for chip in found if chip.isVisible() and not chip.look.offer}


def type_tag(shown: AppWindow, text: str) -> None:
    box = shown.tags.deeds.entry.box
    QTest.keyClicks(box, text)
    press(box, Key.Key_Return)


def entry(shown: AppWindow, name: str) -> IconEntry:
    return next(each for each in shown.tags.branches.section.entries() if each.look.name == name)


def test_stars_flags_and_labels_by_key_show_on_the_photo_and_are_undone(shown, engine: MemoryEngine) -> None:
    select(shown, 1, 2)
    press(grid(shown), Key.Key_4)
    until(lambda: shown.model.hit(1).rating == 4 and shown.model.hit(2).rating == 4)
    assert [engine.tags.mark(photo, "rating") for photo in (2, 3)] == ["4", "4"]
    assert shown.tags.deeds.notice.text == "Rated 2 photos ★★★★"
    press(grid(shown), Key.Key_X)
    press(grid(shown), Key.Key_7)
    until(lambda: shown.model.hit(1).label == "Yellow")
    assert shown.model.hit(1).pick == -1
    press(grid(shown), Key.Key_7)
    until(lambda: shown.model.hit(1).label == "")
    for _ in range(3):
        press(grid(shown), Key.Key_Z, CTRL)
    until(lambda: shown.model.hit(1).pick == 0)
    assert shown.model.hit(1).rating == 4
    assert shown.tags.deeds.notice.text == "Undone: Rejected 2 photos"
    press(grid(shown), Key.Key_Z, CTRL | SHIFT)
    until(lambda: shown.model.hit(2).pick == -1)


def test_with_shift_or_the_setting_the_next_photo_follows_a_mark(shown, engine: MemoryEngine) -> None:
    click_photo(shown, 0)
    press(grid(shown), Key.Key_3, SHIFT)
    assert grid(shown).selected_rows() == [1]
    press(grid(shown), Key.Key_P)
    assert grid(shown).selected_rows() == [1]
    shown.window.open_preview(1)
    shown.settings.auto_advance = True
    press(shown.window.preview, Key.Key_5)
    assert shown.window.preview.row == 2
    until(lambda: engine.tags.mark(2, "rating") == "5")
    assert (engine.tags.mark(1, "rating"), engine.tags.mark(2, "pick")) == ("3", "1")


def test_tags_are_typed_one_after_the_other_and_taken_away_in_the_inspector(shown, engine: MemoryEngine) -> None:
    engine.tags.said = {(1, "tag", "places/Norway"): "file", (9, "tag", "people/Ada"): "person"}
    shown.tags.feed.ask_book()
    shown.window.show_inspector(True)
    select(shown, 0, 1)
    press(grid(shown), Key.Key_T)
    box = shown.tags.deeds.entry.box
    until(lambda: box.isVisible() and len(shown.tags.deeds.entry.shown_tags) == 4)
    type_tag(shown, "norw")
    type_tag(shown, "boats")
    assert box.isVisible()
    carried = shown.tags.deeds.entry
    until(lambda: "boats" in carried._carried and carried.shown_tags[0] == "boats")
    press(box, Key.Key_Down)
    press(box, Key.Key_Return)
    until(lambda: [tag for tag, _ in engine.tags.tags(2)] == ["places/Norway"])
    until(lambda: "boats" not in carried._carried)
    type_tag(shown, "boats")
    press(box, Key.Key_Escape)
    assert not box.isVisible()
    assert grid(shown).hasFocus()
    until(lambda: set(chips(shown)) == {"places/Norway", "boats"})
    assert engine.tags.tags(2) == [("boats", "person"), ("places/Norway", "person")]
    click_photo(shown, 0)
    until(lambda: chips(shown)["places/Norway"].look.text == "places › Norway" and len(chips(shown)) == 2)
    boats = chips(shown)["boats"]
    QTest.mouseClick(boats, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(boats.width() - 10, 12))
    until(lambda: set(chips(shown)) == {"places/Norway"})
    assert engine.tags.tags(1) == [("places/Norway", "person")]
    assert shown.model.hit(0).tags == ("places/Norway",)


def test_the_menu_of_a_box_does_not_close_it(shown, engine: MemoryEngine) -> None:
    select(shown, 0)
    shown.tags.deeds.open_entry()
    box = shown.tags.deeds.entry.box
    for reason, stays in ((Qt.FocusReason.PopupFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)):
        QApplication.sendEvent(box, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert box.isVisible() is stays
    shown.query.namer.ask("Name", "Save", lambda name: None)
    name = shown.query.namer.box
    for reason, stays in ((Qt.FocusReason.PopupFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)):
        QApplication.sendEvent(name, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert name.isVisible() is stays


def test_who_says_a_tag_is_told_and_a_click_makes_it_ones_own(shown, engine: MemoryEngine) -> None:
    engine.tags.said = {(1, "tag", "sea"): "model", (1, "tag", "Ada"): "file", (2, "tag", "Ada"): "person"}
    engine.tags.captions = {1: "Two gulls"}
    shown.window.show_inspector(True)
    select(shown, 0, 1)
    until(lambda: set(chips(shown)) == {"sea", "Ada"})
    assert chips(shown)["sea"].look.some == "1 of 2"
    assert chips(shown)["Ada"].look.source == "file"
    click_photo(shown, 0)
    until(lambda: not chips(shown)["sea"].look.some)
    assert "not looked at" in chips(shown)["sea"].toolTip()
    QTest.mouseClick(chips(shown)["sea"], LEFT)
    until(lambda: chips(shown)["sea"].look.source == "person")
    star = next(
        each for each in shown.window.inspector.tags.findChildren(MarkButton) if each.accessibleName()[:7] == "3 stars"
    )
    QTest.mouseClick(star, LEFT)
    until(star.isChecked)
    assert engine.tags.mark(1, "rating") == "3"
    QTest.mouseClick(star, LEFT)
    until(lambda: engine.tags.mark(1, "rating") is None)


def test_the_sidebar_folds_searches_renames_deletes_and_takes_photos(shown, engine: MemoryEngine) -> None:
    engine.tags.said = {(1, "tag", "places/Norway/Lofoten"): "person", (2, "tag", "places/Norway"): "person"}
    shown.tags.feed.ask_book()
    until(lambda: shown.tags.branches.section.entries())
    places = entry(shown, "places")
    assert (places.look.count, places.look.closed) == ("2", True)
    QTest.mouseClick(places, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(18, 18))
    until(lambda: any(each.look.name == "Norway" for each in shown.tags.branches.section.entries()))
    until(entry(shown, "Norway").isVisible)
    assert entry(shown, "Norway").look.depth == 1
    QTest.mouseClick(entry(shown, "Norway"), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(150, 18))
    assert shown.window.search.text() == "tag:places/Norway"
    until(lambda: engine.asked(m.Search)[-1].sentence == "tag:places/Norway")
    assert entry(shown, "Norway").isChecked()
    shown.window.search.clear()
    until(lambda: shown.model.rowCount() == 12 and shown.model.hit(3))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(shown.model.hit(3).path.decode())])
    enter = QDragEnterEvent(QPoint(60, 18), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(entry(shown, "Norway"), enter)
    drop = QDropEvent(QPointF(60, 18), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(entry(shown, "Norway"), drop)
    until(lambda: engine.tags.tags(4) == [("places/Norway", "person")])
    answer(lambda box: (box.findChild(QLineEdit).setText("travel/Norway"), box.accept()), QInputDialog)
    shown.tags.branches._rename("places/Norway")
    until(lambda: ("travel", 3) in shown.tags.feed.book.tree)
    answer(lambda box: press_yes(box, "Delete", "Take “travel” off 3 photos?"), QMessageBox)
    shown.tags.branches._delete("travel")
    until(lambda: not engine.tags.said and not shown.tags.feed.book.tree)
    assert shown.tags.deeds.notice.text == "Deleted the tag travel from 3 photos"


def test_a_tag_is_unfolded_with_keys_and_goes_on_hearing_them(shown, engine: MemoryEngine) -> None:
    engine.tags.said = {(1, "tag", "places/Norway/Lofoten"): "person", (2, "tag", "snow"): "person"}
    shown.tags.feed.ask_book()
    until(lambda: shown.tags.branches.section.entries())
    places = entry(shown, "places")
    places.setFocus()
    ja = 0x42F  # a letter that is no key of Qt's
    QApplication.sendEvent(places, QKeyEvent(QEvent.Type.KeyPress, ja, Qt.KeyboardModifier.NoModifier, "Я"))
    press(places, Key.Key_Right)
    assert [each.look.name for each in shown.tags.branches.section.entries()] == ["places", "Norway", "snow"]
    assert places.hasFocus()
    snow = entry(shown, "snow")
    snow.setFocus()
    shown.tags.feed.rename("snow", "")
    until(lambda: len(shown.tags.branches.section.entries()) == 2)
    assert entry(shown, "Norway").hasFocus()


def test_what_was_marked_while_the_engine_came_back_is_told(shown, engine: MemoryEngine) -> None:
    select(shown, 0)
    press(grid(shown), Key.Key_3)
    engine.started.emit()
    until(lambda: shown.tags.deeds.notice.text == "Rated 1 photo ★★★")
    assert shown.model.hit(0).rating == 3


def test_a_mark_that_no_engine_heard_of_is_told(shown, engine: MemoryEngine) -> None:
    select(shown, 0)
    for key, kind in ((Key.Key_3, m.MarkPhotos), (Key.Key_B, m.CollectPhotos)):
        press(grid(shown), key)
        engine.tell(m.Failed(engine.asked(kind)[-1].request, "EngineGone", "The search engine ended"))
        assert shown.tags.deeds.notice.text == "This was not kept: the search engine had ended. Do it again."
        shown.tags.deeds.notice.hide()


@pytest.mark.parametrize("tag", ["snow", "two words", "rock,paper", "(odd)"])
def test_a_tag_is_searched_for_whatever_it_is_called(tag: str) -> None:
    (found,) = parse(filter_of(tag)).filters
    assert (found.field, found.values) == ("tag", (tag,))


def answer(act, kind: type) -> None:
    """Acts on the dialog that opens next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, kind):
            act(box)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(10, look)


def press_yes(box: QMessageBox, text: str, asked: str) -> None:
    assert box.text() == asked
    QTest.mouseClick(next(button for button in box.buttons() if button.text() == text), LEFT)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("nor", "places/Norway"), ("ada", "people/Ada"), ("lfo", "places/Norway/Lofoten"), ("", "snow"), ("é", "été")],
)
def test_the_likeliest_tag_comes_first(typed: str, first: str) -> None:
    tags = ["people/Ada", "places", "places/Norway", "places/Norway/Lofoten", "snow", "été"]
    assert matches(typed, tags, ["snow"])[0] == first


def test_the_model_proposes_tags_and_a_click_gives_them(shown, engine: MemoryEngine) -> None:
    engine.tags.suggested = {1: [("snow", 0.83), ("dog", 0.61)], 2: []}
    click_photo(shown, 0)
    QTest.qWait(0)
    assert not engine.asked(m.SuggestTags), "nobody would see them"
    shown.window.show_inspector(True)
    section = shown.window.inspector.tags
    until(lambda: [look.tag for look in section.offers] == ["snow", "dog"])
    assert section.offers[0].detail == "83\u00a0%"
    assert engine.tags.said == {}
    offer = next(chip for chip in section.findChildren(TagChip) if chip.look.offer and chip.look.tag == "snow")
    QTest.mouseClick(offer, LEFT)
    until(lambda: engine.tags.tags(1) == [("snow", "person")])
    until(lambda: [look.tag for look in section.offers] == ["dog"])
    click_photo(shown, 1)
    until(lambda: not section.offers)


def test_a_sentence_tags_what_is_sure_and_asks_about_the_rest(shown, engine: MemoryEngine) -> None:
    likely = {1: 0.99, 3: 0.97, 5: 0.94, 7: 0.6, 9: 0.4, 11: 0.2}
    engine.hits = tuple(replace(hit, probability=likely.get(hit.photo_id, 0.01)) for hit in engine.hits)
    engine.matching = 6
    search(shown, "dog")
    until(lambda: not shown.session._parts.search.under_way)
    press(grid(shown), Key.Key_T, SHIFT)
    review, page = shown.tags.review, shown.tags.review._page
    until(lambda: page._sure.text() == "3 will be tagged")
    assert (shown.window.page, page.tag_box.text(), page._doubt.text()) == ("review", "dog", "3 please look")
    assert page._apply_button.text() == "Tag 3 photos"
    until(lambda: page.grid.laid_out and review._model.hit(2))
    page.grid.set_current_row(1)
    press(page.grid, Key.Key_N)
    assert page._apply_button.text() == "Tag 2 photos"
    QTest.mouseClick(page._doubt, LEFT)
    until(lambda: review._model.photo_id(0) == 7 and review._model.hit(0))
    press(page.grid, Key.Key_Y)
    assert page.grid.selected_rows() == [1]
    press(page.grid, Key.Key_N)
    assert page._hint.text() == "1 photo to go"
    page._slider.setValue(70)
    until(lambda: page._sure.text() == "5 will be tagged")
    page._slider.setValue(95)
    until(lambda: page._sure.text() == "3 will be tagged")
    engine.started.emit()
    until(lambda: len(engine.asked(m.FindTaggable)) == 2)
    assert page._apply_button.text() == "Tag 3 photos", "an engine that comes back takes nothing away"
    assert not engine.said, "no judgment of the sentence"
    QTest.mouseClick(page._apply_button, LEFT)
    until(lambda: engine.tags.tags(7) == [("dog", "person")])
    assert (engine.tags.tags(1), engine.tags.tags(5), engine.tags.tags(3)) == ([("dog", "model")],) * 2 + ([],)
    assert shown.window.page == ""
    until(lambda: shown.tags.deeds.notice.text == "Tagged 3 photos with dog")
    press(grid(shown), Key.Key_Z, CTRL)
    until(lambda: not engine.tags.said)


def test_where_nothing_is_sure_enough_a_person_looks_at_once(shown, engine: MemoryEngine) -> None:
    engine.hits = tuple(replace(hit, probability=0.64) for hit in engine.hits)
    engine.matching, engine.finds_all = 6, True
    search(shown, "a dog")
    until(lambda: not shown.session._parts.search.under_way)
    press(grid(shown), Key.Key_T, SHIFT)
    page = shown.tags.review._page
    until(lambda: page._doubt.isChecked())
    assert (page.tag_box.text(), page._hint.text()) == ("dog", "None is surer than 64\u00a0%: 12 photos to go.")
    until(lambda: page.grid.selected_rows() == [0])
    press(page.grid, Key.Key_Y)
    assert page._apply_button.text() == "Tag 1 photo"


def test_what_nobody_typed_is_not_undone_in_the_box_but_on_the_photos(shown, engine: MemoryEngine) -> None:
    click_photo(shown, 1)
    press(grid(shown), Key.Key_3)
    until(lambda: engine.tags.said)
    shown.window.search.setFocus()
    press(shown.window.search, Key.Key_Z, CTRL)
    until(lambda: not engine.tags.said)
    QTest.keyClicks(shown.window.search, "dog")
    press(shown.window.search, Key.Key_Z, CTRL)
    assert not shown.window.search.text()


def test_without_probabilities_tagging_by_sentence_says_why_not(shown, engine: MemoryEngine) -> None:
    search(shown, "dog")
    until(lambda: not shown.session._parts.search.under_way)
    press(grid(shown), Key.Key_T, SHIFT)
    page = shown.tags.review._page
    until(lambda: "this model was not calibrated" in page._hint.text())
    assert not page._apply_button.isEnabled()
    press(page.grid, Key.Key_5)
    press(page, Key.Key_Escape)
    assert shown.window.page == ""
    assert not engine.asked(m.MarkPhotos), "photos that are not seen are not marked"


def test_of_very_many_tags_the_sidebar_shows_those_with_the_most_photos(shown, engine: MemoryEngine) -> None:
    engine.tags.said = {(1, "tag", f"tag {n:02}"): "person" for n in range(20)}
    engine.tags.said |= {(2, "tag", "tag 19"): "person", (2, "tag", "Tag 05½"): "person"}
    shown.tags.feed.ask_book()
    section = shown.tags.branches.section
    until(lambda: len(section.entries()) == 9)
    names = [entry.look.name for entry in section.entries()]
    assert names[:2] == ["tag 00", "tag 01"], "of equals the first by name"
    assert names[-2] == "tag 19", "the most photos"
    QTest.mouseClick(section.entries()[-1], LEFT, Qt.KeyboardModifier.NoModifier, QPoint(120, 18))
    until(lambda: len(section.entries()) == 22)
    assert [entry.look.name for entry in section.entries()][5:8] == ["tag 05", "Tag 05½", "tag 06"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("tag a/b, c", "Tagged 2 photos with a › b, c"),
        ("tag a, take away b", "Changed the tags of 2 photos"),
        ("take away a", "Took a off 2 photos"),
        ("rename a to b", "Renamed a to b on 2 photos"),
        ("rating None", "Took the rating off 2 photos"),
        ("pick -1", "Rejected 2 photos"),
        ("pick None", "Took the flag off 2 photos"),
        ("label Red", "Labelled 2 photos red"),
        ("label None", "Took the label off 2 photos"),
        ("add to Best of", "Added 2 photos to Best of"),
        ("take out of Best of", "Took 2 photos out of Best of"),
    ],
)
def test_what_was_done_is_told_in_a_sentence(what: str, said: str) -> None:
    assert told(Done("done", what, 2)) == said
    assert told(Done("undone", what, 2)) == f"Undone: {said}"
