from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from engine.backups import KEPT, Backups, damage
from engine.catalog import Catalog
from engine.errors import LibraryDamaged
from engine.photo import FileEntry

DAMAGES = 50


@pytest.fixture
def catalog(tmp_path: Path) -> bytes:
    path = os.fsencode(tmp_path / "odd \N{SNOWMAN} #?%.db")
    fill(path, 400)
    return path


@pytest.fixture
def backups(catalog: bytes, tmp_path: Path) -> Backups:
    return Backups(catalog, os.fsencode(tmp_path / "backups"))


def fill(path: bytes, photos: int) -> None:
    catalog = Catalog(path)
    folder = catalog.add_folder(b"/photos")
    scan = catalog.begin_scan(folder.id)
    entries = [FileEntry(b"/photos/%05d.jpg" % n, 1000 + n, 1) for n in range(photos)]
    catalog.record_entries(scan, entries, 2)
    catalog.finish_scan(scan, (), 3)
    catalog.close()


def photos_in(path: bytes) -> int:
    catalog = Catalog(path)
    try:
        return sum(catalog.counts().values())
    finally:
        catalog.close()


def test_a_copy_is_whole_and_only_the_newest_stay(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(f"catalog-20260101-{n:06d}.db" for n in range(100))
    monkeypatch.setattr(time, "strftime", lambda _form: next(clock))
    made = [backups.make() for _ in range(KEPT + 3)]
    assert backups.copies() == made[::-1][:KEPT]
    assert damage(made[-1]) is None
    assert photos_in(made[-1]) == 400


def test_what_is_kept_aside_stays_however_often_a_copy_is_put_back_in_a_second(
    catalog: bytes, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.make()
    monkeypatch.setattr(time, "strftime", lambda _form: ".damaged-20260101-000000")
    kept = []
    for damaged in (b"one", b"two", b"three"):
        Path(os.fsdecode(catalog)).write_bytes(damaged)
        restored = backups.restore()
        assert restored is not None
        kept.append(Path(os.fsdecode(restored.aside)))
    assert [path.read_bytes() for path in kept] == [b"one", b"two", b"three"]


def test_a_copy_is_made_while_the_catalog_is_written(catalog: bytes, backups: Backups) -> None:
    writer = Catalog(catalog)
    backups.turn(resting=True)
    for n in range(20):
        writer.add_folder(b"/more/%d" % n)
    backups.close()
    assert backups.failure is None
    writer.close()
    assert damage(backups.copies()[0]) is None


def test_nothing_is_copied_while_the_library_works_or_before_it_is_due(backups: Backups) -> None:
    backups.turn(resting=False)
    backups.close()
    assert backups.copies() == []
    for _ in range(3):
        backups.turn(resting=True)
        backups.close()
    assert len(backups.copies()) == 1


def test_a_copy_that_a_wrong_clock_has_dated_ahead_keeps_no_other_from_being_made(
    backups: Backups, tmp_path: Path
) -> None:
    ahead = tmp_path / "backups" / "catalog-20991231-235959.db"
    Path(os.fsdecode(backups.make())).rename(ahead)
    far = time.time() + 70 * 365 * 86_400
    os.utime(ahead, (far, far))
    backups.turn(resting=True)
    backups.close()
    newest, last = backups.copies()
    assert last == os.fsencode(ahead)
    restored = backups.restore()
    assert restored is not None
    assert restored.copy == newest


def test_a_damaged_catalog_takes_no_good_copy_s_place(catalog: bytes, backups: Backups) -> None:
    good = backups.make()
    hurt(catalog, random.Random(1), share=0.6)
    with pytest.raises(LibraryDamaged):
        backups.make()
    assert backups.copies() == [good]


def test_a_disk_that_takes_no_copy_is_no_damage(catalog: bytes, backups: Backups) -> None:
    resource = pytest.importorskip("resource")
    good, (before, most) = backups.make(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, most))  # files stay smaller than the catalog
    try:
        with pytest.raises(OSError, match="could not be copied"):
            backups.make()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert os.listdir(os.path.dirname(good)) == [os.path.basename(good)]
    assert damage(catalog) is None


@pytest.mark.parametrize("seed", range(DAMAGES))
def test_a_damaged_catalog_is_kept_aside_and_the_newest_good_copy_is_back(
    catalog: bytes, backups: Backups, tmp_path: Path, seed: int
) -> None:
    good = backups.make()
    chance = random.Random(seed)
    newer = os.path.join(os.path.dirname(good), b"catalog-99991231-235959.db")
    Path(os.fsdecode(newer)).write_bytes(Path(os.fsdecode(good)).read_bytes())
    hurt(newer, chance, share=0.3)
    hurt(catalog, chance, share=chance.choice((0.01, 0.3, 1.0)))
    before = Path(os.fsdecode(catalog)).read_bytes()
    restored = backups.restore()
    assert restored is not None
    assert restored.copy == good
    assert Path(os.fsdecode(restored.aside)).read_bytes() == before
    assert photos_in(catalog) == 400


def test_without_a_good_copy_nothing_is_touched(catalog: bytes, backups: Backups) -> None:
    hurt(catalog, random.Random(3), share=0.5)
    before = Path(os.fsdecode(catalog)).read_bytes()
    assert backups.restore() is None
    assert Path(os.fsdecode(catalog)).read_bytes() == before


def test_what_is_no_catalog_is_no_good_copy(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE letters (a)")
    other.commit()
    other.close()
    assert damage(os.fsencode(path)) == "it is no catalog"
    assert damage(os.fsencode(tmp_path / "none.db")) is not None


def hurt(path: bytes, chance: random.Random, *, share: float) -> None:
    """Cuts the file short, blanks it or writes noise into its first page and some others."""
    data = bytearray(Path(os.fsdecode(path)).read_bytes())
    kind = chance.choice(("cut", "noise", "noise", "zeros"))
    if kind == "cut":
        del data[max(200, int(len(data) * (1 - share) * 0.9)) :]
    for page in range(0, len(data), 4096):
        if kind != "cut" and (page == 0 or chance.random() < share):
            size = min(4096, len(data) - page)
            data[page : page + size] = chance.randbytes(size) if kind == "noise" else bytes(size)
    Path(os.fsdecode(path)).write_bytes(bytes(data))
