"""The catalog: what scans find, what is shown, and what is kept."""

from __future__ import annotations

import datetime
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import Catalog, EncodedPhoto, ScanChanges
from engine.errors import LibraryDamaged
from engine.photo import (
    DecodeFailure,
    FileEntry,
    Folder,
    PhotoFacts,
    PhotoState,
)
from tests.engine.catalog_at_work import (
    DIMENSION,
    NOW,
    OLD,
    entry,
    file_hash,
    finish,
    index_all,
    reopened,
    scan,
    seed_of,
    vector,
)

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
from tests.engine.catalog_at_work import NOW, entry, index_all, reopened, scan
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
