"""Drives that go away while photos are scanned, opened or waited for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.catalog import Catalog
from engine.errors import DiskFull
from engine.known_drives import AWAY, KnownDrives
from engine.library import Library
from engine.locations import Locations
from engine.moved_photos import device_of
from engine.photo import Folder
from engine.rescanner import Rescanner
from tests.engine.library_at_work import COLOURS, index, paint, work
from tests.fake_model import FakeModels


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    with Library.open(locations, models=FakeModels(), workers=1) as opened:  # type: ignore[arg-type]
        opened.load_model()
        yield opened


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(12):
        paint(tmp_path / "photos" / "below" / f"{number}.png", (number * 20, 10, 200))
    paint(tmp_path / "photos" / "beside.png", COLOURS["red"])
    return tmp_path / "photos"


@pytest.mark.slow
def test_photos_that_go_while_they_wait_end_the_run_and_come_back(library: Library, photos: Path) -> None:
    library.add_folder(os.fsencode(photos))
    while library.progress().pending < 13:
        library.step(0.001)
    (photos / "below").rename(photos.parent / "elsewhere")
    work(library)
    assert library.progress().unreadable == library.progress().pending == 0
    (photos.parent / "elsewhere").rename(photos / "below")
    library.request_scan()
    work(library)
    assert (library.progress().ready, library.progress().missing) == (13, 0)


def test_deleted_photos_of_a_folder_that_is_there_are_missing(library: Library, photos: Path) -> None:
    index(library, photos)
    shutil.rmtree(photos / "below")
    library.request_scan()
    work(library)
    assert (library.progress().ready, library.progress().missing) == (1, 12)


def test_a_drive_below_a_folder_is_missed_until_it_is_forgotten(library: Library, photos: Path) -> None:
    index(library, photos)
    drives = KnownDrives(library._catalog)
    folder = library.folders()[0]
    drive = os.fsencode(photos / "below")
    assert drives.away(folder, [drive]) == []
    assert [(problem.path, problem.reason) for problem in drives.away(folder, [])] == [(drive, AWAY)]
    assert drives.away(folder, [drive]) == []
    drives.forget(folder.id)
    assert drives.away(folder, []) == []


def test_only_another_file_system_without_most_photos_is_another_drive(library: Library, photos: Path) -> None:
    index(library, photos)
    drives, folder = KnownDrives(library._catalog), library.folders()[0]
    assert not drives.is_another(folder)
    library._catalog.set_folder_device(folder.id, device_of(folder.path) + 1)
    assert drives.is_another(folder)
    large = Folder(1, b"/photos", ready=1000)
    assert [drives.too_many(large, unseen) for unseen in (0, 50, 90, 101, 1000)] == [False, False, False, True, True]
    assert drives.too_many(Folder(1, b"/photos", ready=3), 3)


def test_a_walk_that_met_a_full_disk_begins_anew_and_misses_nothing(library: Library, photos: Path) -> None:
    index(library, photos)
    full = FullCatalog(library._catalog)
    rescanner = Rescanner(full, own_folders=())  # type: ignore[arg-type]
    rescanner.request()
    for _ in range(2):
        with pytest.raises(DiskFull):
            walk(rescanner)
    full.fails = ""
    walk(rescanner)
    assert (library.progress().ready, library.progress().missing) == (13, 0)


def walk(rescanner: Rescanner) -> None:
    while rescanner.slice(0.0):
        pass


class FullCatalog:
    """A catalog on a full disk: the one call fails first, the other next."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.fails = "record_entries"

    def __getattr__(self, name: str) -> Any:
        if name == self.fails:
            self.fails = "finish_scan"
            raise DiskFull("No room for the catalog", path=b"/library")
        return getattr(self._catalog, name)
