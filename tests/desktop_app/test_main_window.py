"""The whole window, with an engine in memory behind it; mouse and keys in front of it."""

from __future__ import annotations

import os
from dataclasses import replace

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from desktop_app.widgets.inspector import BAR_PX, WIDTH_PX
from desktop_app.window_state import Face
from engine import messages as m
from tests.desktop_app.hands import LEFT, Key, click_offer, click_photo, entry, names, press, search
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

# ---- start -------------------------------------------------------------------------------------------------------


def test_the_window_is_painted_before_the_engine_is_started(opened, engine) -> None:
    window = opened(engine)
    assert window.window.isVisible()
    assert not window.window.grab().isNull()
    assert engine.starts == 0
    until(lambda: engine.starts == 1)


def test_an_empty_box_shows_the_newest_photos_and_says_how_many(shown) -> None:
    assert shown.window.line.text == "12 photos · newest first"
    assert shown.window.grid.isVisible()


def test_an_opening_that_is_quick_shows_no_message(opened, engine) -> None:
    window = opened(engine)
    assert window.window.empty.notice.face is Face.STARTING
    assert not any(label.isVisible() for label in window.window.empty.findChildren(QWidget) if hasattr(label, "text"))


def test_folders_named_at_the_start_are_added_once_the_engine_is_there(opened, tmp_path) -> None:
    engine = MemoryEngine()
    (tmp_path / "new").mkdir()
    opened(engine, folders=(os.fsencode(tmp_path / "new"),))
    until(lambda: engine.asked(m.AddFolder))
    assert engine.asked(m.AddFolder)[0].path == os.fsencode(tmp_path / "new")


# ---- search ------------------------------------------------------------------------------------------------------


def test_typing_searches_once_after_a_short_quiet(shown, engine) -> None:
    search(shown, "dog")
    assert [request.sentence for request in engine.asked(m.Search)] == ["", "dog"]
    assert shown.model.rowCount() == 6


def test_retrieved_photos_are_shown_at_once_and_reordered_when_reranked(shown, engine) -> None:
    engine.hold_rerank = True
    search(shown, "dog")
    assert shown.session.results.stage is m.Stage.RETRIEVED
    assert names(shown) == [f"dog {number}.jpg" for number in (1, 3, 5, 7, 9, 11)]
    engine.rerank()
    assert names(shown) == [f"dog {number}.jpg" for number in (11, 9, 7, 5, 3, 1)]
    assert "looked closely at 6" in shown.window.line.text


def test_what_comes_for_an_older_sentence_is_ignored(shown, engine) -> None:
    engine.hold_rerank = True
    search(shown, "dog")
    shown.window.search.setText("cat")
    press(shown.window.search, Key.Key_Return)
    until(lambda: shown.session.results.sentence == "cat")
    engine.rerank()
    assert shown.session.results.sentence == "cat"
    assert all(name.startswith("cat") for name in names(shown))


def test_enter_does_not_wait_for_the_quiet(shown, engine) -> None:
    shown.window.search.setText("cat")
    press(shown.window.search, Key.Key_Return)
    assert engine.asked(m.Search)[-1].sentence == "cat"


def test_escape_clears_the_search_and_the_newest_photos_are_back(shown) -> None:
    search(shown, "dog")
    press(shown.window.search, Key.Key_Escape)
    until(lambda: shown.model.rowCount() == 12)
    assert shown.window.search.text() == ""


def test_down_from_the_search_box_chooses_the_first_photo(shown) -> None:
    QTest.keyClick(shown.window.search, Qt.Key.Key_Down)
    assert shown.window.grid.selected_rows() == [0]
    QTest.keyClick(shown.window.grid, Qt.Key.Key_Right)
    shown.window.search.setFocus()
    QTest.keyClick(shown.window.search, Qt.Key.Key_Down)
    assert shown.window.grid.selected_rows() == [1]


def test_the_clear_button_is_there_only_while_there_is_something_to_clear(shown) -> None:
    button = shown.window.search._clear
    assert not button.isVisible()
    search(shown, "dog")
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    until(lambda: shown.model.rowCount() == 12)


def test_words_that_the_model_does_not_know_are_named(shown) -> None:
    search(shown, "spaceship")
    assert shown.window.notes.text == "This model does not know: spaceship."
    press(shown.window.search, Key.Key_Escape)
    until(lambda: not shown.window.notes.isVisible())


