"""The engine's loop with a library in memory; the process around it is tested end to end."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import frames
from engine import messages as m
from engine.errors import DiskFull, ModelMissing
from tests.engine.engine_at_work import Engine, name_photos, of, window_of
from tests.fakes import FakeLibrary


@pytest.fixture
def library(fake_library: FakeLibrary) -> FakeLibrary:
    return fake_library


@pytest.fixture
def photos(tmp_path: Path) -> bytes:
    return name_photos(tmp_path / "photos")


@pytest.fixture
def engine(library: FakeLibrary) -> Iterator[Engine]:
    engine = Engine(library)
    yield engine
    library.may_load.set()
    engine.loop.close()


@pytest.fixture
def indexed(engine: Engine, photos: bytes) -> Engine:
    engine.loop.load_model()
    engine.ask(m.Index(1, (photos,)))
    engine.ended(1)
    engine.peer.events.clear()
    return engine


def test_every_peer_is_greeted_first(engine: Engine) -> None:
    (greeting,) = engine.peer.events
    assert isinstance(greeting, m.EngineReady)
    assert (greeting.photos, greeting.model_loaded, greeting.model_name) == (0, False, "fake")


def test_browsing_and_folders_are_answered_before_the_model_is_there(engine: Engine, photos: bytes) -> None:
    engine.library.may_load.clear()
    engine.loop.load_model()
    engine.ask(m.AddFolder(1, photos), m.Search(2), m.ListFolders(3), m.ListProblems(4), m.Search(5, "dog"))
    events = engine.ended(1, 3, 4)
    assert of(events, m.FolderList)[0].folders[0].path == photos
    assert of(events, m.ProblemList)[0].problems[0].reason == "it is cut short"
    assert not of(events, m.Reply, 5)
    engine.library.may_load.set()
    events = engine.ended(5)
    assert [e.stage for e in of(events, m.SearchResults, 5)][:1] == [m.Stage.RETRIEVED]
    assert [e.model_loaded for e in of(events, m.EngineReady)] == [False, True]


def test_a_search_without_a_sentence_needs_no_model(engine: Engine) -> None:
    engine.library.may_load.clear()
    engine.loop.load_model()
    engine.ask(m.Search(2, "  "))
    events = engine.ended(2)
    assert not of(events, m.Failed)


def test_a_search_gives_retrieved_then_reranked_then_reply_and_pages_of_hits(indexed: Engine) -> None:
    indexed.ask(m.Search(7, "dog"))
    events = indexed.ended(7)
    assert [type(e).__name__ for e in events] == ["SearchResults", "SearchResults", "Reply"]
    first, second = of(events, m.SearchResults)
    assert (first.stage, second.stage, first.count) == (m.Stage.RETRIEVED, m.Stage.RERANKED, 2)
    indexed.ask(m.GetHits(8, second.result, 1, 10**12))
    (page,) = of(indexed.ended(8), m.Hits)
    assert [os.path.basename(hit.path) for hit in page.hits] == [b"dog on snow.jpg"]


def test_a_newer_search_cancels_the_older_one_of_its_connection_only(indexed: Engine) -> None:
    other = indexed.join()
    indexed.ask(m.Search(5, "dog"), peer=other)
    indexed.ask(m.Search(5, "dog"), m.Search(6, "cat"))
    (cancelled, *_), _ = of(indexed.ended(5, 6), m.Failed), indexed.ended(5, peer=other)
    assert (cancelled.request, cancelled.cancelled) == (5, True)
    assert not of(list(other.events), m.Failed)
    assert not [line for line in indexed.library.log if line == "retrieved 5"][1:]


def test_a_newer_explanation_takes_the_place_of_an_older_one_and_of_no_search(indexed: Engine) -> None:
    indexed.ask(m.Search(5, "dog"))
    indexed.ended(5)
    indexed.ask(m.Search(6, "dog"), m.Explain(7, 0, "cat"), m.Explain(8, 0, "dog"))
    events = indexed.ended(6, 7, 8)
    assert [(failed.request, failed.cancelled) for failed in of(events, m.Failed)] == [(7, True)]
    (why,) = of(events, m.Explanation)
    assert (why.request, why.words[0].word, why.words[0].found) == (8, "dog", True)


def test_an_explanation_waits_for_the_model(engine: Engine) -> None:
    engine.library.model_failure = ModelMissing("No model", remedy="install one")
    engine.loop.load_model()
    engine.ask(m.Explain(3, 0, "dog"))
    (failed,) = of(engine.ended(3), m.Failed, 3)
    assert failed.error == "ModelMissing"


def test_a_search_comes_before_index_steps(indexed: Engine, photos: bytes) -> None:
    for number in range(30):
        Path(os.fsdecode(photos), f"new {number}.jpg").write_bytes(b"")
    indexed.library.log.clear()
    indexed.ask(m.Rescan(2), m.Search(3, "dog"))
    indexed.ended(3)
    searching = indexed.library.log[: indexed.library.log.index("reranked 3") + 1]
    assert "step" not in searching
    indexed.until(lambda: indexed.library.progress().ready == 33)


def test_index_reports_under_its_id_and_replies_when_all_is_done(engine: Engine, photos: bytes) -> None:
    news = engine.join()
    engine.loop.load_model()
    engine.ask(m.Index(4, (photos,)))
    events = engine.ended(4)
    progress = of(events, m.IndexProgress, 4)
    assert (progress[-1].ready, progress[-1].active) == (3, False)
    assert of(list(news.events), m.IndexProgress, 0)
    assert of(list(news.events), m.LibraryChanged)[-1].ready == 3


def test_the_end_of_a_scan_that_found_nothing_is_told_too(indexed: Engine) -> None:
    for _ in range(3):
        indexed.loop.turn(0.0)
    indexed.peer.events.clear()
    indexed.ask(m.Rescan(9))
    indexed.until(lambda: of(list(indexed.peer.events), m.IndexProgress))
    assert not of(list(indexed.peer.events), m.IndexProgress)[-1].active


def test_a_photo_that_was_edited_is_a_change_though_there_are_as_many_as_before(indexed: Engine, photos: bytes) -> None:
    for _ in range(3):
        indexed.loop.turn(0.0)
    indexed.peer.events.clear()
    indexed.library.edit(os.path.join(photos, b"cat.jpg"))
    indexed.ask(m.Rescan(9))
    indexed.until(lambda: of(list(indexed.peer.events), m.IndexProgress))
    indexed.ended(9)
    (change,) = of(list(indexed.peer.events), m.LibraryChanged)
    assert change.ready == 3


def test_progress_comes_at_most_four_times_a_second(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(500):
        (folder / f"{number}.jpg").write_bytes(b"")
    engine.loop.load_model()
    started = time.monotonic()
    engine.ask(m.Index(4, (os.fsencode(folder),)))
    events = engine.ended(4)
    assert len(of(events, m.IndexProgress)) <= 4 * (time.monotonic() - started) + 2


def test_an_idle_engine_answers_a_peer_in_its_own_process_at_once(indexed: Engine) -> None:
    for _ in range(3):
        indexed.loop.turn(0.0)
    started = time.monotonic()
    indexed.ask(m.ListFolders(9))
    indexed.loop.turn()
    assert indexed.peer.events[-1] == m.Reply(9)
    assert time.monotonic() - started < 30


def test_an_idle_engine_does_not_step(indexed: Engine) -> None:
    indexed.library.log.clear()
    for _ in range(20):
        indexed.loop.turn(0.0)
    assert indexed.library.log == []


def test_a_known_failure_ends_its_request_with_path_remedy_and_status(engine: Engine) -> None:
    engine.ask(m.AddFolder(1, b"/no/such\xff"), m.Index(2, (b"/no/such",)))
    for failure in of(engine.ended(1, 2), m.Failed):
        assert (failure.error, failure.status) == ("FolderUnreachable", 3)
        assert failure.path.startswith(b"/no/such")
        assert failure.remedy


def test_a_bug_in_one_request_costs_that_request_only(indexed: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    indexed.ask(m.Search(1, "a bug"))
    (failure,) = of(indexed.ended(1), m.Failed)
    assert failure.error == "Bug"
    err = capfd.readouterr().err
    assert "ZeroDivisionError" in err
    assert "planted" not in err  # who knows what it is about
    indexed.ask(m.Search(2, "dog"))
    assert of(indexed.ended(2), m.SearchResults, 2)


def test_an_event_sent_as_a_request_is_refused(engine: Engine) -> None:
    engine.ask(m.Reply(3))  # type: ignore[arg-type]
    assert of(engine.ended(3), m.Failed)[0].status == 2


def test_a_missing_model_fails_sentences_and_indexing_but_not_browsing(engine: Engine, photos: bytes) -> None:
    engine.library.model_failure = ModelMissing("The model is not there", path=b"/m", remedy="install it")
    engine.loop.load_model()
    engine.ask(m.Index(1, (photos,)), m.Search(2, "dog"))
    events = engine.ended(1, 2)
    assert [failure.error for failure in of(events, m.Failed) if failure.request] == ["ModelMissing"] * 2
    engine.ask(m.Search(3), m.Doctor(4))
    events = engine.ended(3, 4)
    assert not of(events, m.Failed, 3)
    assert json.loads(of(events, m.Reply, 4)[0].value)["loaded"] is False


def test_a_full_disk_while_indexing_is_told_and_the_engine_goes_on(indexed: Engine, photos: bytes) -> None:
    indexed.library.step_failure = DiskFull("No room", path=b"/disk", remedy="free some")
    indexed.ask(m.Index(2, (photos,)))
    (failure,) = of(indexed.ended(2), m.Failed, 2)
    assert (failure.error, failure.path) == ("DiskFull", b"/disk")
    indexed.library.step_failure = None
    indexed.ask(m.Search(3, "dog"), m.Index(4, (photos,)))
    events = indexed.ended(3, 4)
    assert of(events, m.Reply, 4)


def test_a_rendition_is_worked_out_beside_everything_else(indexed: Engine) -> None:
    indexed.ask(m.GetRendition(1, 5, 10**6), m.GetRendition(2, -1, 100))
    events = indexed.ended(1, 2)
    assert of(events, m.Rendition)[0].width == 8_192
    assert of(events, m.Failed, 2)[0].error == "PhotoUnreadable"


def test_a_picture_comes_while_indexing_rests_for_want_of_room(indexed: Engine, photos: bytes) -> None:
    indexed.library.step_failure = DiskFull("The disk is full", remedy="free some space")
    indexed.ask(m.Rescan(20))
    indexed.until(lambda: bool(of(indexed.peer.events, m.Failed, 0)))
    indexed.ask(m.GetRendition(21, 0, 800))
    indexed.until(lambda: bool(of(indexed.peer.events, m.Reply, 21)), within_s=4)  # it rests for five


def test_forgetting_and_removing_reply_with_the_number_of_photos(indexed: Engine, photos: bytes) -> None:
    indexed.ask(m.Forget(1, (photos + b"/cat.jpg",)))
    assert of(indexed.ended(1), m.Reply, 1)[0].value == "1"
    folder_id = indexed.library.folders()[0].id
    indexed.ask(m.RemoveFolder(2, folder_id))
    assert of(indexed.ended(2), m.Reply, 2)[0].value == "2"


def test_the_engine_leaves_when_its_window_is_gone(engine: Engine) -> None:
    window_of(engine).close()
    engine.until(lambda: engine.loop.leaving)


def test_only_its_window_may_shut_the_engine_down(engine: Engine) -> None:
    window = window_of(engine)
    engine.ask(m.Shutdown(1))
    assert of(engine.ended(1), m.Failed)
    assert not engine.loop.leaving
    window.send_bytes(frames.encode(m.Shutdown(2)))
    engine.until(lambda: engine.loop.leaving)
