"""The catalog's queue: who is opened next, what became of it, and what engines that die leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.catalog import Catalog, ScanChanges
from engine.config import DECODE_TRIES
from engine.errors import AfterimageError
from engine.photo import (
    DecodeFailure,
    Folder,
    PhotoState,
)
from tests.engine.catalog_at_work import (
    DAY,
    NOW,
    OLD,
    die,
    entry,
    finish,
    index_all,
    reopened,
    scan,
    seed_of,
)

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


def test_contents_that_could_not_be_leased_or_are_given_back_are_looked_for_again(
    catalog: Catalog, folder: Folder
) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg"), entry("3.jpg")])
    index_all(catalog)
    catalog.model_id = "other"
    list(catalog._file.rows("PRAGMA query_only = 1"))
    with pytest.raises(AfterimageError):
        catalog.lease(2, now_ns=NOW)
    list(catalog._file.rows("PRAGMA query_only = 0"))
    assert catalog.waiting() == 3
    tasks = catalog.lease(2, now_ns=NOW)
    catalog.release([task.photo_id for task in tasks])
    assert catalog.waiting() == 3
    index_all(catalog)
    assert (catalog.waiting(), catalog.embeddings_count()) == (0, 3)


def test_where_a_photo_is_gone_a_copy_is_encoded_in_its_place(catalog: Catalog, folder: Folder) -> None:
    scan(catalog, folder, [entry("1.jpg"), entry("copy 1.jpg")])
    index_all(catalog)
    catalog.model_id = "other"
    (first,) = catalog.lease(1, now_ns=NOW)
    catalog.fail(DecodeFailure(first.photo_id, "The file is gone", vanished=True))
    (other,) = catalog.lease(1, now_ns=NOW)
    assert other.path != first.path
    finish(catalog, other, 1)
    assert (catalog.waiting(), catalog.embeddings_count()) == (0, 1)


# ---- engines that die ---------------------------------------------------------------------------------------------


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
from tests.engine.catalog_at_work import NOW, finish, reopened, seed_of
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