def test_when_nothing_is_found_it_is_said_and_one_button_leads_back(shown) -> None:
    search(shown, "zebra")
    until(lambda: shown.window.empty.isVisible())
    assert shown.window.empty.notice.face is Face.NOTHING_FOUND
    click_offer(shown, "clear")
    until(lambda: shown.model.rowCount() == 12)
    assert shown.window.grid.isVisible()


def test_new_photos_appear_while_the_box_is_empty_and_leave_an_answer_alone(shown, engine, photos) -> None:
    search(shown, "dog")
    searches = len(engine.asked(m.Search))
    engine.tell(m.LibraryChanged(ready=13))
    assert len(engine.asked(m.Search)) == searches
    press(shown.window.search, Key.Key_Escape)
    until(lambda: shown.model.rowCount() == 12)
    engine.hits = (replace(photos[0], photo_id=13), *photos)
    engine.tell(m.LibraryChanged(ready=13))
    until(lambda: shown.model.rowCount() == 13)


def test_what_stopped_indexing_is_said_until_it_goes_on(shown, engine) -> None:
    engine.tell(m.IndexProgress(0, 12, 9, 0, 0, 38.0, None, True))
    engine.tell(m.Failed(0, "DiskFull", "No room for thumbnails", b"/cache", "free some space"))
    until(lambda: shown.window.banner.isVisible())
    engine.tell(m.IndexProgress(0, 12, 9, 0, 0, 0.0, None, True))
    assert shown.window.banner.isVisible()
    engine.tell(m.IndexProgress(0, 13, 8, 0, 0, 38.0, None, True))
    until(lambda: not shown.window.banner.isVisible())


def test_an_answer_from_the_middle_of_indexing_is_completed_at_its_end(shown, engine, photos) -> None:
    engine.pending = 1
    engine.tell(m.IndexProgress(0, 12, 1, 0, 0, 38.0, None, True))
    search(shown, "dog")
    until(lambda: "search covers 12 of 13" in shown.window.line.text)
    before = shown.model.rowCount()
    engine.pending = 0
    engine.hits = (*photos, hit(13, path=b"/photos/dog 13.jpg"))
    engine.tell(m.IndexProgress(0, 13, 0, 0, 0, 0.0, None, False))
    until(lambda: shown.model.rowCount() == before + 1)
    assert "search covers" not in shown.window.line.text


def test_what_was_searched_is_searched_again_when_another_model_answers(shown, engine) -> None:
    search(shown, "dog")
    searches = len(engine.asked(m.Search))
    engine.tell(m.EngineReady("0", 1, 12, 2, model_loaded=True, model_name="larger"))
    assert len(engine.asked(m.Search)) == searches + 1
    engine.tell(m.EngineReady("0", 1, 12, 2, model_loaded=True, model_name="larger"))  # with another head
    assert len(engine.asked(m.Search)) == searches + 2


def test_nothing_of_the_inspector_is_cut_off_where_words_are_long(shown) -> None:
    inspector = shown.window.inspector
    inspector._show.setText("In der Dateiverwaltung anzeigen")
    shown.window.show_inspector(True)
    shown.window.grid.set_current_row(0)
    until(inspector._show.isVisible)
    for part in (inspector._picture, inspector.tags, inspector._open, inspector._show):
        until(lambda part=part: part.mapTo(inspector, part.rect().topRight()).x() < WIDTH_PX - BAR_PX)


def test_tab_puts_out_the_inspector_s_light_with_the_inspector(shown) -> None:
    shown.window.show_inspector(True)
    shown.window.grid.setFocus()
    press(shown.window.grid, Key.Key_Tab)
    assert not shown.window.inspector.isVisible()
    assert not shown.window._info.isChecked()
    press(shown.window.grid, Key.Key_I)
    assert shown.window.inspector.isVisible()
    assert shown.window._info.isChecked()


def test_similarity_is_explained(shown) -> None:
    search(shown, "dog")
    click_photo(shown, 0)
    shown.window.show_inspector(True)
    until(lambda: any(label.text() == "Similarity" for label in shown.window.inspector.findChildren(QLabel)))
    label = next(each for each in shown.window.inspector.findChildren(QLabel) if each.text() == "Similarity")
    assert "no probability" in label.toolTip()


