"""The catalog knows photos again that moved, and keeps what people made of them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator

import pytest

from engine.catalog import Catalog, ScanChanges
from engine.photo import (
    Folder,
    KnownPhoto,
    PhotoState,
)
from tests.engine.catalog_at_work import (
    DAY,
    NOW,
    OLD,
    entry,
    file_hash,
    index_all,
    reopened,
    scan,
    seed_of,
)

# ---- moves and copies ---------------------------------------------------------------------------------------------


def hang_on_photos(path: bytes) -> sqlite3.Connection:
    """Person-made data as later migrations will bring it."""
    person = sqlite3.connect(path, isolation_level=None)
    person.execute(
        """CREATE TABLE tags (photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        tag TEXT NOT NULL, PRIMARY KEY (photo_id, tag))"""
    )
    return person


@pytest.fixture
def tagged(path: bytes) -> Iterator[tuple[Catalog, Folder, Callable[[bytes], set[str]], Callable[[bytes, str], None]]]:
    """A catalog with photos 1 and 2, and what reads and writes the tags of a path."""
    Catalog(path).close()
    person = hang_on_photos(path)
    catalog = reopened(path)
    folder = catalog.add_folder(b"/photos")
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")], now_ns=time.time_ns() - 60 * DAY)
    index_all(catalog, now_ns=time.time_ns())

    def tags(of: bytes) -> set[str]:
        rows = person.execute("SELECT tag FROM tags JOIN photos ON photos.id = photo_id WHERE path = ?", [of])
        return {row[0] for row in rows}

    def tag(photo: bytes, text: str) -> None:
        person.execute("INSERT INTO tags SELECT id, ? FROM photos WHERE path = ?", [text, photo])

    yield catalog, folder, tags, tag
    catalog.close()
    person.close()


def test_a_moved_photo_is_recognised_and_keeps_its_tags(tagged) -> None:  # type: ignore[no-untyped-def]
    catalog, folder, tags, tag = tagged
    tag(b"/photos/1.jpg", "beach")
    now = time.time_ns()
    scan(catalog, folder, [entry("moved/1.jpg"), entry("2.jpg")], now_ns=now)
    (task,) = catalog.lease(9, now_ns=now)
    assert file_hash(1) in task.known_hashes
    catalog.commit_known([KnownPhoto(task.photo_id, file_hash(1), 1000, OLD)])
    assert tags(b"/photos/moved/1.jpg") == {"beach"}
    assert catalog.counts() == {PhotoState.READY: 2, PhotoState.PENDING: 0, PhotoState.MISSING: 0}
    assert len(catalog.embedded_ids()) == 2


def test_a_copy_inherits_nothing(tagged) -> None:  # type: ignore[no-untyped-def]
    catalog, folder, tags, tag = tagged
    tag(b"/photos/1.jpg", "beach")
    now = time.time_ns()
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg"), entry("copy 1.jpg")], now_ns=now)
    index_all(catalog, now_ns=now)
    assert tags(b"/photos/copy 1.jpg") == set()
    assert tags(b"/photos/1.jpg") == {"beach"}
    (copies,) = (rows for rows in catalog.photo_rows([1, 2]).values() if len(rows) == 2)
    assert {row.path for row in copies} == {b"/photos/1.jpg", b"/photos/copy 1.jpg"}


def test_a_photo_that_appeared_first_and_vanished_later_is_a_move_too(tagged) -> None:  # type: ignore[no-untyped-def]
    catalog, folder, tags, tag = tagged
    tag(b"/photos/1.jpg", "beach")
    now = time.time_ns()
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg"), entry("new/1.jpg")], now_ns=now)
    index_all(catalog, now_ns=now)
    tag(b"/photos/new/1.jpg", "sea")
    tag(b"/photos/new/1.jpg", "beach")
    changes = scan(catalog, folder, [entry("2.jpg"), entry("new/1.jpg")], now_ns=now + DAY)
    assert changes == ScanChanges(joined=1)
    assert tags(b"/photos/new/1.jpg") == {"beach", "sea"}


def test_after_thirty_days_a_vanished_photo_joins_no_longer(tagged) -> None:  # type: ignore[no-untyped-def]
    catalog, folder, tags, tag = tagged
    tag(b"/photos/1.jpg", "beach")
    now = time.time_ns()
    scan(catalog, folder, [entry("2.jpg")], now_ns=now - 31 * DAY)
    scan(catalog, folder, [entry("2.jpg"), entry("new/1.jpg")], now_ns=now)
    index_all(catalog, now_ns=now)
    assert tags(b"/photos/new/1.jpg") == set()
    assert catalog.counts()[PhotoState.MISSING] == 1


def test_a_moved_folder_with_copies_joins_by_name_and_encodes_nothing(catalog: Catalog, folder: Folder) -> None:
    names = ["a 1.jpg", "b 1.jpg", "c 2.jpg"]
    scan(catalog, folder, [entry(f"here/{name}") for name in names], now_ns=time.time_ns())
    index_all(catalog, now_ns=time.time_ns())
    before = catalog.embedded_ids().tolist()
    scan(catalog, folder, [entry(f"there/{name}") for name in names], now_ns=time.time_ns())
    tasks = catalog.lease(9, now_ns=time.time_ns())
    assert all(file_hash(seed_of(task.path)) in task.known_hashes for task in tasks)
    catalog.commit_known([KnownPhoto(task.photo_id, file_hash(seed_of(task.path)), 1000, OLD) for task in tasks])
    assert catalog.counts() == {PhotoState.READY: 3, PhotoState.PENDING: 0, PhotoState.MISSING: 0}
    assert catalog.embedded_ids().tolist() == before


def test_a_known_photo_whose_twin_was_forgotten_is_decoded(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    index_all(catalog)
    scan(catalog, folder, [entry("1.jpg"), entry("copy 1.jpg")])
    (task,) = catalog.lease(9, now_ns=NOW)
    catalog.forget([b"/photos/1.jpg"])
    catalog.commit_known([KnownPhoto(task.photo_id, file_hash(1), 1000, OLD)])
    (again,) = catalog.lease(9, now_ns=NOW)
    assert again.photo_id == task.photo_id
    assert again.known_hashes == ()


def test_photos_of_one_size_send_no_endless_list_of_hashes(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry(f"{number}.bmp") for number in range(1200)])
    index_all(catalog)
    scan(catalog, folder, [*(entry(f"{number}.bmp") for number in range(1200)), entry("new/7.bmp")])
    (task,) = catalog.lease(1, now_ns=NOW)
    assert len(task.known_hashes) == 1000
