from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK, LIGHT
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.menus import PhotoMenu
from desktop_app.widgets.photo_canvas import PhotoCanvas
from desktop_app.widgets.photo_line import PhotoButton, PhotoLine
from desktop_app.widgets.preview import Preview
from tests.desktop_app.pictures import TONE, Ear, hit, jpeg, packed, until

Key = Qt.Key
MIDDLE = QPoint(500, 300)


@pytest.fixture
def loaders(qapp: QApplication) -> Iterator[tuple[ThumbnailLoader, ThumbnailLoader]]:
    both = ThumbnailLoader(), ThumbnailLoader(readers=1)
    yield both
    for loader in both:
        loader.close()


@pytest.fixture
def model(loaders: tuple[ThumbnailLoader, ThumbnailLoader], tmp_path: Path) -> ResultsModel:
    """57 photos of 3000 x 2000 with red thumbnails; 58 and 59 are offline and small."""
    thumbnail = jpeg(tmp_path / "red.jpg", 512, 341, "#ff0000")
    model = ResultsModel(loaders[0])
    model.set_results(1, 59, *packed(range(1, 60)))
    hits = [hit(photo_id, thumbnail) for photo_id in range(1, 58)]
    hits += [hit(58, thumbnail, offline=True), hit(59, thumbnail, width=500, height=333)]
    model.set_hits(0, hits, result=1)
    return model


@pytest.fixture
def preview(model: ResultsModel, loaders: tuple[ThumbnailLoader, ThumbnailLoader]) -> Iterator[Preview]:
    preview = Preview(DARK, loaders[1])
    preview.set_animated(False)
    preview.set_model(model)
    preview.resize(1024, 640)
    preview.show()
    preview.setFocus()
    QApplication.processEvents()
    yield preview
    preview.close()
    preview.deleteLater()


def canvas(preview: Preview) -> PhotoCanvas:
    found = preview.findChild(PhotoCanvas)
    assert isinstance(found, PhotoCanvas)
    return found


def colour(preview: Preview, at: QPoint = MIDDLE) -> QColor:
    return preview.grab().toImage().pixelColor(at)


def wheel(preview: Preview, notches: int, at: QPoint) -> None:
    scroll, none = QPoint(0, 120 * notches), Qt.KeyboardModifier.NoModifier
    phase, button = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
    where = QPointF(preview.mapToGlobal(at))
    QApplication.sendEvent(
        canvas(preview), QWheelEvent(QPointF(at), where, QPoint(), scroll, button, none, phase, False)
    )


def test_the_tone_then_the_thumbnail_then_the_rendition_fill_the_same_place(preview: Preview, tmp_path: Path) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    place = canvas(preview).photo_rect()
    assert colour(preview) == QColor(TONE)
    until(lambda: colour(preview).red() > 250)
    until(lambda: ear.heard)
    assert ear.heard[0] == (3, 1024)
    preview.set_rendition(3, jpeg(tmp_path / "green.jpg", 1024, 683, "#00ff00"))
    until(lambda: colour(preview).green() > 250)
    assert canvas(preview).photo_rect() == place


def test_a_fitted_rendition_is_read_pixel_for_pixel(preview: Preview, tmp_path: Path) -> None:
    preview.open(2)
    preview.set_rendition(3, jpeg(tmp_path / "green.jpg", 2048, 1365, "#00ff00"))
    until(lambda: colour(preview).green() > 250)
    image = canvas(preview).image
    assert image is not None
    assert image.width() == canvas(preview).fit_edge() + 4


def test_a_smaller_rendition_that_comes_late_leaves_the_larger_in_its_place(preview: Preview, tmp_path: Path) -> None:
    preview.open(2)
    small = jpeg(tmp_path / "red.jpg", 1024, 683, "#ff0000")
    preview.set_rendition(3, jpeg(tmp_path / "green.jpg", 2048, 1365, "#00ff00"), 2048)
    until(lambda: colour(preview).green() > 250)
    preview.set_rendition(3, small, 1024)
    assert preview._renditions.path(3) != small
    preview.set_rendition(3, jpeg(tmp_path / "blue.jpg", 3000, 2000, "#0000ff"), 3000)
    until(lambda: colour(preview).blue() > 250)


def test_neighbours_are_asked_for_once_this_photo_has_come(preview: Preview, tmp_path: Path) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    until(lambda: ear.heard)
    assert ear.heard == [(3, 1024)]
    preview.set_rendition(3, jpeg(tmp_path / "green.jpg", 1024, 683))
    assert ear.heard == [(3, 1024), (4, 1024), (2, 1024), (5, 1024)]


def test_a_picture_that_left_the_cache_is_asked_for_once_more(preview: Preview, tmp_path: Path) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    until(lambda: ear.heard)
    preview.set_rendition(3, os.fsencode(tmp_path / "gone.jpg"))
    until(lambda: ear.heard.count((3, 1024)) == 2)
    preview.set_rendition(3, jpeg(tmp_path / "gone.jpg", 1024, 683, "#00ff00"))
    until(lambda: colour(preview).green() > 250)


