"""A window asks the engine for a model, and watches it come."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from engine import messages as m
from tests.engine.engine_at_work import Engine
from tests.engine.hub_server import Hub, serve
from tests.engine.made_up_models import SIZE, hub_of
from tests.fakes import FakeLibrary

pytestmark = pytest.mark.local_server


@pytest.fixture
def engine(fake_library: FakeLibrary) -> Iterator[Engine]:
    engine = Engine(fake_library)
    yield engine
    engine.loop.close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve(hub_of()) as hub:
        yield hub


def progress(engine: Engine) -> list[m.FetchProgress]:
    return [event for event in engine.peer.events if isinstance(event, m.FetchProgress)]


def test_a_model_comes_with_progress_while_everything_else_is_answered(engine: Engine, hub: Hub) -> None:
    engine.ask(m.FetchModel(1, "us/made-up", hub.url))
    engine.until(lambda: len(progress(engine)) > 0)
    shipped = engine.installed(2)
    assert "made-up" not in shipped
    assert isinstance(engine.end(1), m.Reply)
    assert {event.request for event in progress(engine)} == {1}
    assert progress(engine)[-1].stage == m.FetchStage.INSTALLING
    assert engine.installed(3) == {*shipped, "made-up"}


def test_a_pause_keeps_what_was_fetched(engine: Engine, hub: Hub) -> None:
    hub.rate = 1_000_000
    engine.ask(m.FetchModel(1, "us/made-up", hub.url))
    engine.until(lambda: any(event.done > SIZE // 3 for event in progress(engine)))
    engine.ask(m.FetchModel(2, "us/made-up", hub.url))
    assert "being fetched already" in engine.end(2).problem
    engine.ask(m.PauseFetch(3, "made-up"))
    assert isinstance(engine.end(3), m.Reply)
    assert engine.end(1).cancelled
    hub.rate = None
    engine.ask(m.FetchModel(4, "us/made-up", hub.url))
    assert isinstance(engine.end(4), m.Reply)
    assert [asked.first_byte > 0 for asked in hub.bodies("model.safetensors") if "/cdn" in asked.path] == [False, True]


def test_a_download_that_fails_says_why(engine: Engine) -> None:
    engine.ask(m.FetchModel(1, "fast", "http://127.0.0.1:9"), m.FetchModel(2, "gigantic"), m.FetchModel(3, "starter"))
    assert engine.end(1).error == "NoNetwork"
    assert engine.end(2).error == "ModelMissing"
    assert isinstance(engine.end(3), m.Reply)  # it is here already


def test_a_window_that_leaves_pauses_its_download(engine: Engine, hub: Hub) -> None:
    hub.rate = 500_000
    window = engine.join()
    engine.ask(m.FetchModel(1, "us/made-up", hub.url), peer=window)
    engine.until(lambda: any(isinstance(event, m.FetchProgress) and event.done for event in window.events))
    window.close()
    engine.loop.turn(0.02)
    engine.ask(m.FetchModel(2, "us/made-up", hub.url))
    engine.until(lambda: len(progress(engine)) > 1)
    assert not any(isinstance(event, m.Failed) for event in engine.peer.events)


def test_freeing_goes_in_slices_between_which_others_are_answered(engine: Engine) -> None:
    engine.ask(m.DropModelData(1, "fake"), m.ListFolders(2))
    assert engine.end(1).value == "123"
    ends = [event.request for event in engine.peer.events if isinstance(event, m.Reply)]
    assert ends.index(2) < ends.index(1)
    assert [line for line in engine.library.log if line.startswith("drop")] == [
        "drop fake.0",
        "drop fake.1",
        "drop fake.2",
    ]


def test_a_model_is_removed_unless_it_is_in_use(engine: Engine, hub: Hub) -> None:
    engine.ask(m.FetchModel(1, "us/made-up", hub.url))
    assert isinstance(engine.end(1), m.Reply)
    engine.ask(m.UseModel(2, "made-up"))
    assert json.loads(engine.end(2).value) == {"serving": "fake", "chosen": "made-up", "learned": {}}
    engine.ask(m.RemoveModel(3, "made-up"))
    assert "in use" in engine.end(3).problem
    engine.ask(m.UseModel(4, "starter"), m.RemoveModel(5, "made-up"))
    assert int(engine.end(5).value) > SIZE
    engine.ask(m.RemoveModel(6, "starter"))
    assert isinstance(engine.end(6), m.Failed)
