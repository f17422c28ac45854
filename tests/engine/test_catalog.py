"""The catalog: what scans find, who is opened next, what became of it, and what is shown."""

from __future__ import annotations

import datetime
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import Catalog, EncodedPhoto, ScanChanges
from engine.config import DECODE_TRIES
from engine.errors import LibraryDamaged
from engine.photo import (
    DecodeFailure,
    DecodeTask,
    FileEntry,
    Folder,
    KnownPhoto,
    PhotoFacts,
    PhotoState,
)

NOW = 1_700_000_000 * 10**9
DAY = 86_400 * 10**9
OLD = NOW - DAY
DIMENSION = 8


def entry(name: str, *, size: int = 1000, mtime_ns: int = OLD, inode: int = 0, folder: bytes = b"/photos") -> FileEntry:
    return FileEntry(folder + b"/" + os.fsencode(name), size, mtime_ns, inode)


def file_hash(seed: int) -> bytes:
    return seed.to_bytes(4, "big") * 8


def vector(seed: int) -> bytes:
    return np.random.default_rng(seed).standard_normal(DIMENSION).astype("<f2").tobytes()


def scan(catalog: Catalog, folder: Folder, entries: list[FileEntry], *, now_ns: int = NOW) -> ScanChanges:
    number = catalog.begin_scan(folder.id)
    catalog.record_entries(number, entries, now_ns)
    return catalog.finish_scan(number, [], now_ns)


def finish(catalog: Catalog, task: DecodeTask, seed: int, *, size: int = 1000, facts: PhotoFacts | None = None) -> int:
    """What the indexer does with a decoded photo; `seed` is what it shows. Returns the content id."""
    facts = facts or PhotoFacts(40, 30)
    (content,) = catalog.allot_contents([file_hash(seed)], [facts], [seed])
    embedding = None if catalog.encoded([content]) else vector(seed)
    catalog.commit_encoded([EncodedPhoto(task.photo_id, content, file_hash(seed), size, OLD, facts, embedding)])
    return content


def index_all(catalog: Catalog, *, now_ns: int = NOW) -> None:
    """Opens all that waits; a photo shows what its path's number says, and known bytes are recognised."""
    while tasks := catalog.lease(100, now_ns=now_ns):
        for task in tasks:
            seed = seed_of(task.path)
            if file_hash(seed) in task.known_hashes:
                catalog.commit_known([KnownPhoto(task.photo_id, file_hash(seed), 1000, OLD)])
            else:
                finish(catalog, task, seed)


def seed_of(path: bytes) -> int:
    return int("".join(ch for ch in os.path.basename(path).decode() if ch.isdigit()) or 0)


def ids_by_path(catalog: Catalog) -> dict[bytes, int]:
    return {row.path: row.photo_id for row in catalog.hits(catalog.newest(1000)[0].tolist())}


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "catalog.db")


@pytest.fixture
def catalog(path: bytes) -> Iterator[Catalog]:
    opened = Catalog(path)
    opened.model_id = "model"
    yield opened
    opened.close()


@pytest.fixture
def folder(catalog: Catalog) -> Folder:
    return catalog.add_folder(b"/photos")


# ---- scanning -----------------------------------------------------------------------------------------------------


def test_new_files_wait_in_the_queue(catalog: Catalog, folder: Folder) -> None:
    assert scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")]) == ScanChanges(added=2)
    assert catalog.counts()[PhotoState.PENDING] == 2
    assert catalog.folders()[0].pending == 2


def test_a_second_scan_of_an_unchanged_folder_writes_nothing(catalog: Catalog, folder: Folder, path: bytes) -> None:
    entries = [entry(f"{number}.jpg", inode=number + 1) for number in range(50)]
    scan(catalog, folder, entries)
    index_all(catalog)
    written = os.stat(path + b"-wal")
    assert scan(catalog, folder, entries) == ScanChanges()
    assert os.stat(path + b"-wal").st_mtime_ns == written.st_mtime_ns
    assert catalog.lease(10, now_ns=NOW) == []