def test_a_photo_that_was_edited_meanwhile_is_asked_for_anew(
    preview: Preview, model: ResultsModel, tmp_path: Path
) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    until(lambda: ear.heard)
    preview.set_rendition(3, jpeg(tmp_path / "green.jpg", 1024, 683, "#00ff00"))
    until(lambda: colour(preview).green() > 250)
    model.set_hits(2, [hit(3, jpeg(tmp_path / "blue.jpg", 512, 341, "#0000ff"))], result=1)
    until(lambda: ear.heard.count((3, 1024)) == 2)
    until(lambda: colour(preview).blue() > 250)


def test_a_photo_that_is_only_leafed_past_is_not_asked_for(preview: Preview) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    for _ in range(5):
        QTest.keyClick(preview, Key.Key_Right)
    until(lambda: ear.heard)
    assert ear.heard == [(8, 1024)]


def test_unplugged_and_small_photos_are_shown_from_their_thumbnail(preview: Preview) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(57)
    until(lambda: colour(preview).red() > 250)
    preview.open(58)
    until(lambda: colour(preview).red() > 250)
    assert not [said for said in ear.heard if said[0] in (58, 59)]


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Space, Key.Key_Return, Key.Key_Enter])
def test_keys_lead_back_to_the_grid(preview: Preview, key: Qt.Key) -> None:
    ear = Ear()
    preview.closed.connect(ear.hear)
    preview.open(2)
    QTest.keyClick(preview, key)
    assert ear.heard == [()]


def test_arrows_leaf_and_stop_at_the_ends(preview: Preview) -> None:
    ear = Ear()
    preview.moved_to.connect(ear.hear)
    preview.open(1)
    for key in (Key.Key_Left, Key.Key_Left, Key.Key_Right, Key.Key_End, Key.Key_Right, Key.Key_Home):
        QTest.keyClick(preview, key)
    assert ear.heard == [(0,), (1,), (58,), (0,)]
    assert preview.accessibleName() == "Preview of photo 1.jpg, 1 of 59"


def test_z_shows_each_pixel_once_and_asks_for_all_of_them(preview: Preview, tmp_path: Path) -> None:
    ear = Ear()
    preview.rendition_needed.connect(ear.hear)
    preview.open(2)
    QTest.keyClick(preview, Key.Key_Z)
    assert canvas(preview).zoom == 1.0
    assert canvas(preview).photo_rect().width() * preview.devicePixelRatioF() == 3000
    assert (3, 3000) in ear.heard
    preview.set_rendition(3, jpeg(tmp_path / "full.jpg", 3000, 2000, "#0000ff"))
    until(lambda: colour(preview).blue() > 250)
    image = canvas(preview).image
    assert image is not None
    assert image.width() == 3000
    QTest.keyClick(preview, Key.Key_Z)
    assert canvas(preview).fitted


def test_a_click_zooms_in_where_it_is_and_a_drag_pans(preview: Preview) -> None:
    view = canvas(preview)
    preview.open(2)
    at = QPoint(300, 200)
    rect = view.photo_rect()
    share = (at.x() - rect.left()) / rect.width()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    rect = view.photo_rect()
    assert (at.x() - rect.left()) / rect.width() == pytest.approx(share, abs=0.002)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=MIDDLE)
    QTest.mouseMove(view, MIDDLE - QPoint(40, 30))
    QTest.mouseMove(view, MIDDLE - QPoint(80, 60))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=MIDDLE - QPoint(80, 60))
    moved = view.photo_rect().topLeft() - rect.topLeft()
    assert moved.x() == pytest.approx(-80, abs=2)
    assert moved.y() == pytest.approx(-60, abs=2)
    assert not view.fitted, "a drag is no click"
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=MIDDLE)
    assert view.fitted


def test_panning_stops_at_the_photo_s_edge(preview: Preview) -> None:
    view = canvas(preview)
    preview.open(2)
    QTest.keyClick(preview, Key.Key_Z)
    for _ in range(4):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
        QTest.mouseMove(view, QPoint(900, 600))
        QTest.mouseMove(view, QPoint(1000, 620))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(1000, 620))
    assert view.photo_rect().topLeft() == QPointF(0, 0)


def test_the_wheel_zooms_and_comes_back_to_fitted(preview: Preview) -> None:
    view = canvas(preview)
    preview.open(2)
    wheel(preview, 3, MIDDLE)
    assert not view.fitted
    wheel(preview, 100, MIDDLE)
    assert view.zoom == 8.0
    wheel(preview, -100, MIDDLE)
    assert view.fitted


