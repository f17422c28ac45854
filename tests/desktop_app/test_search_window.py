"""What the window makes of probabilities, examples, chips, words, ticks and copies; an engine in memory behind it."""

from __future__ import annotations

import os
import struct
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_app.widgets.search_chip import SearchChip
from desktop_app.widgets.word_button import WordButton
from engine import messages as m
from tests.desktop_app.hands import LEFT, Key, click_photo, names, photo_menu, press, search
from tests.desktop_app.pictures import until

CTRL = Qt.KeyboardModifier.ControlModifier
SHARE = "\u00a0%"


def visible(shown, text: str) -> QPushButton:
    button = next(each for each in shown.window.findChildren(QPushButton) if each.text() == text)
    until(button.isVisible)
    return button


def done(shown) -> None:
    until(lambda: not shown.session._parts.search.under_way)


# ---- what matches ------------------------------------------------------------------------------------------------


@pytest.fixture
def calibrated(shown, engine):
    """Four of the dogs match."""
    engine.matching, engine.facts = 4, {"expected": 4.2, "expected_low": 3.1, "expected_high": 5.6}
    search(shown, "dog")
    done(shown)
    return shown


def test_photos_that_match_are_shown_and_the_less_likely_ones_when_somebody_wants_them(calibrated) -> None:
    assert calibrated.window.line.text == "4 of 12 match, about 3 to 6; looked closely at 6"
    assert calibrated.model.rowCount() == 4
    button = visible(calibrated, "Show 2 less likely")
    QTest.mouseClick(button, LEFT)
    assert calibrated.model.rowCount() == 6
    assert names(calibrated)[4:] == ["dog 3.jpg", "dog 1.jpg"]
    QTest.mouseClick(visible(calibrated, "Hide 2 less likely"), LEFT)
    assert calibrated.model.rowCount() == 4


def test_a_page_that_was_asked_for_before_unfolding_does_not_pass_for_the_whole(shown, engine) -> None:
    engine.matching = 4
    shown.window.search.setText("dog")
    press(shown.window.search, Key.Key_Return)
    until(lambda: shown.session.results.sentence == "dog" and engine.asked(m.GetHits)[-1].count == 4)
    shown.model.unfold(True)
    assert len(names(shown)) == 6


def test_the_less_likely_photos_are_reached_with_keys_alone(calibrated) -> None:
    press(calibrated.window.search, Key.Key_Down)
    press(calibrated.window.grid, Key.Key_End)
    press(calibrated.window.grid, Key.Key_Down)
    button = calibrated.window.grid.fold.button
    assert button.hasFocus()
    press(button, Key.Key_Return)
    assert calibrated.window.grid.hasFocus()
    assert calibrated.window.grid.selected_rows() == [4]


def test_nothing_matches_is_said_plainly_with_the_closest_photos_below(shown, engine) -> None:
    engine.matching = 0
    search(shown, "dog")
    done(shown)
    assert shown.window.line.text == f"No photo matches. Closest five, each below 8{SHARE}."
    assert shown.model.rowCount() == 5
    QTest.mouseClick(visible(shown, "Show 1 more"), LEFT)
    assert shown.model.rowCount() == 6


def test_that_nothing_matches_is_not_said_before_it_was_looked_at_closely(shown, engine) -> None:
    engine.matching, engine.hold_rerank = 0, True
    search(shown, "dog")
    assert shown.window.line.text == "Looking closely…"
    engine.rerank()
    assert shown.window.line.text.startswith("No photo matches.")


def test_without_probabilities_everything_is_shown_and_the_reason_told_on_asking(shown) -> None:
    search(shown, "dog")
    done(shown)
    assert shown.window.line.text == "6 of 12 photos · looked closely at 6 · 12 ms"
    assert shown.window.line.tip == "There are no probabilities: this model was not calibrated."
    assert shown.model.rowCount() == 6


def test_looking_deeper_asks_for_more_and_is_offered_no_longer_when_it_leads_no_further(calibrated, engine) -> None:
    engine.facts |= {"looked_closely": 3}
    press(calibrated.window.search, Key.Key_Return)
    done(calibrated)
    QTest.mouseClick(visible(calibrated, "Look deeper"), LEFT)
    assert engine.asked(m.Search)[-1].look == 100
    done(calibrated)
    until(lambda: not calibrated.window.line._deeper.isVisible())
    QTest.keyClicks(calibrated.window.search, "s")
    until(lambda: engine.asked(m.Search)[-1].sentence == "dogs")
    assert engine.asked(m.Search)[-1].look == 0


