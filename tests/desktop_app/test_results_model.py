from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from desktop_app.dropped import local_path
from desktop_app.result_rows import unpacked
from desktop_app.results_model import (
    AspectRole,
    HitRole,
    PhotoIdRole,
    ResultsModel,
    ThumbnailRole,
    ToneRole,
    file_url,
    photo_name,
)
from desktop_app.thumbnail_loader import ThumbnailLoader
from engine.config import HIT_PAGE
from tests.desktop_app.pictures import TONE, Ear, hit, jpeg, packed, until


@pytest.fixture
def loader(qapp: QApplication) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader()
    yield loader
    loader.close()


@pytest.fixture
def model(loader: ThumbnailLoader) -> ResultsModel:
    return ResultsModel(loader)


def asked(model: ResultsModel) -> Ear:
    ear = Ear()
    model.page_needed.connect(ear.hear)
    return ear


def test_rows_are_known_at_once_and_hits_when_their_page_comes(model: ResultsModel) -> None:
    model.set_results(1, 3, *packed([30, 10, 20], [1.5, 0.75, 2.0]))
    index = model.index(1)
    assert model.rowCount() == 3
    assert index.data(PhotoIdRole) == 10
    assert index.data(AspectRole) == 0.75
    assert index.data(ToneRole) == TONE
    assert index.data(HitRole) is None
    model.set_hits(0, [hit(30), hit(10), hit(20)], result=1)
    assert index.data(HitRole).photo_id == 10
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "photo 10.jpg, 14 Jul 2021, 18:03, 87\u00a0% match"


