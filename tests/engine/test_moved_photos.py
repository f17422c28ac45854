"""Whole folders that move, vanish or are unplugged, with real files on real file systems and a fake model."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library import Library
from engine.messages import Search
from engine.moved_photos import Whereabouts, device_of, whereabouts
from tests.engine.library_at_work import COLOURS, hits, index, paint, paths, work
from tests.fake_model import FakeModels

OTHER_DISK = Path("/dev/shm")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return draw(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """Where a drive of another file system appears; removing this link unplugs it."""
    if not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=OTHER_DISK) as disk:
        (tmp_path / "drive").symlink_to(disk)
        draw(tmp_path / "drive" / "here")
        yield tmp_path / "drive"


def draw(folder: Path) -> Path:
    for name, colour in COLOURS.items():
        paint(folder / f"{name}.png", colour)
    return folder


def rescan(library: Library) -> None:
    library.request_scan()
    work(library)


def shown(library: Library, sentence: str = "", *, folder: Path | None = None) -> set[Path]:
    """The folders of the photos of a result."""
    narrowed = os.fsencode(folder) if folder else None
    return {
        path.parent
        for path in paths(hits(library, Search(1, sentence, folder=narrowed, rerank=False, every_copy=True)))
    }


def test_a_watched_folder_that_was_renamed_joins_its_old_self(
    library: Library, models: FakeModels, here: Path, there: Path
) -> None:
    index(library, here)
    here.rename(there)
    index(library, there)
    assert models.model.bi_encoder.encoded == 4
    assert (library.progress().ready, library.progress().missing) == (4, 0)
    assert [folder.ready for folder in library.folders()] == [0, 4]
    assert shown(library) == shown(library, "red") == {there}


def test_it_joins_too_when_its_absence_was_noticed_first(
    library: Library, models: FakeModels, here: Path, there: Path
) -> None:
    index(library, here)
    here.rename(there)
    rescan(library)
    assert shown(library, "red") == {here}
    index(library, there)
    assert models.model.bi_encoder.encoded == 4
    assert (library.progress().ready, library.progress().missing) == (4, 0)


def test_a_folder_that_was_copied_and_then_deleted_joins_its_copy(library: Library, here: Path, there: Path) -> None:
    index(library, here)
    shutil.copytree(here, there)
    index(library, there)
    assert library.progress().ready == 8
    shutil.rmtree(here)
    rescan(library)
    assert (library.progress().ready, library.progress().missing) == (4, 0)
    assert shown(library) == {there}


def test_a_folder_that_was_emptied_into_another_joins(library: Library, here: Path, there: Path) -> None:
    index(library, here)
    there.mkdir()
    for photo in here.iterdir():
        photo.rename(there / photo.name)
    index(library, there)
    assert [folder.ready for folder in library.folders()] == [0, 4]


def test_a_single_photo_joins_before_its_old_folder_is_scanned(library: Library, here: Path, there: Path) -> None:
    index(library, here)
    there.mkdir()
    (here / "red.png").rename(there / "red.png")
    index(library, there)
    assert (library.progress().ready, library.progress().missing) == (4, 0)
    assert [folder.ready for folder in library.folders()] == [3, 1]


def test_a_folder_that_moves_there_and_back_is_encoded_once(
    library: Library, models: FakeModels, here: Path, there: Path
) -> None:
    index(library, here)
    here.rename(there)
    index(library, there)
    there.rename(here)
    rescan(library)
    assert models.model.bi_encoder.encoded == 4
    assert (library.progress().ready, shown(library)) == (4, {here})


def test_an_unplugged_drive_keeps_its_photos_beside_their_copies(
    library: Library, models: FakeModels, drive: Path, there: Path
) -> None:
    index(library, drive / "here")
    shutil.copytree(drive / "here", there)
    disk = drive.readlink()
    drive.unlink()
    index(library, there)
    rescan(library)
    assert (library.progress().ready, library.progress().missing) == (8, 0)
    assert shown(library) == shown(library, "red") == {there}
    assert shown(library, folder=drive) == shown(library, "red", folder=drive) == {drive / "here"}
    drive.symlink_to(disk)
    rescan(library)
    assert shown(library) == shown(library, "red") == {drive / "here", there}
    assert models.model.bi_encoder.encoded == 4


def test_an_empty_mount_point_is_an_unplugged_drive(library: Library, drive: Path, there: Path) -> None:
    index(library, drive)
    shutil.copytree(drive, there)
    drive.unlink()
    drive.mkdir()
    index(library, there)
    rescan(library)
    assert (library.progress().ready, library.progress().missing) == (8, 0)
    assert shown(library) == {there / "here"}


def test_what_is_only_offline_is_shown_and_greyed(library: Library, drive: Path) -> None:
    index(library, drive / "here")
    drive.unlink()
    rescan(library)
    for sentence in ("", "red"):
        found = hits(library, Search(1, sentence, rerank=False))
        assert [hit.offline for hit in found] == [True] * 4


def test_only_a_folder_that_is_certainly_gone_is_gone(here: Path) -> None:
    device = device_of(os.fsencode(here))
    assert whereabouts(os.fsencode(here), device) is Whereabouts.HERE
    assert whereabouts(os.fsencode(here), device + 1) is Whereabouts.OUT_OF_REACH
    gone = os.fsencode(here / "no" / "where")
    assert whereabouts(gone, device) is Whereabouts.GONE
    assert whereabouts(gone, device + 1) is Whereabouts.OUT_OF_REACH
    assert whereabouts(gone, None) is Whereabouts.OUT_OF_REACH


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_folder_loses_nothing(library: Library, here: Path, there: Path) -> None:
    index(library, here)
    shutil.copytree(here, there)
    here.chmod(0)
    try:
        index(library, there)
        rescan(library)
    finally:
        here.chmod(0o700)
    assert (library.progress().ready, library.progress().missing) == (8, 0)


def test_a_hundred_copies_of_one_file_move_together(library: Library, tmp_path: Path, there: Path) -> None:
    here = tmp_path / "copies"
    first = paint(here / "0.png", COLOURS["red"])
    for number in range(1, 100):
        shutil.copy2(first, here / f"{number}.png")
    index(library, here)
    here.rename(there)
    index(library, there)
    assert (library.progress().ready, library.progress().missing) == (100, 0)