def test_a_sentence_in_another_language_leads_to_a_model_that_knows_it(shown, engine) -> None:
    known = {"installed": True, "abilities": {"search": True}}
    engine.models = [
        {"name": "starter", "title": "Starter", "languages": "English", "in_use": True, **known},
        {"name": "four", "title": "Four", "languages": "English, German, French, Czech", **known},
    ]
    engine.start()
    engine.matching, engine.facts = 3, {"language": "de"}
    search(shown, "dog")
    assert shown.window.notes.text == "This seems to be German, which this model has not learned."
    QTest.mouseClick(visible(shown, "Models that know German"), LEFT)
    assert shown.window.page == "models"
    until(lambda: any(label.text() == "Knows German" for label in shown.window.models.findChildren(QLabel)))


# ---- chips -------------------------------------------------------------------------------------------------------


def chip(shown, text: str) -> SearchChip:
    return next(each for each in shown.window.findChildren(SearchChip) if each.look.text == text and each.isVisible())


def test_filters_become_chips_after_a_pause_and_the_text_stays_text(shown, engine) -> None:
    shown.window.search.setFocus()
    QTest.keyClicks(shown.window.search, "dog before:2020 -snow")
    assert not shown.window.field.chips
    until(lambda: [look.text for look in shown.window.field.chips] == ["before:2020", "-snow"])
    assert shown.window.search.text() == "dog before:2020 -snow"
    QTest.mouseClick(chip(shown, "before:2020"), LEFT)
    assert shown.window.search.text() == "dog -snow"
    assert engine.asked(m.Search)[-1].sentence == "dog -snow"
    press(shown.window.search, Key.Key_Z, CTRL)
    assert "before:2020" in shown.window.search.text()


def test_chips_are_removed_with_keys_and_the_focus_comes_back_to_the_box(shown) -> None:
    shown.window.search.setFocus()
    QTest.keyClicks(shown.window.search, "before:2020")
    until(lambda: shown.window.field.chips)
    press(shown.window.search, Key.Key_Tab)
    focused = shown.window.focusWidget()
    assert isinstance(focused, SearchChip)
    assert "before:2020" in focused.accessibleName()
    press(focused, Key.Key_Delete)
    assert shown.window.search.text() == ""
    assert shown.window.search.hasFocus()


# ---- examples ----------------------------------------------------------------------------------------------------


def test_more_and_less_like_a_photo_are_chips_beside_the_words(shown, engine, photos) -> None:
    search(shown, "dog")
    done(shown)
    until(lambda: shown.model.hit(0))
    click_photo(shown, 0)
    first = shown.model.hit(0).path
    press(shown.window.grid, Key.Key_M)
    assert engine.asked(m.Search)[-1].like == (first,)
    assert engine.asked(m.Search)[-1].sentence == "dog"
    done(shown)
    until(lambda: shown.model.hit(1))
    second = shown.model.hit(1).path
    photo_menu(shown, 1)["Less like this"]()
    assert engine.asked(m.Search)[-1].unlike == (second,)
    assert len(shown.window.field.chips) == 2
    shown.window.search.setFocus()
    press(shown.window.search, Key.Key_Escape)
    assert engine.asked(m.Search)[-1] == m.Search(engine.asked(m.Search)[-1].request, "", 1_000_000)
    assert not shown.window.field.chips


def drop(shown, mime: QMimeData) -> None:
    field, copy = shown.window.field, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(30, 20), copy, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(field, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(field, QDropEvent(QPointF(30, 20), copy, mime, LEFT, Qt.KeyboardModifier.NoModifier))


def test_a_photo_dropped_on_the_search_box_is_looked_for(shown, engine, photos) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(os.fsdecode(photos[3].path))])
    drop(shown, mime)
    assert engine.asked(m.Search)[-1].like == (photos[3].path,)
    assert not engine.asked(m.AddFolder)
    assert shown.window.search.placeholderText().startswith("Add words")