@pytest.mark.parametrize("change", [{"size": 1001}, {"mtime_ns": OLD + 1}, {"inode": 8}])
def test_a_changed_file_is_read_again(catalog: Catalog, folder: Folder, change: dict[str, int]) -> None:
    scan(catalog, folder, [entry("1.jpg", inode=7)])
    index_all(catalog)
    assert scan(catalog, folder, [entry("1.jpg", **{"inode": 7, **change})]).changed == 1
    (task,) = catalog.lease(10, now_ns=NOW)
    assert task.path == b"/photos/1.jpg"


def test_new_inodes_everywhere_mean_another_mount_not_new_photos(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry(f"{number}.jpg", inode=number + 1) for number in range(20)])
    index_all(catalog)
    again = [entry(f"{number}.jpg", inode=number + 500) for number in range(20)]
    assert scan(catalog, folder, again) == ScanChanges()
    assert scan(catalog, folder, [*again[:-1], entry("19.jpg", inode=9999)]).changed == 1


def test_a_changed_photo_with_the_same_pixels_needs_no_new_embedding(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    content = finish(catalog, task, 1)
    scan(catalog, folder, [entry("1.jpg", size=1100)])
    assert catalog.encoded([content]) == {content}
    (task,) = catalog.lease(1, now_ns=NOW)
    same = catalog.allot_contents([file_hash(1)], [PhotoFacts(40, 30)], [1])
    assert same == [content]
    catalog.commit_encoded([EncodedPhoto(task.photo_id, content, file_hash(77), 1100, OLD, PhotoFacts(40, 30), None)])
    assert catalog.counts() == {PhotoState.READY: 1, PhotoState.PENDING: 0}
    assert catalog.embeddings_count() == 1


def test_a_photo_that_shows_something_else_leaves_its_old_content_an_orphan(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    old = finish(catalog, task, 1)
    scan(catalog, folder, [entry("1.jpg", size=1100)])
    assert catalog.orphan_contents() == {}
    (task,) = catalog.lease(1, now_ns=NOW)
    new = finish(catalog, task, 2, size=1100)
    assert catalog.orphan_contents() == {old: file_hash(1)}
    catalog.remove_contents([old, new])
    assert catalog.embedded_ids().tolist() == [new]


def test_files_that_are_gone_are_missing_and_come_back_ready(catalog: Catalog, folder: Folder) -> None:
    both = [entry("1.jpg"), entry("2.jpg")]
    scan(catalog, folder, both)
    index_all(catalog)
    assert scan(catalog, folder, both[:1]) == ScanChanges(missing=1)
    assert catalog.counts()[PhotoState.MISSING] == 1
    assert len(catalog.newest(10)[0]) == 1
    scan(catalog, folder, both)
    assert catalog.counts()[PhotoState.READY] == 2
    assert catalog.lease(10, now_ns=NOW) == []


def test_photos_below_an_unreadable_subfolder_are_kept(catalog: Catalog, folder: Folder) -> None:
    entries = [entry("a/1.jpg"), entry("b/2.jpg"), entry("b2/3.jpg")]
    scan(catalog, folder, entries)
    number = catalog.begin_scan(folder.id)
    catalog.record_entries(number, entries[:1], NOW)
    assert catalog.unseen(number, [b"/photos/b"]) == 1
    assert catalog.finish_scan(number, [b"/photos/b"], NOW).missing == 1
    assert catalog.counts() == {PhotoState.PENDING: 2, PhotoState.MISSING: 1}


def test_an_abandoned_scan_counts_nothing_as_missing(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")])
    number = catalog.begin_scan(folder.id)
    catalog.record_entries(number, [entry("3.jpg")], NOW)
    catalog.abandon_scan(number)
    assert catalog.counts() == {PhotoState.PENDING: 3}


@pytest.mark.parametrize(
    "name", [b"/photos/\xff\xfe.jpg", b"/photos/new\nline.jpg", b"/photos/%s'; DROP.jpg", b"/" + b"x" * 255]
)
def test_any_file_name_is_kept_to_the_byte(catalog: Catalog, folder: Folder, name: bytes) -> None:
    scan(catalog, folder, [FileEntry(name, 1, OLD, 2**64 - 1)])
    (task,) = catalog.lease(1, now_ns=NOW)
    finish(catalog, task, 1)
    assert catalog.hits([task.photo_id])[0].path == name


def test_times_and_inodes_beyond_64_bits_are_kept_within(catalog: Catalog, folder: Folder) -> None:
    strange = [FileEntry(b"/photos/1.jpg", 1, 2**70, 2**64 - 1)]
    scan(catalog, folder, strange)
    assert scan(catalog, folder, strange) == ScanChanges()


def test_a_folder_within_a_watched_folder_shares_no_photo_twice(catalog: Catalog, folder: Folder) -> None:
    inner = catalog.add_folder(b"/photos/inner")
    scan(catalog, folder, [entry("inner/1.jpg"), entry("2.jpg")])
    assert scan(catalog, inner, [entry("inner/1.jpg")]) == ScanChanges()
    index_all(catalog)
    assert catalog.remove_folder(folder.id) == 1
    assert [found.ready for found in catalog.folders()] == [1]
    assert list(catalog.orphan_contents().values()) == [file_hash(2)]


def test_adding_a_folder_twice_gives_the_same_one(catalog: Catalog, folder: Folder) -> None:
    assert catalog.add_folder(b"/photos") == folder
    assert len(catalog.folders()) == 1


# ---- the queue ----------------------------------------------------------------------------------------------------


def test_fewest_failures_come_first_then_the_newest(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry(f"{age}.jpg", mtime_ns=OLD - age) for age in (2, 0, 1)])
    (first,) = catalog.lease(1, now_ns=NOW)
    assert seed_of(first.path) == 0
    catalog.fail(DecodeFailure(first.photo_id, "broken"))
    assert [seed_of(task.path) for task in catalog.lease(9, now_ns=NOW)] == [1, 2, 0]


def test_nothing_is_leased_twice_until_it_is_given_back(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")])
    tasks = catalog.lease(9, now_ns=NOW)
    assert len(tasks) == 2
    assert catalog.lease(9, now_ns=NOW) == []
    catalog.release([tasks[0].photo_id])
    assert [task.photo_id for task in catalog.lease(9, now_ns=NOW)] == [tasks[0].photo_id]


def test_a_file_that_may_still_be_written_waits(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg", mtime_ns=NOW - 10**9)])
    assert catalog.lease(1, now_ns=NOW) == []
    assert catalog.next_fresh_s(NOW) == pytest.approx(1.0)
    assert len(catalog.lease(1, now_ns=NOW + 10**9)) == 1
    assert catalog.next_fresh_s(NOW) is None


def test_a_time_in_the_future_does_not_keep_a_photo_out(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg", mtime_ns=NOW + 365 * DAY)])
    assert catalog.lease(1, now_ns=NOW + 2 * 10**9) != []


@pytest.mark.parametrize("close", ["set_folder_offline", "set_folder_paused"])
def test_photos_of_offline_and_paused_folders_are_not_opened(catalog: Catalog, folder: Folder, close: str) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    getattr(catalog, close)(folder.id, True)
    assert catalog.lease(1, now_ns=NOW) == []
    assert catalog.waiting() == 0
    getattr(catalog, close)(folder.id, False)
    assert catalog.waiting() == 1
    assert len(catalog.lease(1, now_ns=NOW)) == 1


def test_three_failures_put_a_photo_in_quarantine_and_retry_takes_it_out(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    for _ in range(DECODE_TRIES):
        (task,) = catalog.lease(1, now_ns=NOW)
        catalog.fail(DecodeFailure(task.photo_id, "It is torn", "copy it again"))
    assert catalog.lease(1, now_ns=NOW) == []
    (problem,) = catalog.problems()
    assert (problem.path, problem.reason, problem.remedy) == (b"/photos/1.jpg", "It is torn", "copy it again")
    catalog.retry([problem.photo_id])
    assert catalog.problems() == []
    assert len(catalog.lease(1, now_ns=NOW)) == 1


def test_a_final_failure_is_not_tried_again_and_a_vanished_photo_is_missing(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")])
    first, second = catalog.lease(2, now_ns=NOW)
    catalog.fail(DecodeFailure(first.photo_id, "half a \ud800 name", final=True))
    catalog.fail(DecodeFailure(second.photo_id, "gone", vanished=True))
    assert catalog.counts() == {PhotoState.UNREADABLE: 1, PhotoState.MISSING: 1, PhotoState.PENDING: 0}


def test_an_unreadable_photo_that_changed_gets_new_tries(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    catalog.fail(DecodeFailure(task.photo_id, "no", final=True))
    assert scan(catalog, folder, [entry("1.jpg")]) == ScanChanges()
    scan(catalog, folder, [entry("1.jpg", size=5)])
    assert len(catalog.lease(1, now_ns=NOW)) == 1


def test_a_photo_that_changed_after_it_was_read_is_read_again(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    scan(catalog, folder, [entry("1.jpg", size=2, mtime_ns=OLD + 5)])
    finish(catalog, task, 1)
    (again,) = catalog.lease(1, now_ns=NOW)
    assert again.photo_id == task.photo_id


def test_a_photo_that_vanished_while_it_was_read_stays_missing(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    scan(catalog, folder, [])
    finish(catalog, task, 1)
    assert catalog.counts()[PhotoState.MISSING] == 1


def test_a_photo_forgotten_while_it_was_read_stays_forgotten(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    catalog.forget([task.path])
    content = finish(catalog, task, 1)
    assert sum(catalog.counts().values()) == 0
    assert list(catalog.orphan_contents()) == [content]


def test_another_model_finds_ready_photos_in_its_queue(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg"), entry("copy 2.jpg")])
    index_all(catalog)
    assert catalog.waiting() == 0
    catalog.model_id = "other"
    assert catalog.waiting() == 2
    assert catalog.counts()[PhotoState.READY] == 3
    index_all(catalog)
    assert (catalog.waiting(), catalog.embeddings_count()) == (0, 2)
    catalog.model_id = "model"
    assert (catalog.waiting(), catalog.embeddings_count()) == (0, 2)


# ---- engines that die ---------------------------------------------------------------------------------------------


def die(catalog: Catalog) -> None:
    """What kill -9 leaves: no release, no close of leases."""
    catalog._file.close()


def reopened(path: bytes) -> Catalog:
    catalog = Catalog(path)
    catalog.model_id = "model"
    return catalog


def test_after_a_death_the_leased_photos_are_done_again(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(5)])
    finish(catalog, catalog.lease(3, now_ns=NOW)[0], 1)
    die(catalog)
    catalog = reopened(path)
    assert catalog.counts() == {PhotoState.PENDING: 4, PhotoState.READY: 1}
    index_all(catalog)
    assert catalog.counts()[PhotoState.READY] == 5
    catalog.close()


def test_twenty_deaths_quarantine_nobody(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(300)])
    for _ in range(20):
        for task in catalog.lease(8, now_ns=NOW):
            finish(catalog, task, seed_of(task.path))
        catalog.lease(40, now_ns=NOW)
        die(catalog)
        catalog = reopened(path)
    assert catalog.problems() == []
    index_all(catalog)
    assert catalog.counts()[PhotoState.READY] == 300
    catalog.close()


def run_until_death(catalog: Catalog, poison: bytes) -> bool:
    """Works through the queue in windows of 16; returns True when the poison photo killed the engine."""
    while tasks := catalog.lease(16, now_ns=NOW):
        if any(task.path == poison for task in tasks):
            die(catalog)
            return True
        for task in tasks:
            finish(catalog, task, seed_of(task.path))
    return False


def test_a_photo_that_kills_the_engine_ends_in_quarantine_alone(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(100)])
    deaths = 0
    while run_until_death(catalog, b"/photos/50.jpg"):
        deaths += 1
        catalog = reopened(path)
    assert deaths == 5
    (problem,) = catalog.problems()
    assert problem.path == b"/photos/50.jpg"
    assert "engine" in problem.reason
    assert problem.remedy
    assert catalog.counts()[PhotoState.READY] == 99
    catalog.close()


def test_suspects_wait_for_the_others_and_travel_without_them(path: bytes) -> None:
    catalog = reopened(path)
    folder = catalog.add_folder(b"/photos")
    scan(catalog, folder, [entry(f"{number}.jpg") for number in range(12)])
    suspects = {task.photo_id for task in catalog.lease(12, now_ns=NOW)}
    die(catalog)
    catalog = reopened(path)
    scan(catalog, folder, [entry(f"{number}.jpg") for number in range(14)])
    others = catalog.lease(12, now_ns=NOW)
    assert len(others) == 2
    assert not suspects & {task.photo_id for task in others}
    assert catalog.lease(12, now_ns=NOW) == []
    catalog.release([task.photo_id for task in others[:1]])
    assert len(catalog.lease(12, now_ns=NOW)) == 1
    for task in others:
        finish(catalog, task, seed_of(task.path))
    window = catalog.lease(12, now_ns=NOW)
    assert len(window) == 8
    assert catalog.lease(12, now_ns=NOW) == []
    die(catalog)
    catalog = reopened(path)
    assert len(catalog.lease(12, now_ns=NOW)) == 4
    catalog.close()


def test_a_clean_end_counts_no_death(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry("1.jpg")])
    for _ in range(10):
        assert len(catalog.lease(1, now_ns=NOW)) == 1
        catalog.close()
        catalog = reopened(path)
    assert catalog.problems() == []
    catalog.close()


ENGINE = """
import os, sys, time
from tests.engine.test_catalog import NOW, finish, reopened, seed_of
catalog = reopened(os.fsencode(sys.argv[1]))
while tasks := catalog.lease(8, now_ns=NOW):
    for task in tasks:
        finish(catalog, task, seed_of(task.path))
        os.write(1, b"%d\\n" % task.photo_id)
"""


def test_what_was_committed_survives_kill_9(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(4000)])
    catalog.close()
    acknowledged: set[int] = set()
    for count in (1, 30, 200):
        command = [sys.executable, "-c", ENGINE, os.fsdecode(path)]
        engine = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert engine.stdout is not None
        for _ in range(count):
            acknowledged.add(int(engine.stdout.readline()))
        engine.send_signal(signal.SIGKILL)
        acknowledged |= {int(line) for line in engine.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")}
        engine.stdout.close()
        engine.wait()
    catalog = reopened(path)
    assert catalog.integrity() == "ok"
    assert {row.photo_id for row in catalog.hits(sorted(acknowledged))} == acknowledged
    assert len(catalog.embedded_ids()) >= len(acknowledged)
    assert catalog.problems() == []
    catalog.close()


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


# ---- embeddings ---------------------------------------------------------------------------------------------------


def test_embeddings_come_back_as_they_were_written(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry(f"{number}.jpg") for number in range(10)])
    index_all(catalog)
    ids, rows = catalog.embeddings()
    assert rows.dtype == np.float16
    assert rows.shape == (10, DIMENSION)
    photos = catalog.photo_rows(ids.tolist())
    written = {content: seed_of(rows_of[0].path) for content, rows_of in photos.items()}
    for content, row in zip(ids, rows, strict=True):
        assert row.astype("<f2").tobytes() == vector(written[int(content)])
    later, _ = catalog.embeddings(int(ids[3]), 4)
    assert later.tolist() == ids[4:8].tolist()
    assert catalog.embeddings_for(ids[[7, 2]].tolist())[0].tolist() == sorted(ids[[7, 2]].tolist())
    assert catalog.embeddings_for([])[0].shape == (0,)


def test_an_embedding_with_a_flipped_bit_is_made_again(catalog: Catalog, folder: Folder, path: bytes) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg")])
    index_all(catalog)
    other = sqlite3.connect(path)
    bad, blob = other.execute("SELECT content_id, vector FROM embeddings LIMIT 1").fetchone()
    other.execute("UPDATE embeddings SET vector = ? WHERE content_id = ?", [bytes([blob[0] ^ 4]) + blob[1:], bad])
    other.commit()
    other.close()
    ids, _ = catalog.embeddings()
    assert bad not in ids
    assert len(ids) == 1
    (task,) = catalog.lease(9, now_ns=NOW)
    assert file_hash(seed_of(task.path)) not in task.known_hashes
    assert finish(catalog, task, seed_of(task.path)) == bad
    assert len(catalog.embedded_ids()) == 2


def test_content_ids_are_never_used_again(catalog: Catalog, folder: Folder) -> None:
    first = catalog.allot_contents([file_hash(1)], [PhotoFacts(1, 1)], [0])
    catalog.remove_contents(first)
    assert catalog.allot_contents([file_hash(2)], [PhotoFacts(1, 1)], [0]) != first


def test_one_batch_may_show_the_same_content_twice(catalog: Catalog) -> None:
    first, second, third = catalog.allot_contents([file_hash(1), file_hash(2), file_hash(1)], [], [0, 0, 0])
    assert first == third != second


# ---- what is shown ------------------------------------------------------------------------------------------------


def test_the_newest_are_the_latest_taken_else_modified(catalog: Catalog, folder: Folder) -> None:
    taken = {1: "2024-05-01T10:00:00", 2: "2010-01-01T00:00:00", 3: "0000-99-99T00:00:00", 4: "9999-12-31T23:59:59"}
    scan(catalog, folder, [entry(f"{number}.jpg") for number in range(1, 6)])
    for task in catalog.lease(9, now_ns=NOW):
        seed = seed_of(task.path)
        finish(catalog, task, seed, facts=PhotoFacts(100 * seed, 100, taken_at=taken.get(seed)))
    ids, aspects, tones, days = catalog.newest(10)
    assert [seed_of(row.path) for row in catalog.hits(ids.tolist())] == [4, 1, 5, 3, 2]
    assert (aspects.dtype, tones.dtype) == (np.float32, np.uint32)
    assert aspects.tolist() == [float(tone) for tone in tones]
    assert days[1] == (datetime.date(2024, 5, 1) - datetime.date(1970, 1, 1)).days
    assert days.tolist() == sorted(days.tolist(), reverse=True)
    assert len(catalog.newest(2)[0]) == 2


def test_results_can_be_kept_to_a_folder(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("a/1.jpg"), entry("ab/2.jpg"), entry("a/b/3.jpg")])
    index_all(catalog)
    inside = catalog.contents_of_folder(b"/photos/a")
    assert len(inside) == 2
    assert len(catalog.contents_of_folder(b"/photos/a/")) == 2
    assert len(catalog.contents_of_folder(b"/")) == 3
    every = catalog.embedded_ids().tolist()
    assert set(catalog.photo_rows(every, folder=b"/photos/a")) == set(inside.tolist())
    assert len(catalog.newest(9, folder=b"/photos/a")[0]) == 2


def test_a_hit_is_complete_and_says_when_its_folder_is_offline(catalog: Catalog, folder: Folder) -> None:
    facts = PhotoFacts(40, 30, "JPEG", "2020-01-02T03:04:05", "Canon \udcff", "50mm", float("nan"), 7.5)
    scan(catalog, folder, [entry("1.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    content = finish(catalog, task, 5, facts=facts)
    catalog.set_folder_offline(folder.id, True)
    (row,) = catalog.hits([task.photo_id, 999])
    assert (row.width, row.height, row.format, row.lens) == (40, 30, "JPEG", "50mm")
    assert row.taken_at == "2020-01-02T03:04:05"
    assert (row.latitude, row.longitude, row.tone, row.size, row.offline) == (None, 7.5, 5, 1000, True)
    assert (row.content_id, row.pixel_hash, row.camera) == (content, file_hash(5), "Canon ?")
    assert catalog.content_at(b"/photos/1.jpg") == content
    assert catalog.live_contents([content, 99]) == {content}


# ---- forgetting and settings --------------------------------------------------------------------------------------


def test_forgetting_a_photo_or_a_folder_leaves_the_rest(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("a/1.jpg"), entry("ab/2.jpg"), entry("a/b/3.jpg"), entry("4.jpg")])
    index_all(catalog)
    assert catalog.forget([b"/photos/a", b"/photos/4.jpg", b"/nowhere"]) == 3
    assert len(catalog.folders()) == 1
    assert len(catalog.orphan_contents()) == 3
    assert catalog.forget([b"/photos"]) == 1
    assert catalog.folders() == []


def test_forgetting_everything_leaves_no_trace_in_the_file(catalog: Catalog, path: bytes) -> None:
    for name in (b"/photos", b"/private-canary"):
        found = catalog.add_folder(name)
        scan(catalog, found, [entry("secret-canary1.jpg", folder=name)])
    index_all(catalog)
    assert catalog.forget_everything() == 2
    catalog.remove_contents(list(catalog.orphan_contents()))
    assert (catalog.folders(), catalog.contents_count(), catalog.embeddings_count()) == ([], 0, 0)
    for name in (path, path + b"-wal"):
        assert b"canary" not in Path(os.fsdecode(name)).read_bytes()


def test_settings_are_kept(path: bytes) -> None:
    catalog = Catalog(path)
    assert catalog.setting("model") is None
    catalog.set_setting("model", "starter")
    catalog.set_setting("model", "fast")
    catalog.close()
    catalog = Catalog(path)
    assert catalog.setting("model") == "fast"
    catalog.close()


FULL = """
import os, resource, sys
from engine.errors import DiskFull
from engine.photo import PhotoState
from tests.engine.test_catalog import NOW, entry, index_all, reopened, scan
catalog = reopened(os.fsencode(sys.argv[1]))
folder = catalog.add_folder(b"/photos")
scan(catalog, folder, [entry(f"{number}.jpg") for number in range(50)])
index_all(catalog)
more = [entry(f"{number}.jpg") for number in range(5000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        scan(catalog, folder, more)
    except DiskFull as full:
        assert full.path and full.remedy
    else:
        sys.exit("wrote into no room")
    assert catalog.counts()[PhotoState.READY] == 50
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert scan(catalog, folder, more).added == 4950
assert catalog.integrity() == "ok"
catalog.close()
"""


def test_a_full_disk_is_told_and_work_resumes(path: bytes) -> None:
    command = [sys.executable, "-c", FULL, os.fsdecode(path)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]


def read_everything(path: bytes) -> None:
    catalog = reopened(path)
    catalog.newest(10)
    catalog.embeddings()


def test_damage_found_while_working_is_told_as_damage(path: bytes) -> None:
    catalog = reopened(path)
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(3000)])
    index_all(catalog)
    catalog.close()
    whole = Path(os.fsdecode(path)).read_bytes()
    Path(os.fsdecode(path)).write_bytes(whole[:8192] + b"\xaa" * (len(whole) - 8192))
    with pytest.raises(LibraryDamaged) as damaged:
        read_everything(path)
    assert damaged.value.path == path
    assert damaged.value.remedy


def test_counts_agree_with_the_rows_after_much_coming_and_going(catalog: Catalog, folder: Folder, path: bytes) -> None:
    other = catalog.add_folder(b"/other")
    rng = np.random.default_rng(3)
    for _ in range(20):
        for known, root in ((folder, b"/photos"), (other, b"/other")):
            chosen = rng.choice(40, rng.integers(0, 40), replace=False)
            sizes = rng.integers(1, 3, len(chosen)).tolist()
            found = zip(chosen, sizes, strict=True)
            scan(catalog, known, [entry(f"{number}.jpg", folder=root, size=size) for number, size in found])
        for task in catalog.lease(int(rng.integers(0, 30)), now_ns=NOW):
            if rng.random() < 0.3:
                catalog.fail(DecodeFailure(task.photo_id, "no", vanished=rng.random() < 0.5))
            else:
                finish(catalog, task, seed_of(task.path))
    rows = dict(sqlite3.connect(path).execute("SELECT state, count(*) FROM photos GROUP BY state").fetchall())
    assert {state: count for state, count in catalog.counts().items() if count} == rows
    assert catalog.integrity() == "ok"


# ---- folders in one another ---------------------------------------------------------------------------------------


def test_a_folder_in_a_watched_one_tells_of_the_photos_that_the_outer_one_has(catalog: Catalog, folder: Folder) -> None:
    inner = catalog.add_folder(b"/photos/trip")
    catalog.add_folder(b"/photos/trip and more")
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg", folder=b"/photos/trip")])
    scan(catalog, inner, [entry("2.jpg", folder=b"/photos/trip"), entry("3.jpg", folder=b"/photos/trip")])
    index_all(catalog)
    assert [(some.ready, some.inside) for some in catalog.folders(inside=True)] == [(2, 1), (1, 1), (0, 0)]
    assert {some.inside for some in catalog.folders()} == {0}
