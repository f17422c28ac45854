"""The engine as a process, with the starter model and real photos: killed, restarted, and asked from beside."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import messages as m
from engine.config import INDEX_BATCH
from engine.engine_line import connect
from engine.errors import LibraryBusy
from engine.library_lock import LibraryLock
from tests.e2e.engine_process import PATIENCE_S, Cli, EngineLeft, EngineProcess, draw_photos, needs_starter

pytestmark = needs_starter


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def cli(library: Path) -> Cli:
    return Cli(library)


@pytest.fixture
def engine(library: Path) -> Iterator[EngineProcess]:
    engine = EngineProcess(library)
    yield engine
    engine.stop()


def test_from_a_folder_to_ranked_photos_and_a_second_run_decodes_nothing(cli: Cli, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos" / "2020", 12)
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo")
    summary = cli("index", photos.parent)
    assert summary.startswith("12 photos searchable (12 new, 1 unreadable) in ")
    rows = cli.closest("a red square")
    assert len(rows) == 5
    assert not any(row["matched"] for row in rows)
    assert all(Path(row["path"]).parent == photos for row in rows)
    assert [row["reranked"] for row in rows] == [True] * 5
    report = cli.doctor()
    assert report["photos"] == {"pending": 0, "ready": 12, "unreadable": 1, "missing": 0}
    assert (report["contents"], report["embeddings"]) == (12, 12)
    assert report["index"] == {"labels": 12, "verified": True}

    for path in photos.glob("photo*.jpg"):  # whoever opened them again would find rubbish
        before = path.stat()
        path.write_bytes(bytes(before.st_size))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cli("index", photos.parent).startswith("12 photos searchable (0 new, 1 unreadable) in ")


def test_a_moved_folder_is_known_by_its_content(cli: Cli, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos" / "2020", 8)
    cli("index", photos.parent)
    thumbnails = {path: path.stat().st_mtime_ns for path in (cli.library / "cache").rglob("*.jpg")}
    photos.rename(photos.with_name("2021"))
    encoded = encodes(cli.library)
    assert cli("index", photos.parent).startswith("8 photos searchable (0 new) in ")
    assert encodes(cli.library) == encoded
    assert {Path(row["path"]).parent.name for row in cli.closest("a red square")} == {"2021"}
    assert {path: path.stat().st_mtime_ns for path in (cli.library / "cache").rglob("*.jpg")} == thumbnails


@pytest.mark.slow
def test_kill_9_while_indexing_loses_nothing_and_costs_a_batch_at_most(library: Path, cli: Cli, tmp_path: Path) -> None:
    photos, total = draw_photos(tmp_path / "photos", 120), 120
    told = 0
    kept: set[tuple[int, int, int]] = set()
    for kill in range(3):
        engine = EngineProcess(library)
        assert engine.greeting.photos >= told
        if kill == 0:
            engine.ask(m.AddFolder, os.fsencode(photos))
        goal = min(told + 25, total)
        told = engine.until(lambda event, goal=goal: isinstance(event, m.IndexProgress) and event.ready >= goal).ready
        engine.kill()
        begun, written = encodes(library)
        assert kept <= written, "what was encoded before an earlier kill was encoded again"
        assert len(written) >= told
        assert begun - len(written) <= INDEX_BATCH
        kept = written
    assert cli("index", photos).startswith(f"{total} photos searchable (")
    report = cli.doctor()
    assert report["photos"] == {"pending": 0, "ready": total, "unreadable": 0, "missing": 0}
    assert (report["contents"], report["embeddings"]) == (total, total)
    assert report["index"] == {"labels": total, "verified": True}
    assert kept <= encodes(library)[1]


def encodes(library: Path) -> tuple[int, set[tuple[int, int, int]]]:
    """How many contents were given to the model (they are entered just before), and a row for each one it finished.

    A row that is written again has another rowid. Reads a copy, so that the next engine finds what the last one left.
    """
    copy = library.with_name("catalog copy")
    copy.mkdir(exist_ok=True)
    for name in ("catalog.db", "catalog.db-wal"):
        (copy / name).unlink(missing_ok=True)
        if (library / name).exists():
            shutil.copy(library / name, copy / name)
    with contextlib.closing(sqlite3.connect(copy / "catalog.db")) as catalog:
        (begun,) = catalog.execute("SELECT count(*) FROM contents").fetchone()
        return begun, set(catalog.execute("SELECT rowid, content_id, crc FROM embeddings"))


def test_the_command_line_works_beside_a_running_engine(cli: Cli, engine: EngineProcess, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", 6)
    assert cli("index", photos).startswith("6 photos searchable (6 new) in ")
    with pytest.raises(LibraryBusy):
        LibraryLock(os.fsencode(cli.library / "lock")).acquire()
    assert len(cli.closest("a red square")) == 5
    assert cli("search", "a red square", "--paths", status=1) == ""
    assert cli.doctor()["photos"]["ready"] == 6
    results = [event for event in engine.ask(m.Search, "a red square") if isinstance(event, m.SearchResults)]
    assert [event.stage for event in results] == [m.Stage.RETRIEVED, m.Stage.RERANKED]
    (hits,) = [e for e in engine.ask(m.GetHits, results[-1].result, 0, 10) if isinstance(e, m.Hits)]
    assert all(os.path.exists(hit.thumbnail) for hit in hits.hits)
    (picture,) = [e for e in engine.ask(m.GetRendition, hits.hits[0].photo_id, 100) if isinstance(e, m.Rendition)]
    assert (picture.width, picture.height, os.path.exists(picture.path)) == (100, 75, True)
    assert cli("forget", "--everything", "--yes") == "6 photos forgotten; the files are untouched\n"
    assert len(os.listdir(photos)) == 6


def test_the_engine_leaves_cleanly_with_its_window_or_on_sigterm(library: Path) -> None:
    for leave in ("eof", "term"):
        engine = EngineProcess(library)
        if leave == "term":
            os.kill(engine.process.pid or 0, signal.SIGTERM)
            engine.process.join(60)
        assert engine.stop() == 0
        assert not (library / "engine.sock").exists()
        lock = LibraryLock(os.fsencode(library / "lock"))
        lock.acquire()
        lock.release()


def test_a_second_engine_says_who_holds_the_library_and_leaves(library: Path, engine: EngineProcess) -> None:
    with pytest.raises(EngineLeft) as left:
        EngineProcess(library)
    status, failure = left.value.args
    assert (status, failure.error, failure.path) == (3, "LibraryBusy", os.fsencode(library))
    engine.ask(m.ListFolders)


def test_ctrl_c_keeps_what_is_finished_and_the_next_run_goes_on(cli: Cli, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", 60)
    ahead = time.time() + 30
    os.utime(photos / "photo 0000.jpg", (ahead, ahead))  # fresh: two seconds at least from now before all is done
    process = cli.start("index", photos)
    wait_for_engine(cli)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert err == b"Stopped. Everything that was finished is kept.\n"
    assert cli("index", photos).startswith("60 photos searchable (")
    assert cli.doctor()["embeddings"] == 60


def wait_for_engine(cli: Cli) -> None:
    """Returns once the command answers on the library's socket, that is, once it is in its loop."""
    deadline = time.monotonic() + PATIENCE_S
    while (answer := connect(os.fsencode(cli.library / "engine.sock"), answer_s=1.0)) is None:
        assert time.monotonic() < deadline, "nobody answers"
        time.sleep(0.02)  # the command wants the processor
    answer[0].close()