def test_a_failed_search_says_why(shown, engine) -> None:
    shown.window.search.setText("dog")
    press(shown.window.search, Key.Key_Return)
    request = engine.asked(m.Search)[-1].request
    engine.tell(m.Failed(request, "ModelMissing", "The model is not there", b"/models/x", "reinstall it"))
    assert shown.window.banner.text == "The model is not there: /models/x. Reinstall it."


# ---- folders and problems ----------------------------------------------------------------------------------------


def test_the_sidebar_lists_folders_with_their_counts(shown) -> None:
    until(lambda: entry(shown, "All photos").look.count == "12")
    assert entry(shown, "summer").look.count == "8"


def test_a_folder_narrows_the_photos_and_all_photos_widens_them_again(shown) -> None:
    until(lambda: entry(shown, "All photos").look.count)
    QTest.mouseClick(entry(shown, "winter"), LEFT)
    until(lambda: shown.model.rowCount() == 4)
    assert shown.window.line.text == "4 photos in winter · newest first"
    QTest.mouseClick(entry(shown, "All photos"), LEFT)
    until(lambda: shown.model.rowCount() == 12)


def test_indexing_and_unplugged_folders_say_so(shown, engine) -> None:
    one, two = engine.folders
    engine.tell(m.FolderList(0, (replace(one, pending=92), replace(two, offline=True))))
    assert entry(shown, "summer").look.detail == "Indexing 8 of 100"
    assert entry(shown, "winter").look.detail == "Not connected"
    assert entry(shown, "winter").look.dim


def test_what_a_short_scan_found_of_the_drives_is_shown_at_once(shown, engine) -> None:
    one, two = engine.folders
    until(lambda: entry(shown, "winter").look.count)
    searches = len(engine.asked(m.Search))
    engine.folders = (one, replace(two, offline=True))
    engine.tell(m.IndexProgress(0, 13, 0, 0, 0, 0.0, None, False))
    until(lambda: entry(shown, "winter").look.detail == "Not connected")
    until(lambda: len(engine.asked(m.Search)) == searches + 1)  # its photos are greyed
    shown.session._parts.watcher.mounts.changed.emit()
    assert engine.asked(m.Rescan)[-1].folder == two.path, "a drive came: it may be this one"


def test_a_folder_that_cannot_be_added_is_told_in_place(shown, engine, tmp_path) -> None:
    shown.window.folders_dropped.emit([os.fsencode(tmp_path / "gone")])
    until(lambda: shown.window.banner.isVisible())
    assert shown.window.banner.text == f"There is no such folder: {tmp_path / 'gone'}. Check the name."


def test_a_folder_that_no_engine_heard_of_is_added_by_the_next_one(shown, engine, tmp_path) -> None:
    folder = os.fsencode(tmp_path / "summer")
    shown.window.folders_dropped.emit([folder])
    engine.tell(m.Failed(engine.asked(m.AddFolder)[0].request, "EngineGone", "The search engine ended"))
    engine.started.emit()
    assert [request.path for request in engine.asked(m.AddFolder)] == [folder, folder]


def test_a_folder_dropped_on_the_window_is_added(shown, engine, tmp_path) -> None:
    folder = tmp_path / "dröpped \udcff"  # not UTF-8
    folder.mkdir()
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file://" + os.fsencode(tmp_path) + b"/dr%C3%B6pped%20%FF")])
    window, both = shown.window, Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(300, 300), both, mime, LEFT, Qt.KeyboardModifier.ShiftModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(300, 300), both, mime, LEFT, Qt.KeyboardModifier.ShiftModifier)
    QApplication.sendEvent(window, drop)
    assert drop.dropAction() == Qt.DropAction.CopyAction, "else a file manager may delete what it hands over"
    until(lambda: engine.asked(m.AddFolder))
    assert engine.asked(m.AddFolder)[0].path == os.fsencode(folder)


def test_progress_is_shown_only_while_there_is_something_to_say_and_can_be_paused(shown, engine) -> None:
    assert not shown.window.status.isVisible()
    engine.tell(m.IndexProgress(0, 1204, 47108, 0, 0, 38.0, 1239.0, True))
    assert shown.window.status.text == "Indexing 1,204 of 48,312 photos · 38 photos/s · about 21 min left"
    QTest.mouseClick(shown.window.status._pause, LEFT)
    assert engine.asked(m.PauseIndexing)[-1].paused
    engine.tell(m.IndexProgress(0, 48312, 0, 0, 0, 0.0, None, False))
    assert not shown.window.status.isVisible()


# ---- first start, engine's end -----------------------------------------------------------------------------------