def test_qt_finds_nothing_wrong_with_the_model(model: ResultsModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_results(1, 4, *packed([1, 2, 3, 4]))
    model.set_hits(0, [hit(1), hit(2), hit(3), hit(4)], result=1)
    model.set_results(2, 2, *packed([2, 1]), reorder=True)
    assert tester.model() is model


def test_what_is_less_likely_is_folded_away_until_somebody_wants_it(model: ResultsModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    ear = asked(model)
    model.set_rows(1, unpacked(6, *packed([1, 2, 3, 4, 5, 6])), split=2)
    assert (model.rowCount(), model.split, model.rest) == (2, 2, 4)
    model.set_hits(0, [hit(1), hit(2)], result=1)
    model.unfold(True)
    assert (model.rowCount(), model.photo_id(5)) == (6, 6)
    assert model.hit(0) is not None
    model.show(0, 5)
    assert ear.heard[-1] == (0, 6)
    model.set_rows(2, unpacked(6, *packed([2, 1, 3, 4, 5, 6])), split=3, reorder=True)
    assert model.rowCount() == 6, "what is seen stays in sight when it is told again"
    model.unfold(False)
    assert model.rowCount() == 3
    model.set_rows(3, unpacked(2, *packed([7, 8])))
    assert (model.rowCount(), model.rest, model.unfolded) == (2, 0, False)
    assert tester.model() is model


def test_rows_tell_how_many_photos_stand_behind_them(model: ResultsModel) -> None:
    model.set_rows(1, unpacked(2, *packed([1, 2]), struct.pack("<2I", 0, 3)))
    model.set_hits(0, [hit(1), hit(2)], result=1)
    assert (model.alike(0), model.alike(1)) == (0, 3)
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole).endswith("3 photos like it")
    model.set_photos(2, [hit(5), hit(6)])
    assert (model.photo_id(1), model.alike(1)) == (6, 0)
    assert model.hit(1) is not None


def test_a_page_is_asked_for_once_and_again_only_after_a_restart(model: ResultsModel) -> None:
    ear = asked(model)
    model.set_results(1, 1000, *packed(range(1000)))
    model.show(0, 20)
    model.show(3, 25)
    assert ear.heard == [(0, HIT_PAGE)]
    model.ask_again()
    model.show(0, 20)
    assert ear.heard == [(0, HIT_PAGE)] * 2


def test_the_page_in_sight_is_asked_for_before_its_neighbour(model: ResultsModel) -> None:
    ear = asked(model)
    model.set_results(1, 1000, *packed(range(1000)))
    model.show(370, 390)
    assert ear.heard == [(200, 200), (400, 200)]


def test_the_last_page_is_only_as_long_as_the_result(model: ResultsModel) -> None:
    ear = asked(model)
    model.set_results(1, 250, *packed(range(250)))
    model.show(240, 249)
    assert (200, 50) in ear.heard


def test_a_late_page_of_an_older_result_is_ignored(model: ResultsModel) -> None:
    model.set_results(1, 2, *packed([1, 2]))
    model.set_results(2, 2, *packed([3, 4]))
    model.set_hits(0, [hit(1), hit(2)], result=1)
    assert model.hit(0) is None


def test_a_photo_that_left_the_library_leaves_the_others_of_its_page_where_they_are(model: ResultsModel) -> None:
    model.set_results(1, 4, *packed([1, 2, 3, 4]))
    model.set_hits(0, [hit(1), hit(3), hit(4)], result=1)
    assert [model.hit(row) is not None for row in range(4)] == [True, False, True, True]
    assert model.hit(3).photo_id == 4


def test_a_reorder_keeps_the_hits_with_their_photos(model: ResultsModel) -> None:
    seen = []
    model.set_results(1, 3, *packed([1, 2, 3]))
    model.set_hits(0, [hit(1), hit(2), hit(3)], result=1)
    model.modelReset.connect(lambda: seen.append((model.reordering, list(model.moved_from or ()))))
    model.set_results(2, 3, *packed([3, 9, 1]), reorder=True)
    kept = model.hit(0)
    assert kept is not None
    assert kept.photo_id == 3
    assert model.hit(1) is None
    assert seen == [(True, [2, -1, 0])]
    assert not model.reordering


def test_a_reorder_asks_for_the_hits_anew(model: ResultsModel) -> None:
    model.set_results(1, 3, *packed([1, 2, 3]))
    model.set_hits(0, [hit(1), hit(2), hit(3)], result=1)
    ear = asked(model)
    model.set_results(2, 3, *packed([3, 2, 1]), reorder=True)
    model.show(0, 2)
    assert ear.heard == [(0, 3)]


def test_a_new_search_forgets_the_old_hits(model: ResultsModel) -> None:
    model.set_results(1, 1, *packed([1]))
    model.set_hits(0, [hit(1)], result=1)
    model.set_results(2, 1, *packed([1]))
    assert model.hit(0) is None


@pytest.mark.parametrize("count", [100, 30_000])
def test_photos_are_found_by_their_id(model: ResultsModel, count: int) -> None:
    model.set_results(1, count, *packed(range(1000, 1000 + count)))
    assert model.row_of(1000 + count - 1) == count - 1
    assert model.row_of(7) is None


def test_hits_far_from_sight_are_let_go(model: ResultsModel) -> None:
    count = 100 * HIT_PAGE
    model.set_results(1, count, *packed(range(count)))
    for first in range(0, count, HIT_PAGE):
        model.set_hits(first, [hit(row) for row in range(first, first + HIT_PAGE)], result=1)
    assert model.hit(0) is None
    assert model.hit(count - 1) is not None
    ear = asked(model)
    model.show(0, 10)
    assert ear.heard == [(0, HIT_PAGE)]


def test_arrays_of_the_wrong_length_are_refused(model: ResultsModel) -> None:
    with pytest.raises(ValueError, match="packed"):
        model.set_results(1, 3, *packed([1, 2]))


def test_a_thumbnail_is_told_to_every_row_that_shows_it(model: ResultsModel, tmp_path: os.PathLike[str]) -> None:
    path = jpeg(os.path.join(tmp_path, "t.jpg"))  # type: ignore[arg-type]
    told: list[int] = []
    model.set_results(1, 3, *packed([1, 2, 3]))
    model.set_hits(0, [hit(1, path), hit(2), hit(3, path)], result=1)
    model.dataChanged.connect(lambda first, last, roles: told.append(first.row()) if ThumbnailRole in roles else None)
    model.want_thumbnails([(0, 200), (1, 200), (2, 200)])
    until(lambda: len(told) == 2)
    assert told == [0, 2]
    assert model.index(0).data(ThumbnailRole).width() == 200
    assert model.thumbnail_missing(1)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        (rb"C:\Users\Ann\50% #1.jpg", b"file:///C:/Users/Ann/50%25%20%231.jpg"),
        (rb"\\nas\photos\a.jpg", b"file://nas/photos/a.jpg"),
    ],
)
def test_drives_and_shares_of_windows_go_into_a_file_url_and_back(path: bytes, url: bytes) -> None:
    made = file_url(path, platform="win32")
    assert bytes(made.toEncoded().data()) == url
    assert local_path(made, platform="win32") == path


def test_names_that_are_not_utf8_stay_whole_in_a_file_url(model: ResultsModel) -> None:
    path = b"/photos/caf\xe9 50%#1?.jpg"
    assert bytes(file_url(path).toEncoded().data()) == b"file:///photos/caf%E9%2050%25%231%3F.jpg"
    assert photo_name(hit(1, path=path)) == "caf\ufffd 50%#1?.jpg"
    model.set_results(1, 2, *packed([1, 2]))
    model.set_hits(0, [hit(1, path=path)], result=1)
    mime = model.mimeData([model.index(0), model.index(1)])
    assert mime.data("text/uri-list").data() == b"file:///photos/caf%E9%2050%25%231%3F.jpg\r\n"
