"""`afterimage duplicates` on a real library, without and with an engine beside it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app import __main__ as entry
from engine.library import Library
from engine.locations import Locations
from engine.messages import DuplicateGroup, Duplicates, FindDuplicates, Kinship
from engine.vector_index import VectorIndex
from tests.engine.library_at_work import OLD, index, work
from tests.fake_model import FakeModels
from tests.photos import draw

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """One scene four times (a copy, one with other metadata, a small one), and two others."""
    folder = tmp_path / "photos"
    (folder / "sent").mkdir(parents=True)
    scene = draw((800, 600), seed=5)
    scene.save(folder / "scene.png")
    shutil.copy2(folder / "scene.png", folder / "sent" / "scene copy.png")
    scene.save(folder / "plain.png", compress_level=1)
    scene.resize((400, 300)).save(folder / "sent" / "small.jpg", quality=70)
    scene.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(folder / "other.png")
    scene.transpose(Image.Transpose.ROTATE_90).save(folder / "third.jpg")
    for path in folder.rglob("*.*"):
        os.utime(path, (OLD, OLD))
    return folder


@pytest.fixture
def locations(tmp_path: Path, photos: Path) -> Locations:
    """A library that is not open."""
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        index(library, photos)
    return locations


@pytest.fixture
def run(locations: Locations, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run(*arguments: str | Path) -> tuple[int, bytes, str]:
        status = entry.main(["duplicates", "--library", os.fsdecode(locations.data), *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return run


def found(library: Library, *, folder: Path | None = None, near: bool = False) -> list[DuplicateGroup]:
    request = FindDuplicates(1, os.fsencode(folder) if folder else None, near)
    return [group for page in library.duplicates.find(request) if isinstance(page, Duplicates) for group in page.groups]


def names(group: DuplicateGroup) -> list[str]:
    return [os.path.basename(photo.path).decode() for photo in group.photos]


def test_groups_are_listed_with_sizes_and_nothing_is_touched(run: Run, photos: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in photos.rglob("*")}
    status, out, err = run()
    lines = out.decode().splitlines()
    assert (status, err) == (0, "")
    assert lines[0].startswith("same pixels: 3 photos, ")
    assert len(lines) == 6
    assert all("800 x 600" in line and str(photos) in line for line in lines[1:4])
    assert lines[-1].startswith("1 group, 2 copies, ")
    assert {path: path.stat().st_mtime_ns for path in photos.rglob("*")} == before


def test_json_has_one_group_a_line_the_best_photo_first(run: Run, photos: Path) -> None:
    status, out, _ = run("--json")
    (group,) = map(json.loads, out.splitlines())
    assert status == 0
    assert group["kinship"] == "same pixels"
    best, *copies = group["photos"]
    assert best["path"] == str(photos / "plain.png")
    assert best["bytes"] == (photos / "plain.png").stat().st_size
    assert group["spare_bytes"] == sum(copy["bytes"] for copy in copies)
    assert set(best) == {"path", "bytes", "width", "height", "taken_at", "offline"}


def test_paths_are_those_of_the_copies_only(run: Run, photos: Path) -> None:
    copies = {os.fsencode(photos / "scene.png"), os.fsencode(photos / "sent" / "scene copy.png")}
    assert set(run("--paths")[1].split(b"\n")) == copies | {b""}
    assert set(run("-0")[1].split(b"\0")) == copies | {b""}


def test_a_folder_without_copies_is_status_1_and_one_that_is_not_there_3(run: Run, photos: Path) -> None:
    status, out, err = run(photos / "sent")
    assert (status, out) == (1, b"")
    assert err == f"No photo is there twice below {photos / 'sent'} (for resized or edited copies: --near).\n"
    status, out, err = run(photos / "gone")
    assert (status, out) == (3, b"")
    assert "There is no such folder" in err


def test_without_a_library_it_is_status_3_and_none_is_made(run: Run, locations: Locations) -> None:
    shutil.rmtree(locations.data)
    status, out, err = run()
    assert (status, out) == (3, b"")
    assert "index a folder first" in err
    assert not os.path.exists(locations.data)


def test_near_duplicates_join_their_copies(locations: Locations, photos: Path) -> None:
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        (group,) = found(library, near=True)
        assert group.kinship is Kinship.NEAR
        assert names(group) == ["plain.png", "scene.png", "scene copy.png", "small.jpg"]
        (group,) = found(library, folder=photos / "sent", near=True)
        assert names(group) == ["scene copy.png", "small.jpg"]
        (group,) = found(library)
        assert len(group.photos) == 3


def test_identical_files_are_told_from_equal_pixels(locations: Locations, photos: Path) -> None:
    (photos / "plain.png").unlink()
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        library.request_scan()
        work(library)
        assert [group.kinship for group in found(library)] == [Kinship.IDENTICAL]


def test_a_library_from_before_there_were_sketches_is_sketched_in_idle_time(locations: Locations) -> None:
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        known = library._catalog.alike.sketches(range(100))
        library._catalog._file.write("DELETE FROM sketches")
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        work(library)
        again = library._catalog.alike.sketches(range(100))
    assert again.keys() == known.keys()
    assert all(np.abs(again[content].astype(int) - known[content]).max() <= 4 for content in known)


@pytest.mark.parametrize(("count", "built"), [(50, 0), (5_000, 5_000), (5_000, 4_000)])
def test_neighbours_are_those_of_an_exact_search(tmp_path: Path, count: int, built: int) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((count, 16)).astype(np.float32)
    rows[1::2] = rows[::2] + 0.1 * rng.standard_normal((count // 2, 16))  # each has one that is near
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex(os.fsencode(tmp_path), 16)
    index.stage(np.arange(built) + 10, rows[:built])
    while index.build_slice(1.0):
        pass
    index.stage(np.arange(built, count) + 10, rows[built:])
    asked = np.array([10, 11, 13, count + 9, 9_999_999])
    ids, others, cosines = index.neighbours(asked, 8, at_least=0.9)
    pairs = set(zip(ids.tolist(), others.tolist(), strict=True))
    assert {(10, 11), (11, 10), (13, 12), (count + 9, count + 8)} <= pairs
    assert cosines.min() >= 0.9
    assert all(one != other for one, other in pairs)
