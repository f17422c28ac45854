"""What stays as it was in the grid when other results come, and what moves."""

from __future__ import annotations

import struct

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from desktop_app.results_model import ResultsModel
from desktop_app.widgets.photo_grid import PhotoGrid
from tests.desktop_app.grid_at_work import CTRL, click, fill, most_apart, on_screen
from tests.desktop_app.pictures import packed, until


def test_a_new_search_starts_at_the_top_with_nothing_selected(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 500)
    click(grid, 2)
    grid.verticalScrollBar().setValue(2000)
    model.set_results(2, 400, *packed(range(400)))
    assert grid.verticalScrollBar().value() == 0
    assert grid.selected_rows() == []


def test_a_reorder_keeps_scroll_position_selection_and_current_photo(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 300)
    click(grid, 2)
    click(grid, 5, CTRL)
    grid.verticalScrollBar().setValue(900)
    model.set_results(2, 300, *packed(range(300, 0, -1)), reorder=True)
    assert grid.verticalScrollBar().value() == 900
    assert grid.selected_rows() == [294, 297]
    assert grid.currentIndex().row() == 294


def test_everything_stays_selected_when_a_large_library_grows(grid: PhotoGrid, model: ResultsModel) -> None:
    model.set_results(1, 60_000, *packed(range(60_000)))
    grid.selectAll()
    model.set_results(2, 60_001, *packed([99_999, *range(60_000)]), reorder=True)
    assert grid.selected_parts() == [range(1, 60_001)]


def test_new_photos_above_do_not_push_away_what_is_looked_at(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 300)
    grid.verticalScrollBar().setValue(1000)
    row = grid.indexAt(QPoint(20, 30)).row()
    top = grid.visualRect(model.index(row)).top()
    model.set_results(2, 310, *packed([*range(1001, 1011), *range(1, 301)]), reorder=True)
    until(lambda: grid.visualRect(model.index(row + 10)).top() == top)


def test_a_reorder_moves_the_photos_from_their_old_to_their_new_places(grid: PhotoGrid, model: ResultsModel) -> None:
    grid.set_animated(True)
    fill(model, 12)
    QApplication.processEvents()
    until(lambda: not grid._reorder.running)
    old_place = grid.visualRect(model.index(0))
    model.set_results(2, 12, *packed(range(12, 0, -1)), reorder=True)
    assert grid._reorder.running
    places = {row: rect for row, rect, _ in grid._reorder.places()}
    assert (places[11].topLeft() - old_place.topLeft()).manhattanLength() < 60, "still near its old place"
    until(lambda: not grid._reorder.running)
    assert grid.visualRect(model.index(11)) != old_place


def test_whoever_scrolls_during_a_movement_sees_photos_where_they_belong(grid: PhotoGrid, model: ResultsModel) -> None:
    grid.set_animated(True)
    tones = struct.pack("<300I", *(0x000500 * n for n in range(300)))
    ids, shapes, _ = packed(range(300), [1 + n % 3 / 2 for n in range(300)])
    model.set_results(1, 300, ids, shapes, tones)
    until(lambda: grid.laid_out)
    grid._reorder.setDuration(60_000)  # so that it is on its way however long a busy machine takes
    model.set_results(2, 300, packed(range(299, -1, -1))[0], shapes, tones, reorder=True)
    until(lambda: grid._reorder.currentTime() > 20)
    QApplication.processEvents()
    assert grid._reorder.running
    grid.verticalScrollBar().setValue(30)
    until(lambda: most_apart(on_screen(grid), grid.grab().toImage()) <= 2, within_s=20)


def test_without_motion_a_reorder_is_there_at_once(grid: PhotoGrid, model: ResultsModel) -> None:
    fill(model, 12)
    model.set_results(2, 12, *packed(range(12, 0, -1)), reorder=True)
    assert not grid._reorder.running


def test_photos_that_moved_together_stay_selected_together(grid: PhotoGrid, model: ResultsModel) -> None:
    model.set_results(1, 50, *packed(range(50)))
    grid.select_rows(range(10, 14))
    model.set_results(2, 50, *packed([*range(20, 50), *range(20)]), reorder=True)
    assert grid.selected_rows() == [40, 41, 42, 43]
    model.set_results(3, 50, *packed([13, *range(13), *range(14, 50)]), reorder=True)
    assert grid.selected_rows() == [0, 11, 12, 13]
    model.set_results(4, 48, *packed([*range(11), *range(13, 50)]), reorder=True)
    assert grid.selected_rows() == [10, 11], "two have left"
