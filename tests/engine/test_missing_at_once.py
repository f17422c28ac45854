"""Many photos that are gone from a file system that is there: a person is asked, and nothing is dropped before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.known_drives import MANY
from engine.library import Library
from tests.engine.library_at_work import work
from tests.fake_model import FakeModels
from tests.torture.scenario import found, open_library, paint_photos

COUNT = MANY + 20


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    paint_photos(tmp_path / "photos" / "year", COUNT)
    paint_photos(tmp_path / "photos" / "other", 10, seed=7)
    with open_library(tmp_path / "library", FakeModels()) as opened:
        opened.add_folder(os.fsencode(tmp_path / "photos"))
        work(opened)
        yield opened


def look(library: Library) -> tuple[int, int, int]:
    """Photos that are searchable, missing, and asked about, after a scan."""
    library.request_scan()
    work(library)
    (folder,) = library.folders()
    assert len(found(library)) == folder.ready
    return folder.ready, folder.missing, folder.in_doubt


def test_what_is_missing_at_once_stays_and_is_asked_about_until_it_is_back(library: Library, tmp_path: Path) -> None:
    (tmp_path / "photos" / "year").rename(tmp_path / "away")
    assert look(library) == look(library) == (COUNT + 10, 0, COUNT)
    (tmp_path / "away").rename(tmp_path / "photos" / "year")
    assert look(library) == (COUNT + 10, 0, 0)
    assert library.problems() == []


def test_what_was_deleted_is_missing_and_nobody_is_asked_twice(library: Library, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "photos" / "year")
    assert look(library) == (COUNT + 10, 0, COUNT)
    library.say_missing(os.fsencode(tmp_path / "photos"), deleted=True)
    work(library)
    assert look(library) == (10, COUNT, 0)
    assert library.problems() == []


def test_what_will_be_back_is_kept_over_a_restart_and_only_more_asks_again(tmp_path: Path) -> None:
    paint_photos(tmp_path / "photos" / "year", COUNT)
    paint_photos(tmp_path / "photos" / "other", COUNT + 5, seed=7)
    paint_photos(tmp_path / "photos" / "third", 10, seed=8)
    with open_library(tmp_path / "library", FakeModels()) as library:
        library.add_folder(os.fsencode(tmp_path / "photos"))
        work(library)
        (tmp_path / "photos" / "year").rename(tmp_path / "away")
        assert look(library)[2] == COUNT
        library.say_missing(os.fsencode(tmp_path / "photos"), deleted=False)
        work(library)
    with open_library(tmp_path / "library", FakeModels()) as library:
        assert look(library) == (2 * COUNT + 15, 0, 0)
        (tmp_path / "photos" / "other").rename(tmp_path / "away too")
        assert look(library) == (2 * COUNT + 15, 0, 2 * COUNT + 5)


def test_a_folder_that_was_renamed_asks_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "photos" / "year").rename(tmp_path / "photos" / "2024")
    assert look(library) == (COUNT + 10, 0, 0)
    assert all(b"/year/" not in path for path in found(library))


def test_copies_that_came_before_count_as_moves(library: Library, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "photos" / "year", tmp_path / "photos" / "copy")
    assert look(library)[0] == 2 * COUNT + 10
    shutil.rmtree(tmp_path / "photos" / "year")
    assert look(library) == (COUNT + 10, 0, 0)


def test_a_few_are_missing_without_a_question(library: Library, tmp_path: Path) -> None:
    for path in sorted((tmp_path / "photos" / "year").iterdir())[:MANY]:
        path.unlink()
    assert look(library) == (30, MANY, 0)