def test_zooming_is_a_short_movement_where_motion_is_wanted(preview: Preview) -> None:
    preview.set_animated(True)
    preview.open(2)
    fit = canvas(preview).zoom
    QTest.keyClick(preview, Key.Key_Z)
    assert fit <= canvas(preview).zoom < 1.0
    until(lambda: canvas(preview).zoom == 1.0)


def test_another_photo_is_fitted_again(preview: Preview) -> None:
    preview.open(2)
    QTest.keyClick(preview, Key.Key_Z)
    QTest.keyClick(preview, Key.Key_Right)
    assert canvas(preview).fitted


def test_a_reorder_behind_the_preview_keeps_the_photo_and_tells_its_new_place(
    preview: Preview, model: ResultsModel
) -> None:
    preview.open(2)
    model.set_results(2, 59, *packed(range(59, 0, -1)), reorder=True)
    assert preview.row == 56
    assert preview.accessibleName() == "Preview of photo 3.jpg, 57 of 59"


def test_an_empty_result_closes_the_preview(preview: Preview, model: ResultsModel) -> None:
    ear = Ear()
    preview.closed.connect(ear.hear)
    preview.open(2)
    model.set_results(2, 0, b"", b"", b"")
    assert ear.heard == [()]


def test_a_photo_whose_hit_is_not_there_yet_is_completed_when_it_comes(preview: Preview, model: ResultsModel) -> None:
    ear = Ear()
    model.set_results(2, 1, *packed([1], [0.5]))
    model.page_needed.connect(ear.hear)
    preview.open(0)
    assert ear.heard == [(0, 1)]
    rect = canvas(preview).photo_rect()
    assert rect.width() / rect.height() == pytest.approx(0.5, abs=0.01)
    model.set_hits(0, [hit(1, width=1000, height=2000)], result=2)
    assert preview.accessibleName() == "Preview of photo 1.jpg, 1 of 1"


def test_the_mouse_brings_buttons_that_do_what_they_say(preview: Preview) -> None:
    closed, moved = Ear(), Ear()
    preview.closed.connect(closed.hear)
    preview.moved_to.connect(moved.hear)
    preview.open(1)
    buttons = {button.accessibleName(): button for button in preview.findChildren(PhotoButton)}
    assert not any(button.isVisible() for button in buttons.values())
    QTest.mouseMove(preview, QPoint(300, 200))
    QTest.mouseMove(preview, QPoint(310, 210))
    until(lambda: all(button.isVisible() for button in buttons.values()))
    QTest.mouseClick(buttons["Next photo"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(buttons["Previous photo"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(buttons["Back to the grid"], Qt.MouseButton.LeftButton)
    assert moved.heard == [(2,), (1,)]
    assert closed.heard == [()]


@pytest.mark.parametrize("size", [(1024, 640), (1920, 1200), (320, 240)])
def test_the_whole_photo_is_in_sight_above_the_line(preview: Preview, size: tuple[int, int]) -> None:
    preview.resize(*size)
    preview.set_theme(LIGHT)
    preview.open(2)
    rect = canvas(preview).photo_rect()
    assert rect.left() >= 15
    assert rect.bottom() <= size[1] - 39
    assert colour(preview, QPoint(5, 5)) == LIGHT.photo_surround


def test_two_fingers_drawn_apart_zoom_and_a_double_tap_shows_every_pixel(preview: Preview) -> None:
    preview.open(0)
    shown, at, none = canvas(preview), QPointF(300, 200), QPointF()
    fitted = shown.zoom
    pad = QPointingDevice.primaryPointingDevice()
    kind = Qt.NativeGestureType
    pinch = QNativeGestureEvent(kind.ZoomNativeGesture, pad, 2, at, at, at, 0.25, none)
    QApplication.sendEvent(shown, pinch)
    assert shown.zoom == pytest.approx(1.25 * fitted)
    QApplication.sendEvent(shown, QNativeGestureEvent(kind.SmartZoomNativeGesture, pad, 2, at, at, at, 0.0, none))
    assert shown.fitted


def test_the_line_below_a_photo_says_what_is_known_of_it(preview: Preview, model: ResultsModel) -> None:
    known = {"camera": "FUJIFILM X100V", "lens": "23mm f/2", "latitude": 68.2042, "longitude": 13.6103}
    model.change_hits([1], lambda some: replace(some, **known))
    preview.open(0)
    line = preview.findChild(PhotoLine)
    assert isinstance(line, PhotoLine)
    said = line.accessibleName()
    places = [
        said.index(part)
        for part in ("photo 1.jpg", "14 Jul 2021, 18:03", "X100V", "23mm", "2,000", "68.2042° N", "1 of 59")
    ]
    assert places == sorted(places)
    assert ("copy-place", "Copy place") in PhotoMenu(1, place=True).lines()
    assert all(key != "copy-place" for key, _ in PhotoMenu(1).lines())
