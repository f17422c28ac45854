from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK, LIGHT
from desktop_app.widgets.grid_drag import drag_data
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.widgets.photo_painter import screen_edge
from tests.desktop_app.grid_at_work import CTRL, SHIFT, click, fill, middle, most_apart, on_screen
from tests.desktop_app.pictures import TONE, Ear, hit, jpeg, packed, until

Key = Qt.Key


def wheel(grid: PhotoGrid, notches: int, modifier: Qt.KeyboardModifier, at: QPoint) -> None:
    position = QPointF(at)
    event = QWheelEvent(
        position,
        QPointF(grid.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


def colour(grid: PhotoGrid, at: QPoint) -> QColor:
    return grid.viewport().grab().toImage().pixelColor(at)


def test_photos_stand_in_rows_that_fill_the_width(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    rects = [grid.visualRect(model.index(row)) for row in range(4)]
    assert {rect.y() for rect in rects[:3]} == {4}
    assert all(grid.indexAt(rect.center()).row() == row for row, rect in enumerate(rects))
    assert not grid.indexAt(QPoint(1, 1)).isValid()


def test_a_skeleton_in_the_photo_s_tone_stands_in_until_the_thumbnail_is_there(
    grid: PhotoGrid, model: ResultsModel, tmp_path: Path
) -> None:
    model.set_results(1, 1, *packed([1]))
    tone = colour(grid, middle(grid, 0))
    assert tone != DARK.background
    assert tone.hue() == pytest.approx(QColor(TONE).hue(), abs=12)
    path = jpeg(tmp_path / "red.jpg", colour="#ff0000")
    model.set_hits(0, [hit(1, path)], result=1)
    until(lambda: colour(grid, middle(grid, 0)).red() > 240)
    image = model.thumbnail(0)
    assert image is not None
    assert image.width() == grid.visualRect(model.index(0)).width() * grid.devicePixelRatioF() + 4


def test_only_what_is_in_sight_is_asked_for(grid: PhotoGrid, model: ResultsModel) -> None:
    ear, seen = Ear(), Ear()
    model.page_needed.connect(ear.hear)
    grid.visible_range.connect(seen.hear)
    model.set_results(1, 200_000, *packed(range(200_000)))
    until(lambda: seen.heard)
    assert ear.heard == [(0, 200)]
    until(lambda: grid.laid_out)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    until(lambda: ear.heard[-1] == (199_800, 200))
    assert len(ear.heard) < 10


def test_a_click_selects_one_and_the_modifiers_add_and_extend(grid: PhotoGrid, model: ResultsModel) -> None:
    ear = Ear()
    fill(model)
    grid.selection_changed.connect(ear.hear)
    click(grid, 2)
    assert grid.selected_rows() == [2]
    click(grid, 7, SHIFT)
    assert grid.selected_rows() == [2, 3, 4, 5, 6, 7]
    click(grid, 4, CTRL)
    assert grid.selected_rows() == [2, 3, 5, 6, 7]
    assert grid.selected_parts() == [range(2, 4), range(5, 8)]
    assert len(ear.heard) == 3
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert grid.selected_rows() == []


def test_everything_is_selected_at_once(grid: PhotoGrid, model: ResultsModel) -> None:
    model.set_results(1, 50_000, *packed(range(50_000)))
    QTest.keyClick(grid, Key.Key_A, CTRL)
    assert len(grid.selected_rows()) == 50_000
    assert grid.selectionModel().selection().size() == 1


def test_a_rubber_band_takes_what_it_touches(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 2)
    start = grid.visualRect(model.index(1)).bottomRight() + QPoint(40, 60)
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(grid.viewport(), start - QPoint(30, 30))
    assert grid.selected_rows() == []
    QTest.mouseMove(grid.viewport(), middle(grid, 1))
    assert grid.selected_rows() == [1]
    assert colour(grid, start - QPoint(20, 20)) != DARK.background
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle(grid, 1))
    assert colour(grid, start - QPoint(20, 20)) == DARK.background


def test_arrow_keys_move_by_what_one_sees(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    click(grid, 1)
    below = grid.indexAt(middle(grid, 1) + QPoint(0, grid.visualRect(model.index(1)).height() + 4)).row()
    QTest.keyClick(grid, Key.Key_Down)
    assert grid.currentIndex().row() == below
    QTest.keyClick(grid, Key.Key_Up)
    assert grid.currentIndex().row() == 1
    QTest.keyClick(grid, Key.Key_Right)
    assert grid.selected_rows() == [2]
    QTest.keyClick(grid, Key.Key_Left, SHIFT)
    assert grid.selected_rows() == [1, 2]
    QTest.keyClick(grid, Key.Key_End)
    assert grid.currentIndex().row() == 99
    assert grid.viewport().rect().contains(middle(grid, 99))
    QTest.keyClick(grid, Key.Key_Home)
    assert grid.verticalScrollBar().value() == 0
    QTest.keyClick(grid, Key.Key_PageDown)
    assert grid.currentIndex().row() == 6
    QTest.keyClick(grid, Key.Key_PageUp)
    assert grid.currentIndex().row() == 0


def test_enter_space_and_a_double_click_open_a_photo(grid: PhotoGrid, model: ResultsModel) -> None:
    ear = Ear()
    fill(model)
    grid.activated.connect(ear.hear)
    click(grid, 3)
    QTest.keyClick(grid, Key.Key_Return)
    QTest.keyClick(grid, Key.Key_Space)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle(grid, 5))
    assert ear.heard == [(3,), (3,), (5,)]


def test_letters_are_left_to_the_window(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    click(grid, 0)
    QTest.keyClick(grid, Key.Key_P)
    QTest.keyClick(grid, Key.Key_P, SHIFT)
    assert grid.currentIndex().row() == 0


def test_the_context_menu_is_for_the_photo_under_the_pointer(grid: PhotoGrid, model: ResultsModel) -> None:
    ear = Ear()
    fill(model)
    grid.context_requested.connect(ear.hear)
    at = middle(grid, 4)
    where = grid.viewport().mapToGlobal(at)
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where))
    assert ear.heard == [(4, where)]
    assert grid.selected_rows() == [4]


def test_ctrl_and_wheel_change_the_size_and_hold_the_photo_under_the_pointer(
    grid: PhotoGrid, model: ResultsModel
) -> None:
    fill(model, 500)
    grid.verticalScrollBar().setValue(3000)
    at = QPoint(400, 300)
    row = grid.indexAt(at).row()
    top = grid.visualRect(model.index(row)).top()
    ear = Ear()
    grid.row_height_changed.connect(ear.hear)
    wheel(grid, -2, CTRL, at)
    assert ear.heard == [(grid.row_height,)]
    assert grid.row_height < 190
    assert grid.visualRect(model.index(row)).top() == top
    wheel(grid, -50, CTRL, at)
    assert grid.row_height == 96
    wheel(grid, 50, CTRL, at)
    assert grid.row_height == 400


def test_the_wheel_glides_when_motion_is_wanted(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 500)
    grid.set_animated(True)
    wheel(grid, -1, Qt.KeyboardModifier.NoModifier, QPoint(400, 300))
    assert grid.verticalScrollBar().value() < 100
    until(lambda: grid.verticalScrollBar().value() == 3 * grid.verticalScrollBar().singleStep())


def test_a_narrower_window_keeps_the_first_photo_in_sight(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 500)
    grid.verticalScrollBar().setValue(4000)
    first = grid.indexAt(QPoint(20, 30)).row()
    grid.resize(700, 640)
    QApplication.processEvents()
    assert grid.viewport().rect().intersects(grid.visualRect(model.index(first)))


def test_hovering_darkens_the_bottom_of_the_photo_for_its_name(
    grid: PhotoGrid, model: ResultsModel, tmp_path: Path
) -> None:
    path = jpeg(tmp_path / "white.jpg", colour="#ffffff")
    model.set_results(1, 2, *packed([1, 2]))
    model.set_hits(0, [hit(1, path), hit(2, path)], result=1)
    low = QPoint(0, grid.visualRect(model.index(0)).height() // 2 - 3)
    until(lambda: colour(grid, middle(grid, 0)).red() > 250)
    QTest.mouseMove(grid.viewport(), middle(grid, 0))
    until(lambda: colour(grid, middle(grid, 0) + low).red() < 120)
    QTest.mouseMove(grid.viewport(), middle(grid, 1))
    until(lambda: colour(grid, middle(grid, 0) + low).red() > 250)


def test_a_selected_photo_wears_a_ring_in_the_accent(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    click(grid, 1)
    corner = grid.visualRect(model.index(1)).topLeft() + QPoint(1, 60)
    assert colour(grid, corner) == DARK.accent
    grid.set_theme(LIGHT)
    assert colour(grid, corner) == LIGHT.accent


def test_the_focus_ring_is_for_those_who_use_keys(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    click(grid, 1)
    outside = grid.visualRect(model.index(1)).center()
    outside.setX(grid.visualRect(model.index(1)).left() - 3)
    assert colour(grid, outside) == DARK.background
    grid.activateWindow()
    QTest.keyClick(grid, Key.Key_Right)
    QTest.keyClick(grid, Key.Key_Left)
    if not grid.hasFocus():
        pytest.skip("this platform gives the window no focus")
    assert colour(grid, outside) != DARK.background


def test_photos_of_an_unplugged_drive_are_grey(grid: PhotoGrid, model: ResultsModel, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "red.jpg", colour="#ff0000")
    model.set_results(1, 2, *packed([1, 2]))
    model.set_hits(0, [hit(1, path), hit(2, path, offline=True)], result=1)
    until(lambda: colour(grid, middle(grid, 0)).red() > 240)
    assert colour(grid, middle(grid, 1)).saturation() < 60


def test_a_photo_without_a_thumbnail_file_is_drawn(grid: PhotoGrid, model: ResultsModel, tmp_path: Path) -> None:
    model.set_results(1, 1, *packed([1]))
    model.set_hits(0, [hit(1, str(tmp_path / "none.jpg").encode())], result=1)
    until(lambda: model.thumbnail_missing(0))
    rect = grid.visualRect(model.index(0))
    shown: QImage = grid.viewport().grab(rect).toImage()
    colours = {shown.pixel(x, rect.height() // 2) for x in range(rect.width())}
    assert len(colours) > 2, "a glyph on the ground"


def test_photos_have_names_for_those_who_listen(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    face = QAccessible.queryAccessibleInterface(grid)
    assert face.childCount() >= 100
    assert face.role() == QAccessible.Role.List
    photo = face.child(1)
    assert photo.text(QAccessible.Text.Name) == "photo 2.jpg, 14 Jul 2021, 18:03, 87\u00a0% match"
    assert photo.rect().size() == grid.visualRect(model.index(1)).size()


def test_selected_photos_are_dragged_out_as_files(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    click(grid, 0)
    click(grid, 1, CTRL)
    mime = drag_data(model, grid.selected_rows())
    assert [url.toLocalFile() for url in mime.urls()] == ["/photos/photo 1.jpg", "/photos/photo 2.jpg"]


def test_the_window_can_say_which_photo_is_current(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 300)
    grid.set_current_row(250)
    assert grid.selected_rows() == [250]
    assert grid.viewport().rect().contains(middle(grid, 250))
    assert grid.selectionModel().isSelected(model.index(250))


def test_an_empty_result_is_an_empty_ground(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model)
    model.set_results(2, 0, b"", b"", b"")
    assert colour(grid, QPoint(100, 100)) == DARK.background
    QTest.keyClick(grid, Key.Key_Down)
    QTest.keyClick(grid, Key.Key_Return)
    assert grid.selected_rows() == []


def test_edges_on_screens_with_broken_pixels_move_as_far_as_what_is_scrolled() -> None:
    for ratio, step in ((1.25, 4), (1.5, 2), (1.75, 4)):
        moved = [screen_edge(at, ratio) - screen_edge(at - step, ratio) for at in range(-20, 20)]
        assert set(moved) == {step * ratio}


def test_the_screen_shows_after_scrolling_what_a_whole_painting_shows(
    grid: PhotoGrid, model: ResultsModel, tmp_path: Path
) -> None:
    paths = [jpeg(tmp_path / f"{n}.jpg", 240, 160, colour=f"#{2 * n:02x}60c0") for n in range(90)]
    shapes = [(1.5, 0.3, 1.0, 6.0)[n % 4] for n in range(90)]  # some are not as their thumbnails are
    model.set_results(1, 90, *packed(range(90), shapes))
    marks = {"rating": 3, "pair": b"/photos/1.raf"}
    hits = [hit(n, paths[n], offline=n % 7 == 3, pick=(0, 0, -1)[n % 3], **(marks if n % 2 else {})) for n in range(90)]
    model.set_hits(0, hits, result=1)
    grid.select_rows(range(6, 12))
    bar = grid.verticalScrollBar()
    for step in (0, 7, 40, -33, 450, -500, 2_000):
        bar.setValue(bar.value() + step)
        until(lambda: all(model.thumbnail(row) for row in grid._visible_rows()))
        until(lambda: most_apart(on_screen(grid), grid.grab().toImage()) <= 2, within_s=20)