def test_a_folder_dropped_on_the_search_box_is_added_and_words_are_typed(shown, engine, tmp_path) -> None:
    folder, words = QMimeData(), QMimeData()
    folder.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    drop(shown, folder)
    until(lambda: engine.asked(m.AddFolder))
    words.setText("a red boat")
    drop(shown, words)
    assert shown.window.search.text() == "a red boat"


def test_pixels_from_the_clipboard_are_looked_for_from_a_file_in_the_cache(shown, engine, tmp_path) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    QGuiApplication.clipboard().setImage(image)
    shown.window.grid.setFocus()
    press(shown.window.grid, Key.Key_V, CTRL)
    (path,) = engine.asked(m.Search)[-1].like
    assert path.startswith(os.fsencode(tmp_path / "library" / "cache"))
    assert QImage(os.fsdecode(path)).width() == 40
    shown._pasted.clear()  # as when the window closes
    assert not os.path.exists(path)


def test_a_copied_photo_is_pasted_as_one_and_words_as_words(shown, engine, photos) -> None:
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(os.fsdecode(photos[2].path))])
    QGuiApplication.clipboard().setMimeData(copied)
    shown.window.search.setFocus()
    press(shown.window.search, Key.Key_V, CTRL)
    assert engine.asked(m.Search)[-1].like == (photos[2].path,)
    QGuiApplication.clipboard().setText("a red boat")
    press(shown.window.search, Key.Key_V, CTRL)
    assert shown.window.search.text() == "a red boat"


