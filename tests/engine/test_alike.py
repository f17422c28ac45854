"""Photos that show the same are one row, the best of them first."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from engine.alike import Likeness, Stack, correlations, one_row_a_content, same_pictures, stacked
from engine.calibration import Expected
from engine.catalog import PhotoRow
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from engine.photo_search import _of_rows
from engine.searcher import Answer, Ranking
from tests.engine.library_at_work import OLD, hits, index, names, results, work
from tests.fake_model import FakeModels
from tests.photos import draw, draw_photo


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
def photos(photos: Path) -> Path:
    (photos / "backup").mkdir()
    shutil.copy2(photos / "red.png", photos / "backup" / "red again.png")
    return photos


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


def test_browsing_shows_copies_as_one_row(library: Library, photos: Path) -> None:
    found = hits(library, Search(1, ""))
    assert sorted((name, hit.alike) for name, hit in zip(names(found), found, strict=True)) == [
        ("blue.png", 0), ("dark.png", 0), ("green.png", 0), ("red.png", 1),
    ]  # fmt: skip
    assert len(hits(library, Search(1, "", every_copy=True))) == 5
    assert len(hits(library, Search(1, "", limit=3))) == 3
    last = results(library, Search(1, ""))[-1]
    row = names(library.hits(last.result, 0, 9)).index("red.png")
    assert names(library.alike(last.result, row)) == ["red.png", "red again.png"]
    (only,) = hits(library, Search(1, "", folder=os.fsencode(photos / "backup")))
    assert (names([only]), only.alike) == (["red again.png"], 0)


def test_copies_collapse_into_the_place_of_the_first_and_show_the_best() -> None:
    shown = np.array([9, 5, 8, 2, 7, 4])
    rows, behind, counts = one_row_a_content(shown, np.array([2, 5, 99, 7, 8, 4]), np.array([1, 1, 1, 3, 3, 3]))
    assert rows.tolist() == [9, 2, 7, -1, -1, -1]
    assert behind.tolist() == [5, 8, 4]
    assert counts.tolist() == [0, 1, 2, 0, 0, 0]


def test_the_limit_counts_rows(library: Library) -> None:
    last = results(library, Search(1, "red", limit=2, rerank=False))[-1]
    assert last.count == 2
    assert struct.unpack("<2I", last.alike) == (1, 0)


# ---- near-duplicates and bursts -----------------------------------------------------------------------------------


def near(ids: list[int], same: list[tuple[int, int]] = (), together: list[tuple[int, int]] = ()) -> Likeness:  # type: ignore[assignment]
    def table(pairs: list[tuple[int, int]]) -> np.ndarray:
        found = np.eye(len(ids), dtype=bool)
        for one, other in pairs:
            a, b = ids.index(one), ids.index(other)
            found[a, b] = found[b, a] = True
        return found

    return Likeness(np.array(ids), table(same), table(together))


def rows(ranked: list[int], photos: dict[int, list[PhotoRow]], alike: Likeness) -> list[list[int]]:
    return [[one.photo_id for one in stack.photos] for stack in stacked(np.array(ranked), photos, alike=alike)]


def test_a_row_takes_the_place_of_its_best_content_and_shows_the_largest_of_the_same_picture() -> None:
    photos = {4: [photo(4, 4)], 5: [photo(5, 5)], 6: [photo(6, 6, width=400)], 7: [photo(7, 7, width=900)]}
    alike = near([4, 5, 6, 7], same=[(5, 6)], together=[(5, 7)])
    assert rows([4, 5, 6, 7], photos, alike) == [[4], [6, 5, 7]]


def test_the_frame_with_the_highest_score_stands_for_its_burst() -> None:
    photos = {content: [photo(content, content, width=content)] for content in (1, 2, 3)}
    alike = near([1, 2, 3], together=[(1, 2), (1, 3), (2, 3)])
    assert rows([2, 3, 1], photos, alike) == [[2, 3, 1]]


def test_a_chain_of_small_differences_is_not_one_row() -> None:
    photos = {content: [photo(content, content)] for content in (1, 2, 3)}
    assert rows([1, 2, 3], photos, near([1, 2, 3], same=[(1, 2), (2, 3)])) == [[1, 2], [3]]


def test_a_content_that_was_not_compared_is_a_row_of_its_own() -> None:
    photos = {content: [photo(content, content)] for content in (1, 2, 9)}
    assert rows([9, 1, 2], photos, near([1, 2], same=[(1, 2)])) == [[9], [1, 2]]


@pytest.mark.parametrize(
    ("cosine", "correlation", "same"),
    [(1.0, 1.0, True), (0.95, 0.91, True), (0.99, 0.7, False), (0.55, 1.0, False), (0.65, 0.98, True)],
)
def test_the_same_picture_takes_both_what_is_seen_and_where(cosine: float, correlation: float, same: bool) -> None:
    assert bool(same_pictures(np.array(cosine), np.array(correlation))) is same


def test_brightness_and_contrast_change_no_correlation_and_walls_have_none() -> None:
    scene = np.random.default_rng(1).integers(60, 180, 64)
    wall = np.full(64, 120) + np.arange(64) % 2
    found = correlations(np.stack([scene, scene * 0.8 + 10, wall, wall]).astype(np.uint8))
    assert found[0, 1] > 0.999
    assert found[2, 3] < 0.5


def shoot(
    path: Path, second: int, *, seed: int = 3, camera: tuple[str, str] | None = ("Make", "One"), **options: Any
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_photo(path, size=(320, 240), seed=seed, camera=camera, taken_at=f"2024:05:06 07:08:{second:02}", **options)
    os.utime(path, (OLD, OLD))


def shown(library: Library, folder: Path) -> list[list[str]]:
    """The names behind each row of everything in a folder."""
    last = results(library, Search(1, "blue", rerank=False, folder=os.fsencode(folder)))[-1]
    return sorted(sorted(names(library.alike(last.result, row))) for row in range(last.count))


def test_frames_of_one_camera_within_seconds_are_one_row(library: Library, photos: Path) -> None:
    folder = photos / "burst"
    for place, second in enumerate((1, 3, 5, 20)):
        shoot(folder / f"{place}.jpg", second, seed=place)
    shoot(folder / "other camera.jpg", 3, seed=9, camera=("Make", "Two"))
    shoot(folder / "no camera.jpg", 3, seed=10, camera=None)
    library.request_scan()
    work(library)
    assert shown(library, folder) == [["0.jpg", "1.jpg", "2.jpg"], ["3.jpg"], ["no camera.jpg"], ["other camera.jpg"]]


def test_a_smaller_brighter_and_harder_compressed_copy_is_the_same_picture(library: Library, photos: Path) -> None:
    folder = photos / "edited"
    folder.mkdir()
    scene = draw((800, 600), seed=5)
    ImageEnhance.Brightness(scene.resize((300, 225)).crop((6, 4, 295, 220))).enhance(1.1).save(
        folder / "sent.jpg", quality=40
    )
    scene.save(folder / "original.png")
    scene.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(folder / "other.png")
    for path in folder.iterdir():
        os.utime(path, (OLD, OLD))
    library.request_scan()
    work(library)
    assert shown(library, folder) == [["original.png", "sent.jpg"], ["other.png"]]
    (row,) = [hit for hit in hits(library, Search(2, "blue", folder=os.fsencode(folder))) if hit.alike]
    assert names([row]) == ["original.png"]


def test_two_formats_of_one_name_in_one_folder_are_one_row(library: Library, photos: Path) -> None:
    turned = {
        "1/a.jpg": "FLIP_LEFT_RIGHT",
        "1/a.png": "FLIP_TOP_BOTTOM",
        "1/b.jpg": "ROTATE_90",
        "2/a.jpg": "ROTATE_270",
    }
    for name, turn in turned.items():
        path = photos / "formats" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(seed=5).transpose(Image.Transpose[turn]).save(path)
        os.utime(path, (OLD, OLD))
    library.request_scan()
    work(library)
    assert shown(library, photos / "formats" / "1") == [["a.jpg", "a.png"], ["b.jpg"]]
    assert len(shown(library, photos / "formats")) == 3


def test_the_search_goes_deeper_where_one_burst_would_fill_the_result(library: Library, photos: Path) -> None:
    for place in range(120):
        shoot(photos / "burst" / f"{place}.jpg", place // 3 % 60, seed=place)
    library.request_scan()
    work(library)
    found = hits(library, Search(1, "blue", limit=5, rerank=False))
    assert len(found) == 5
    assert max(hit.alike for hit in found) > 100


def test_what_stands_behind_a_row_is_not_expected_again() -> None:
    likely = np.array([0.9, 0.8, 0.5, 0.2], np.float32)
    ranking = Ranking(np.arange(4), likely, likely, np.zeros(4, bool), likely)
    answer = Answer(3, 0.9, Expected(4.0, 3.0, 6.0))
    stacks = [Stack(0, (photo(1, 0),)), Stack(2, (photo(2, 2),)), Stack(3, (photo(3, 3),))]
    expected = _of_rows(answer, ranking, stacks).expected
    assert expected is not None
    assert (expected.count, expected.low, expected.high) == pytest.approx((3.2, 2.4, 4.8))
    assert _of_rows(Answer(4, uncalibrated="why"), ranking, stacks) == Answer(4, uncalibrated="why")