def test_the_first_start_offers_one_thing(opened) -> None:
    window = opened(MemoryEngine())
    until(lambda: window.window.empty.notice.face is Face.WELCOME)
    assert not window.window.sidebar.isVisible()
    assert "Everything stays on this computer" in window.window.empty.notice.footnote
    assert [key for key, _ in window.window.empty.notice.buttons] == ["choose"]


def test_the_first_start_offers_the_pictures_folder_where_it_holds_photos(opened, tmp_path) -> None:
    pictures = tmp_path / "home" / "Pictures" / "2021"
    pictures.mkdir(parents=True)
    jpeg(pictures / "one.JPG.jpg")
    window = opened(MemoryEngine())
    until(lambda: window.window.empty.notice.face is Face.WELCOME)
    assert window.window.empty.notice.buttons[1] == ("pictures", "Use Pictures")


def test_choosing_pictures_adds_them_and_photos_follow(opened, tmp_path) -> None:
    engine = MemoryEngine()
    window = opened(engine)
    until(lambda: window.window.empty.notice.face is Face.WELCOME)
    (tmp_path / "pictures").mkdir()
    window.session._know(pictures=os.fsencode(tmp_path / "pictures"))
    click_offer(window, "pictures")
    until(lambda: engine.folders)
    engine.tell(m.IndexProgress(0, 0, 3, 0, 0, 0.0, None, True))
    until(lambda: window.window.empty.notice.face is Face.INDEXING)
    engine.hits = (hit(1),)
    engine.tell(m.LibraryChanged(ready=1))
    until(lambda: window.window.grid.isVisible())


def test_an_engine_that_dies_is_announced_and_its_return_is_silent(shown, engine) -> None:
    engine.died.emit(1)
    assert "started again" in shown.window.banner.text
    assert shown.window.banner.isVisible()
    engine.start()
    assert not shown.window.banner.isVisible()
    assert shown.model.rowCount() == 12


def test_an_engine_that_gave_up_leaves_the_photos_and_a_button(shown, engine) -> None:
    engine.gave_up.emit("It ended three times. Run: afterimage doctor")
    assert shown.window.grid.isVisible()
    button = next(each for each in shown.window.banner.findChildren(QPushButton) if each.text() == "Start it again")
    starts = engine.starts
    QTest.mouseClick(button, LEFT)
    assert engine.starts == starts + 1
    assert not shown.window.banner.isVisible()


def test_an_engine_that_never_came_is_explained_where_the_photos_would_be(opened) -> None:
    engine = MemoryEngine()
    engine.start = lambda: engine.gave_up.emit("Another process holds this library (close it)")  # type: ignore[method-assign]
    window = opened(engine)
    until(lambda: window.window.empty.notice.face is Face.GAVE_UP)
    assert "Another process" in window.window.empty.notice.text


# ---- settings ----------------------------------------------------------------------------------------------------


def test_the_window_comes_back_as_it_was_left(shown, opened, engine) -> None:
    shown.window.sidebar.fold(True)
    shown.window.show_inspector(True)
    shown.window.line.size_chosen.emit(240)
    shown.window.close()
    again = opened(engine)
    assert again.window.sidebar.is_folded
    assert again.window.inspector_open
    assert again.window.grid.row_height == 240


def test_everything_fits_a_small_window(shown) -> None:
    shown.window.resize(1024, 640)
    shown.window.show_inspector(True)
    until(lambda: shown.window.size().width() == 1024)
    for part in (shown.window.search, shown.window.grid, shown.window.inspector, shown.window.sidebar):
        place = part.mapTo(shown.window, QPoint(0, 0))
        assert shown.window.rect().contains(place + QPoint(part.width() - 1, 0)), part


def test_every_button_and_field_has_a_name_for_a_screen_reader(shown, engine) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSlider

    nameless = [
        part
        for kind in (QAbstractButton, QLineEdit, QSlider)
        for part in shown.window.findChildren(kind)
        if not (part.accessibleName() or getattr(part, "text", str)()) and part.isVisible()
    ]
    assert not nameless


def test_the_window_that_is_started_again_comes_forward_and_takes_its_folders(shown, engine, tmp_path) -> None:
    shown.window.showMinimized()
    engine.tell(m.WindowRaised((os.fsencode(tmp_path / "summer"),)))
    assert not shown.window.isMinimized()
    until(lambda: engine.asked(m.AddFolder))
