"""`afterimage index` on a library with real files and a fake model, in this process: rounds, rests, news."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli_index import summaries
from engine.engine_loop import EngineLoop
from engine.engine_peer import MemoryPeer
from engine.engine_session_here import LocalSession
from engine.library import Library
from engine.locations import Locations
from tests.engine.library_at_work import paint
from tests.fake_model import FakeModels

REST_S = 0.1


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Closed by its session."""
    return Library.open(Locations.at(os.fsencode(tmp_path / "library")), models=FakeModels(), workers=1)


@pytest.fixture
def session(library: Library) -> Iterator[LocalSession]:
    with LocalSession(EngineLoop(library), MemoryPeer()) as session:
        yield session


class QuietSession(LocalSession):
    """Draws a photo in its third rest."""

    rests = 0
    drawn: Path

    def rest(self, seconds: float) -> None:
        self.rests += 1
        if self.rests == 3:
            paint(self.drawn, (0, 0, 90))
        super().rest(seconds)


@pytest.fixture
def quiet(library: Library, photos: Path) -> Iterator[QuietSession]:
    with QuietSession(EngineLoop(library), MemoryPeer()) as session:
        session.drawn = photos / "sea.png"
        yield session


@pytest.fixture
def watching(session: LocalSession, photos: Path) -> Iterator[str]:
    return summaries(session, (os.fsencode(photos),), rescan_s=REST_S)


def test_one_round_has_one_sentence(session: LocalSession, photos: Path) -> None:
    (summary,) = summaries(session, (os.fsencode(photos),), rescan_s=None)
    assert summary.startswith("4 photos searchable (4 new) in ")


def test_a_photo_added_during_the_rest_is_found(watching: Iterator[str], photos: Path) -> None:
    next(watching)
    paint(photos / "sea.png", (0, 0, 90))
    assert next(watching).startswith("5 photos searchable (1 new) in ")


def test_a_photo_that_is_still_fresh_after_the_rest_is_waited_for(watching: Iterator[str], photos: Path) -> None:
    next(watching)
    os.utime(sea := paint(photos / "sea.png", (0, 0, 90)))
    assert next(watching).startswith("5 photos searchable (1 new) in ")
    assert time.time() - sea.stat().st_mtime >= 2.0


def test_a_photo_that_goes_and_one_that_cannot_be_read_are_told(watching: Iterator[str], photos: Path) -> None:
    next(watching)
    (photos / "red.png").unlink()
    assert next(watching).startswith("3 photos searchable (0 new, 1 missing) in ")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo")
    os.utime(photos / "broken.jpg", (1, 1))
    assert next(watching).startswith("3 photos searchable (0 new, 1 unreadable, 1 missing) in ")


def test_a_round_without_news_says_nothing(quiet: QuietSession, photos: Path) -> None:
    watching = summaries(quiet, (os.fsencode(photos),), rescan_s=REST_S)
    assert [next(watching)[:19], next(watching)[:19]] == ["4 photos searchable", "5 photos searchable"]
    assert quiet.rests == 3


def test_forgotten_photos_are_counted(library: Library, session: LocalSession, photos: Path) -> None:
    list(summaries(session, (os.fsencode(photos),), rescan_s=None))
    library.forget([os.fsencode(photos / "red.png"), os.fsencode(photos / "blue.png")])
    (summary,) = summaries(session, (os.fsencode(photos),), rescan_s=None)
    assert summary.startswith("2 photos searchable (")
    assert ", 2 forgotten earlier) in " in summary
