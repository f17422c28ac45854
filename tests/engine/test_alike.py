"""Photos that show the same are one row, the best of them first."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.alike import stacked
from engine.catalog import PhotoRow
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from tests.engine.library_at_work import COLOURS, hits, index, names, paint, results
from tests.fake_model import FakeModels


def photo(photo_id: int, content_id: int, **facts: object) -> PhotoRow:
    values = {"path": b"/p/%d.jpg" % photo_id, "pixel_hash": b"", "width": 40, "height": 30, **facts}
    return PhotoRow(photo_id, content_id, **values)  # type: ignore[arg-type]


def test_of_copies_the_one_within_reach_with_the_larger_file_comes_first() -> None:
    copies = [photo(1, 5, size=10), photo(2, 5, size=30), photo(3, 5, size=50, offline=True), photo(4, 5, size=30)]
    (row,) = stacked(np.array([5]), {5: copies})
    assert [copy.photo_id for copy in row.photos] == [2, 4, 1, 3]


def test_contents_without_a_photo_leave_no_row() -> None:
    rows = stacked(np.array([7, 5]), {5: [photo(1, 5)]})
    assert [(row.place, row.photos[0].photo_id) for row in rows] == [(1, 1)]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / f"{name}.png", colour)
    (tmp_path / "photos" / "backup").mkdir()
    shutil.copy2(tmp_path / "photos" / "red.png", tmp_path / "photos" / "backup" / "red again.png")
    return tmp_path / "photos"


@pytest.fixture
def library(tmp_path: Path, photos: Path) -> Iterator[Library]:
    with Library.open(Locations.at(os.fsencode(tmp_path / "library")), models=FakeModels(), workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        yield opened


def test_copies_are_one_row_with_a_count(library: Library) -> None:
    found = hits(library, Search(1, "red", rerank=False))
    assert len(found) == 4
    assert [hit.alike for hit in found] == [1, 0, 0, 0]
    assert len({hit.content_id for hit in found}) == 4


def test_the_photos_behind_a_row_are_told_with_that_row_s_own_first(library: Library) -> None:
    last = results(library, Search(1, "red", rerank=False))[-1]
    assert struct.unpack("<4I", last.alike) == (1, 0, 0, 0)
    (row,) = library.hits(last.result, 0, 1)
    behind = library.alike(last.result, 0)
    assert behind[0] == row
    assert sorted(names(behind)) == ["red again.png", "red.png"]
    assert len(library.alike(last.result, 1)) == 1
    assert library.alike(last.result, 4) == library.alike(last.result, -1) == library.alike(99, 0) == []


def test_every_copy_can_be_asked_for(library: Library) -> None:
    last = results(library, Search(1, "red", every_copy=True))[-1]
    assert (last.count, last.alike) == (5, b"")


def test_the_limit_counts_rows(library: Library) -> None:
    last = results(library, Search(1, "red", limit=2, rerank=False))[-1]
    assert last.count == 2
    assert struct.unpack("<2I", last.alike) == (1, 0)
