from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.backups import SUSPECT
from engine.errors import LibraryDamaged
from engine.kept_catalog import KeptCatalog
from engine.locations import Locations


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    locations = Locations.at(os.fsencode(tmp_path))
    locations.create()
    return locations


def closed(locations: Locations, *folders: bytes) -> KeptCatalog:
    """A session in which folders were added and the library rested at last."""
    keeper = KeptCatalog(locations)
    for folder in folders:
        keeper.catalog.add_folder(folder)
    keeper.turn(resting=True)
    keeper.close()
    return keeper


def folders(locations: Locations) -> list[bytes]:
    keeper = KeptCatalog(locations)
    try:
        return [folder.path for folder in keeper.catalog.folders()]
    finally:
        keeper.close()


def overwrite(path: bytes, at: int, data: bytes) -> None:
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def test_a_catalog_whose_first_page_is_lost_is_replaced_by_its_copy_and_that_is_told(locations: Locations) -> None:
    closed(locations, b"/photos")
    overwrite(locations.catalog, 0, bytes(4096))
    keeper = KeptCatalog(locations)
    assert [folder.path for folder in keeper.catalog.folders()] == [b"/photos"]
    assert keeper.notice is not None
    assert os.path.exists(keeper.notice.path or b"")
    keeper.close()
    assert KeptCatalog(locations).notice is None


def test_damage_deep_inside_is_looked_for_once_something_was_wrong(locations: Locations) -> None:
    closed(locations, b"/photos", *(b"/photos/%d" % n for n in range(500)))
    size = os.path.getsize(locations.catalog)
    overwrite(locations.catalog, size // 2 // 4096 * 4096, b"\xff" * 4096)
    Path(os.fsdecode(locations.catalog + SUSPECT)).touch()
    assert len(folders(locations)) == 501
    assert not os.path.exists(locations.catalog + SUSPECT)


def test_a_false_alarm_changes_nothing(locations: Locations) -> None:
    closed(locations, b"/photos")
    Path(os.fsdecode(locations.catalog + SUSPECT)).touch()
    keeper = KeptCatalog(locations)
    assert keeper.notice is None
    keeper.close()
    assert not os.path.exists(locations.catalog + SUSPECT)


def test_without_a_copy_a_damaged_catalog_stays_as_it_is(locations: Locations) -> None:
    KeptCatalog(locations).close()
    overwrite(locations.catalog, 0, b"\xff" * 4096)
    before = Path(os.fsdecode(locations.catalog)).read_bytes()
    with pytest.raises(LibraryDamaged):
        KeptCatalog(locations)
    assert Path(os.fsdecode(locations.catalog)).read_bytes() == before


def test_what_was_forgotten_lives_on_in_no_copy(locations: Locations) -> None:
    closed(locations, b"/secret")
    aside = Path(os.fsdecode(locations.catalog + b".damaged-20260101-000000"))
    aside.write_bytes(b"/secret")
    keeper = KeptCatalog(locations)
    keeper.catalog.remove_folder(keeper.catalog.folders()[0].id)
    keeper.forget()
    assert os.listdir(locations.backups) == []
    assert not aside.exists()
    keeper.turn(resting=True)
    keeper.close()
    (copy,) = os.listdir(locations.backups)
    assert b"/secret" not in Path(os.fsdecode(os.path.join(locations.backups, copy))).read_bytes()


def test_a_catalog_that_is_gone_is_put_back_and_commands_know_that_there_is_a_library(locations: Locations) -> None:
    closed(locations, b"/photos")
    os.unlink(locations.catalog)
    assert locations.exist()
    keeper = KeptCatalog(locations)
    assert [folder.path for folder in keeper.catalog.folders()] == [b"/photos"]
    assert keeper.notice is not None
    assert "was gone" in keeper.notice.problem
    assert "damaged" not in keeper.notice.problem
    assert os.path.exists(keeper.notice.path or b"")
    keeper.close()


def test_a_catalog_that_is_gone_without_a_copy_is_told_of_before_and_after_a_new_one(locations: Locations) -> None:
    assert not locations.exist()
    os.mkdir(os.path.join(locations.thumbnails, b"a7"))
    with pytest.raises(LibraryDamaged, match=r"gone.*no copy.*backup"):
        locations.exist()
    keeper = KeptCatalog(locations)
    assert keeper.notice is not None
    assert "folders again" in keeper.notice.remedy
    keeper.close()
    assert locations.exist()
    assert KeptCatalog(locations).notice is None
