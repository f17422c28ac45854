from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.result_days import DayGroup, day_groups, spoken_days
from desktop_app.result_rows import unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.grid_view import HEADING_PX
from desktop_app.widgets.photo_grid import PhotoGrid
from tests.desktop_app.pictures import hit, packed, until

LEFT, NONE, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
JUNE_14 = 16_235  # of 2014, a Saturday


@pytest.fixture
def grid(qapp: QApplication) -> Iterator[PhotoGrid]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    loader = ThumbnailLoader()
    grid = PhotoGrid(DARK)
    grid.set_animated(False)
    grid.setModel(ResultsModel(loader, grid))
    grid.resize(1000, 640)
    grid.show()
    yield grid
    grid.close()
    grid.deleteLater()
    loader.close()
    QLocale.setDefault(before)


def fill(grid: PhotoGrid, runs: list[tuple[int, int]]) -> ResultsModel:
    """(day, photos), latest first."""
    count = sum(photos for _, photos in runs)
    days = struct.pack(f"<{2 * len(runs)}i", *(value for run in runs for value in run))
    model = grid._results
    model.set_rows(1, unpacked(count, *packed(range(1, count + 1)), days=days))
    model.set_hits(0, [hit(photo_id) for photo_id in range(1, count + 1)][:200], result=1)
    until(lambda: grid.laid_out)
    return model


def test_days_with_hardly_a_photo_share_a_heading_within_their_month() -> None:
    days = [JUNE_14, 37, JUNE_14 - 1, 1, JUNE_14 - 2, 2, JUNE_14 - 6, 9, JUNE_14 - 9, 1, JUNE_14 - 20, 3]
    groups = day_groups(days)
    assert groups == (
        DayGroup(0, 37, JUNE_14, JUNE_14),
        DayGroup(37, 12, JUNE_14 - 1, JUNE_14 - 6),
        DayGroup(49, 1, JUNE_14 - 9, JUNE_14 - 9),
        DayGroup(50, 3, JUNE_14 - 20, JUNE_14 - 20),
    )
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    assert [spoken_days(group) for group in groups[:2]] == ["Saturday, 14 June 2014", "8 – 13 June 2014"]
    QLocale.setDefault(before)


def test_a_heading_stands_above_its_day_stays_at_the_top_and_chooses_the_day(grid: PhotoGrid) -> None:
    model = fill(grid, [(JUNE_14, 37), (JUNE_14 - 3, 5), (JUNE_14 - 40, 30)])
    first = grid.visualRect(model.index(0))
    assert first.y() == 4 + HEADING_PX
    assert grid.time.at(QPoint(60, 20)) == 0
    second = grid.visualRect(model.index(37))
    assert second.x() == 4
    assert second.y() >= grid.visualRect(model.index(36)).bottom() + HEADING_PX

    grid.verticalScrollBar().setValue(200)
    assert grid.time.at(QPoint(60, 20)) == 0  # it has stayed
    QTest.mouseClick(grid.viewport(), LEFT, NONE, QPoint(60, 20))
    assert grid.selected_rows() == list(range(37))
    grid.scrollTo(model.index(41))
    QTest.mouseClick(grid.viewport(), LEFT, CTRL, QPoint(60, grid.visualRect(model.index(37)).y() - 20))
    assert grid.selected_rows() == list(range(42))
    grid.set_current_row(50)
    grid.select_day()
    assert grid.selected_rows() == list(range(42, 72))
    grid.set_current_row(45)
    assert grid.visualRect(model.index(45)).y() >= HEADING_PX  # not below the heading


def test_a_heading_that_is_pressed_with_an_unsteady_hand_chooses_its_day(grid: PhotoGrid) -> None:
    model = fill(grid, [(JUNE_14, 37), (JUNE_14 - 3, 5)])
    QTest.mouseClick(grid.viewport(), LEFT, NONE, grid.visualRect(model.index(20)).center())
    view, at = grid.viewport(), QPoint(60, 20)
    QTest.mousePress(view, LEFT, NONE, at)
    for step in (3, 30, 90):
        to = QPointF(at + QPoint(step, step))
        held = (view.mapToGlobal(to), LEFT, LEFT, NONE)
        QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, to, *held))
    QTest.mouseRelease(view, LEFT, NONE, at + QPoint(90, 90))
    assert grid.selected_rows() == list(range(37)), "no band from wherever one clicked before"


