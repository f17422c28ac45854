from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.grid_drag import drag_data
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.widgets.photo_marks import LABELS, flags_rect
from tests.desktop_app.pictures import hit


def test_marks_are_painted_only_where_they_were_set_and_follow_a_change(qapp: QApplication) -> None:
    loader = ThumbnailLoader()
    model, grid = ResultsModel(loader), PhotoGrid(DARK)
    grid.set_animated(False)
    grid.setModel(model)
    grid.resize(900, 400)
    grid.show()
    model.set_photos(1, [hit(1), hit(2)])
    plain = grid.viewport().grab().toImage()
    model.change_hits([1, 99], lambda some: replace(some, rating=3, pick=1, label="red"))
    marked = grid.viewport().grab().toImage()
    place = flags_rect(grid.visualRect(model.index(0)), hit(1, rating=3, pick=1, label="red"))
    assert place.width() > 40
    reds = [
        marked.pixelColor(x, place.center().y())
        for x in range(place.left(), place.right())
        if marked.pixelColor(x, place.center().y()) == LABELS["red"]
    ]
    assert len(reds) >= 6
    other = grid.visualRect(model.index(1))
    assert marked.copy(other) == plain.copy(other)
    model.change_hits([1], lambda some: replace(some, rating=0, pick=0, label=""))
    assert grid.viewport().grab().toImage() == plain
    grid.close()
    grid.deleteLater()
    loader.close()


def test_marks_give_way_where_a_photo_is_too_small_for_them() -> None:
    five = hit(1, rating=5, pick=1, label="blue")
    assert flags_rect(QRect(0, 0, 60, 60), five).isEmpty()
    assert not flags_rect(QRect(0, 0, 200, 120), five, lifted=True).isEmpty()


def test_a_photo_in_two_files_wears_a_badge_and_is_handed_on_with_both(qapp: QApplication) -> None:
    loader = ThumbnailLoader()
    model, grid = ResultsModel(loader), PhotoGrid(DARK)
    grid.set_animated(False)
    grid.setModel(model)
    grid.resize(900, 400)
    grid.show()
    plain = [hit(1, path=b"/p/IMG_1.JPG", alike=1), hit(2, path=b"/p/IMG_2.JPG")]
    model.set_photos(1, plain)
    before = grid.viewport().grab().toImage()
    model.set_photos(1, [replace(plain[0], pair=b"/p/IMG_1.CR2"), plain[1]])
    place = grid.visualRect(model.index(0))
    corner = QRect(place.right() - 70, place.top(), 70, 34)
    assert grid.viewport().grab().toImage().copy(corner) != before.copy(corner)
    names = [url.fileName() for url in drag_data(model, [0, 1]).urls()]
    assert names == ["IMG_1.JPG", "IMG_1.CR2", "IMG_2.JPG"]
    model.both_files = False
    assert [url.fileName() for url in drag_data(model, [0]).urls()] == ["IMG_1.JPG"]
    grid.close()
    grid.deleteLater()
    loader.close()
