"""A window changes the model: it hears how far the new one is, and when it answers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import messages as m
from engine.locations import Locations
from tests.engine.engine_at_work import Engine
from tests.fakes import PREPARE_STEPS, FakeLibrary


@pytest.fixture
def engine(fake_library: FakeLibrary) -> Iterator[Engine]:
    engine = Engine(fake_library)
    engine.loop.load_model()
    engine.loop.change_models()
    yield engine
    engine.library.may_load.set()
    engine.loop.close()


def of(engine: Engine, kind: type) -> list[Any]:
    return [event for event in engine.peer.events if isinstance(event, kind)]


def answering(engine: Engine) -> str:
    return of(engine, m.EngineReady)[-1].model_name


def test_everybody_hears_of_a_change_and_of_its_end(engine: Engine) -> None:
    other = engine.join()
    engine.ask(m.UseModel(1, "fast"))
    assert json.loads(engine.end(1).value) == {"serving": "fake", "chosen": "fast", "learned": {}}
    engine.until(lambda: answering(engine) == "fast")
    engine.until(lambda: of(engine, m.PrepareProgress)[-1].name == "")
    told = of(engine, m.PrepareProgress)
    assert told[0].name == "fast"
    assert {event.request for event in told} == {0}
    assert [event for event in other.events if isinstance(event, m.PrepareProgress)] == told


def test_a_search_is_answered_while_the_other_model_is_loaded(engine: Engine) -> None:
    engine.until(lambda: engine.library.model_loaded)
    engine.library.may_load.clear()
    engine.ask(m.UseModel(1, "fast"), m.Search(2, "dog"))
    assert isinstance(engine.end(2), m.Reply)
    assert answering(engine) == "fake"
    late = engine.join()
    assert [event.name for event in late.events if isinstance(event, m.PrepareProgress)] == ["fast"]
    engine.ask(m.UseModel(3, "fake"))
    assert json.loads(engine.end(3).value)["chosen"] == "fake"
    engine.until(lambda: of(engine, m.PrepareProgress)[-1].name == "")
    engine.library.may_load.set()
    engine.ask(m.Search(4, "dog"))
    engine.end(4)
    assert answering(engine) == "fake"


def test_a_model_that_cannot_be_loaded_is_told_and_the_old_one_stays(engine: Engine) -> None:
    engine.ask(m.UseModel(1, "altered"))
    engine.until(lambda: any(event.error == "ModelAltered" for event in of(engine, m.Failed)))
    (failure,) = of(engine, m.Failed)
    assert (failure.request, failure.remedy) == (0, "get it again")
    engine.until(lambda: of(engine, m.PrepareProgress)[-1].name == "")
    assert engine.library.chosen_model == "fake"


def test_indexing_by_name_ends_with_the_change_and_tells_how_far_it_is(engine: Engine, tmp_path: Path) -> None:
    engine.ask(m.UseModel(1, "fast"), m.Index(2, (os.fsencode(tmp_path),)))
    assert isinstance(engine.end(2), m.Reply)
    assert engine.library.model_name == "fast"
    told = [event for event in of(engine, m.PrepareProgress) if event.request == 2]
    assert {event.total for event in told if event.total} <= {PREPARE_STEPS}
    assert told[0].name == "fast"


def test_an_engine_that_ends_soon_prepares_nothing(tmp_path: Path) -> None:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    engine = Engine(FakeLibrary(locations))
    engine.loop.load_model()
    engine.ask(m.UseModel(1, "fast"), m.Search(2, "dog"))
    assert isinstance(engine.end(2), m.Reply)
    assert engine.library.wanted_model == "fast"
    engine.loop.close()


def test_an_estimate_is_measured_beside_the_loop(engine: Engine) -> None:
    engine.ask(m.EstimateModel(1, "fast"), m.EstimateModel(2, "altered"))
    assert json.loads(engine.end(1).value) == {
        "photos": 0, "photos_per_s": 2.0, "seconds": 0.0, "bytes": 1000, "reason": ""
    }  # fmt: skip
    assert engine.end(2).error == "ModelAltered"


def test_what_a_model_has_learned_is_listed_and_dropped(engine: Engine) -> None:
    engine.library.learned_by = ["starter"]
    engine.ask(m.ListModels(1))
    rows = {row["name"]: row for row in json.loads(engine.end(1).value)}
    assert (rows["starter"]["encoded"], rows["starter"]["data_bytes"], rows["fast"]["data_bytes"]) == (3, 123, 0)
    assert rows["fast"]["free_bytes"] > 0
    engine.ask(m.DropModelData(2, "starter"))
    assert engine.end(2).value == "123"
    assert engine.library.learned_by == []