def test_photos_of_one_month_need_no_way_to_another(grid: PhotoGrid) -> None:
    fill(grid, [(JUNE_14, 60), (JUNE_14 - 1, 40)])
    assert not grid.time.scrubber.isVisible()
    assert grid.verticalScrollBar().isVisible()


def test_answers_to_a_sentence_have_no_headings_and_no_years(grid: PhotoGrid) -> None:
    fill(grid, [(JUNE_14, 60), (JUNE_14 - 40, 40)])
    assert grid.time.scrubber.isVisible()
    narrow = grid.viewport().width()
    grid._results.set_rows(2, unpacked(100, *packed(range(1, 101))))
    until(lambda: grid.laid_out)
    assert not grid.time.scrubber.isVisible()
    assert grid.viewport().width() > narrow
    assert grid.visualRect(grid.model().index(0, 0)).y() == 4


def test_the_years_lead_to_where_their_photos_begin(grid: PhotoGrid) -> None:
    runs = [(JUNE_14 - 91 * n, 40) for n in range(40)]  # ten years
    model = fill(grid, runs)
    scrubber = grid.time.scrubber
    marks = scrubber.marks()
    assert [year for _, year in marks] == [str(year) for year in range(2014, 2003, -1)]
    y = next(y for y, year in marks if year == "2009")
    QTest.mousePress(scrubber, LEFT, NONE, QPoint(20, y))
    QTest.mouseMove(scrubber, QPoint(20, y + 2))
    assert "2009" in scrubber.bubble.text()
    QTest.mouseRelease(scrubber, LEFT, NONE, QPoint(20, y + 2))
    first = next(iter(grid._visible_rows()))
    assert spoken_days(model.groups[grid.time._days.group_of(first)]).endswith(("2009", "2010"))
    QTest.mousePress(scrubber, LEFT, NONE, QPoint(20, scrubber.height()))
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    QTest.mouseRelease(scrubber, LEFT, NONE, QPoint(20, scrubber.height()))


def test_with_alt_a_band_begins_on_a_photo_too(grid: PhotoGrid) -> None:
    model = fill(grid, [(JUNE_14, 30)])
    alt = Qt.KeyboardModifier.AltModifier
    start, end = (grid.visualRect(model.index(row)).center() for row in (1, 6))
    QTest.mousePress(grid.viewport(), LEFT, alt, start)
    QTest.mouseMove(grid.viewport(), (start + end) / 2)
    QTest.mouseMove(grid.viewport(), end)
    touched = grid.selected_rows()
    QTest.mouseRelease(grid.viewport(), LEFT, alt, end)
    assert {1, 6} <= set(touched)
    assert grid.selected_rows() == touched


def test_squares_show_the_middle_of_every_photo_in_equal_cells(grid: PhotoGrid, tmp_path: Path) -> None:
    image = QImage(512, 128, QImage.Format.Format_RGB32)  # a panorama, red in its middle alone
    image.fill(QColor("#0000ff"))
    for x in range(192, 320):
        for y in range(128):
            image.setPixelColor(x, y, QColor("#ff0000"))
    assert image.save(str(tmp_path / "wide.jpg"), "JPEG", 95)
    thumbnail = str(tmp_path / "wide.jpg").encode()
    grid.set_squares(True)
    model = grid._results
    model.set_rows(1, unpacked(9, *packed(range(1, 10), [4.0] * 9)))
    model.set_hits(0, [hit(n, thumbnail, width=4000, height=1000) for n in range(1, 10)], result=1)
    until(lambda: model.thumbnail(8))
    cell = grid.visualRect(model.index(0))
    assert abs(cell.width() - cell.height()) <= 1
    until(lambda: grid.viewport().grab().toImage().pixelColor(cell.center()).red() > 200)
    seen = grid.viewport().grab().toImage()
    sizes = {grid.visualRect(model.index(row)).width() for row in range(9)}
    assert max(sizes) - min(sizes) <= 1, "also in a line that is not full"
    corners = (cell.topLeft() + QPoint(12, 12), cell.bottomRight() - QPoint(12, 12))
    assert all(seen.pixelColor(at).red() > 200 and seen.pixelColor(at).blue() < 60 for at in corners)
    grid.set_squares(False)
    assert grid.visualRect(model.index(0)).width() > 2 * grid.visualRect(model.index(0)).height()
