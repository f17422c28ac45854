"""An engine that ends while it starts, and what its log says of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine import bug_log
from engine import messages as m
from engine.bug_log import BugLog
from engine.errors import AfterimageError
from engine.locations import Locations
from engine.safe_mode import FAILED_STARTS, StartMark
from tests.engine.engine_at_work import Engine
from tests.fakes import FakeLibrary

CANARY = "canary \N{BIRD} of a holiday"


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    (tmp_path / "data").mkdir()
    return os.fsencode(tmp_path / "data")


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "red car.jpg").touch()
    library = FakeLibrary(Locations.at(os.fsencode(tmp_path / "library")))
    library.add_folder(os.fsencode(photos))
    return library


def test_starts_that_did_not_settle_are_counted(folder: bytes) -> None:
    assert [StartMark(folder).begin() for _ in range(3)] == [0, 1, FAILED_STARTS]
    start = StartMark(folder)
    start.begin()
    start.settle()
    assert StartMark(folder).begin() == 0


def test_a_mark_of_rubbish_counts_as_none(folder: bytes) -> None:
    Path(os.fsdecode(folder), "starting").write_bytes(b"\xff" * 99)
    assert StartMark(folder).begin() == 0


def test_safe_mode_browses_and_says_why_it_does_nothing_else(library: FakeLibrary) -> None:
    engine = Engine(library, safe=True)
    engine.loop.load_model()
    engine.until(lambda: engine.loop.settled)
    news = [event for event in engine.peer.events if isinstance(event, m.Failed) and event.request == 0]
    assert "safe mode" in news[0].problem
    assert not library.model_loaded
    engine.ask(m.Search(1), m.Rescan(2))
    engine.ended(1, 2)
    engine.ask(m.Search(3, "red"))
    events = engine.ended(3)
    assert any(isinstance(event, m.SearchResults) and event.request == 1 for event in events)
    assert "rescan" not in library.log
    (failure,) = [event for event in events if isinstance(event, m.Failed) and event.request == 3]
    assert failure.error == "SafeMode"


def test_an_ordinary_start_settles_once_the_model_is_there(library: FakeLibrary) -> None:
    engine = Engine(library)
    library.may_load.clear()
    engine.loop.load_model()
    engine.loop.turn(0.02)
    assert not engine.loop.settled
    library.may_load.set()
    engine.until(lambda: engine.loop.settled)


def test_damage_that_was_found_is_told_to_everybody(library: FakeLibrary) -> None:
    engine = Engine(library)
    engine.loop.load_model()
    library.scrub.damage = AfterimageError("3 damaged entries", remedy="look after this disk")
    engine.until(lambda: any(isinstance(e, m.Failed) and e.problem == "3 damaged entries" for e in engine.peer.events))


def test_the_log_names_places_and_no_thing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = BugLog(os.fsencode(tmp_path / "logs"))
    try:
        try:
            open(tmp_path / CANARY)  # noqa: SIM115
        except OSError as error:
            raise ValueError(f"what about {CANARY}?") from error
    except ValueError:
        log.record()
    told = (tmp_path / "logs" / "bugs.log").read_text()
    assert "ValueError" in told
    assert "FileNotFoundError" in told
    assert "test_safe_mode.py:" in told
    for text in (told, capfd.readouterr().err):
        assert "canary" not in text
        assert os.fspath(tmp_path) not in text
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "logs" / "bugs.log").stat().st_mode) == 0o600


def test_the_log_never_takes_more_than_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bug_log, "LARGEST_BYTES", 2000)
    log = BugLog(os.fsencode(tmp_path))
    for _ in range(200):
        try:
            raise ValueError
        except ValueError:
            log.record()
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) < 2500


def test_a_log_that_cannot_be_written_is_no_other_error(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    log = BugLog(os.fsencode(tmp_path / "logs"))
    log.record()
    log.watch_crashes()