def test_an_example_that_cannot_be_read_is_given_up_with_the_reason(shown, engine, tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("no photo")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    drop(shown, mime)
    request = engine.asked(m.Search)[-1]
    engine.tell(m.Failed(request.request, "PhotoUnreadable", "This is no photo", request.like[0], "choose another"))
    assert "This is no photo" in shown.window.banner.text
    assert engine.asked(m.Search)[-1].like == ()


# ---- why, and what a person says of it ---------------------------------------------------------------------------


@pytest.fixture
def explained(shown, engine):
    """The preview of a dog, with its words."""
    warm = struct.pack("<4f", 1.0, 0.0, 0.0, 0.0)
    engine.hits = tuple(replace(hit, path=hit.path.replace(b"dog", b"a dog on a sofa")) for hit in engine.hits)
    engine.words = (
        m.WordSight("dog", 2, 5, 0.9, True, 2, 2, warm),
        m.WordSight("sofa", 11, 15, 0.1, False, 2, 2, warm),
    )
    engine.explained = {"probability": 0.61, "missing": "sofa"}
    search(shown, "a dog on a sofa")
    until(lambda: shown.model.hit(0))
    shown.window.preview.set_animated(False)
    shown.window.open_preview(0)
    until(lambda: words(shown).get("dog") and words(shown)["dog"].piece.sight)
    return shown


def words(shown) -> dict[str, WordButton]:
    return {each.piece.text: each for each in shown.window.preview.findChildren(WordButton) if each.isVisible()}


def test_the_words_of_the_sentence_stand_below_the_photo_with_what_was_not_found(explained, engine) -> None:
    assert list(words(explained)) == ["a", "dog", "on", "sofa"]
    assert words(explained)["dog"].accessibleName() == "dog: found"
    assert words(explained)["sofa"].accessibleName() == "sofa: not found"
    strip = explained.window.preview._strip
    assert strip.text == f"no sofa found, 61{SHARE} match"
    assert [request.sentence for request in engine.asked(m.Explain)] == ["a dog on a sofa"]


def test_a_word_that_is_pointed_at_lights_what_it_matched(explained) -> None:
    canvas = explained.window.preview._canvas
    assert canvas.veil.image is None
    words(explained)["dog"].setFocus()
    veil = canvas.veil.image
    assert veil.pixelColor(8, 8).alpha() < 20 < veil.pixelColor(56, 56).alpha()
    words(explained)["sofa"].setFocus()
    assert {canvas.veil.image.pixelColor(x, x).alpha() for x in range(0, 64, 9)} == {veil.pixelColor(63, 63).alpha()}
    explained.window.preview.setFocus()
    assert canvas.veil.image is None


def test_words_are_reached_with_tab_and_arrows_still_leaf_through_photos(explained) -> None:
    press(explained.window.preview, Key.Key_Tab)
    assert explained.window.focusWidget() is words(explained)["dog"]
    press(words(explained)["dog"], Key.Key_Right)
    assert explained.window.preview.row == 1


def test_the_inspector_shows_the_same_words(shown, explained) -> None:
    press(explained.window.preview, Key.Key_Escape)
    explained.window.show_inspector(True)
    until(lambda: [each for each in explained.window.inspector.findChildren(WordButton) if each.piece.sight])
    said = [label.text() for label in explained.window.inspector.findChildren(QLabel) if label.isVisible()]
    assert "no sofa found" in said
    assert f"87{SHARE} match" in said or "no sofa found" in said


def test_another_model_explains_anew(explained, engine) -> None:
    asked = len(engine.asked(m.Explain))
    engine.tell(m.EngineReady("0", 1, 12, 2, model_loaded=True, model_name="larger"))
    until(lambda: len(engine.asked(m.Explain)) > asked)


def test_ticks_and_crosses_are_kept_shown_and_taken_back(shown, engine) -> None:
    engine.said = {("dog", 3): -1}
    search(shown, "dog")
    until(lambda: shown.session._parts.judgments.verdicts.get(3) == -1)
    done(shown)
    until(lambda: shown.model.hit(0))
    click_photo(shown, 0)
    photo = shown.model.photo_id(0)
    press(shown.window.grid, Key.Key_Y)
    until(lambda: engine.said.get(("dog", photo)) == 1)
    assert shown.window.grid._verdicts == {3: -1, photo: 1}
    press(shown.window.grid, Key.Key_Y)
    until(lambda: engine.said["dog", photo] == 0)
    shown.window.open_preview(0)
    QTest.mouseClick(shown.window.preview._strip._no, LEFT)
    until(lambda: engine.said["dog", photo] == -1)
    assert shown.window.preview._strip._no.isChecked()


def test_what_could_not_be_kept_is_taken_back_and_told(shown, engine) -> None:
    search(shown, "dog")
    done(shown)
    until(lambda: shown.model.hit(0))
    engine._answer = lambda request: engine.tell(m.Failed(request.request, "DiskFull", "The disk is full"))
    click_photo(shown, 0)
    press(shown.window.grid, Key.Key_N)
    until(lambda: "The disk is full" in shown.window.banner.text)
    assert not any(shown.session._parts.judgments.verdicts.values())


# ---- copies ------------------------------------------------------------------------------------------------------


@pytest.fixture
def stacked(shown, engine, photos):
    """Two photos stand behind the third dog."""
    engine.alike = {5: (photos[6], photos[8])}
    search(shown, "dog")
    done(shown)
    until(lambda: shown.model.rowCount() == 4 and shown.model.hit(0))
    return shown


def test_a_count_on_a_photo_opens_the_photos_behind_it_and_escape_leads_back(stacked, engine) -> None:
    row = stacked.model.row_of(5)
    assert stacked.model.alike(row) == 2
    grid = stacked.window.grid
    badge = grid._painter.badge_rect(grid.visualRect(stacked.model.index(row)), 2)
    QTest.mouseClick(grid.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, badge.center())
    until(lambda: stacked.window.line.offers_back)
    assert stacked.window.line.text == "3 photos alike, the best one first"
    assert names(stacked) == ["dog 5.jpg", "dog 7.jpg", "dog 9.jpg"]
    press(grid, Key.Key_Escape)
    assert stacked.model.rowCount() == 4
    assert grid.selected_rows() == [row]


def test_s_opens_them_too_and_another_search_leaves_them(stacked, engine) -> None:
    stacked.window.grid.set_current_row(stacked.model.row_of(5))
    press(stacked.window.grid, Key.Key_S)
    until(lambda: stacked.window.line.offers_back)
    stacked.window.search.setText("cat")
    press(stacked.window.search, Key.Key_Return)
    until(lambda: stacked.model.rowCount() == 6)
    assert not stacked.window.line.offers_back


def test_every_copy_is_shown_when_somebody_wants_it(stacked, engine) -> None:
    button = stacked.window.line._copies
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    assert engine.asked(m.Search)[-1].every_copy
    until(lambda: stacked.model.rowCount() == 6)
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    until(lambda: stacked.model.rowCount() == 4)
