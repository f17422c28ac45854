"""A window shows the engine a model on this disk: it is looked at, confirmed, and taken in."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import messages as m
from engine.locations import Locations
from tests.engine.made_up_models import model_files, safetensors, write
from tests.engine.test_worker import Engine
from tests.fakes import FakeLibrary

SHIPPED = {"starter", "starter-multilingual"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    engine = Engine(FakeLibrary(locations))
    yield engine
    engine.loop.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "my model (copy)", model_files())


def last(engine: Engine, request: int) -> Any:
    ends = [event for event in engine.ended(request) if isinstance(event, m.Reply | m.Failed)]
    return next(event for event in ends if event.request == request)


def installed(engine: Engine, request: int) -> set[str]:
    engine.ask(m.ListModels(request))
    return {row["name"] for row in json.loads(last(engine, request).value) if row["installed"]}


def test_a_look_names_the_hash_and_copies_nothing(engine: Engine, folder: Path) -> None:
    engine.ask(m.LookAtModel(1, os.fsencode(folder)))
    found = json.loads(last(engine, 1).value)
    assert found["sha256"] == hashlib.sha256((folder / found["weights"]).read_bytes()).hexdigest()
    assert found["name"] == "my-model-copy"
    assert found["bytes"] == sum(path.stat().st_size for path in folder.iterdir())
    assert installed(engine, 2) == SHIPPED


def test_a_confirmed_model_is_installed(engine: Engine, folder: Path) -> None:
    sha256 = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    engine.ask(m.ImportModel(1, os.fsencode(folder), "mine", sha256))
    assert last(engine, 1).value == "mine"
    assert installed(engine, 2) == {*SHIPPED, "mine"}


def test_weights_that_changed_after_the_look_are_refused(engine: Engine, folder: Path) -> None:
    engine.ask(m.ImportModel(1, os.fsencode(folder), "mine", hashlib.sha256(safetensors(seed=9)).hexdigest()))
    assert last(engine, 1).error == "ModelAltered"
    assert installed(engine, 2) == SHIPPED


def test_what_is_no_model_is_refused_with_a_remedy(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "weights.bin").write_bytes(b"pickle")
    engine.ask(m.LookAtModel(1, os.fsencode(tmp_path / "photos")))
    assert last(engine, 1).error == "ModelMissing"
    assert "safetensors" in last(engine, 1).remedy


def test_the_list_names_the_server_of_a_download(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    engine.ask(m.ListModels(1))
    assert {row["server"] for row in json.loads(last(engine, 1).value)} == {"https://mirror.example"}
