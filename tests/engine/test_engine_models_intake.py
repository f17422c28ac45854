"""A window shows the engine a model on this disk: it is looked at, confirmed, and taken in."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import messages as m
from tests.engine.engine_at_work import Engine
from tests.engine.made_up_models import model_files, safetensors, write
from tests.fakes import FakeLibrary

SHIPPED = {"starter", "starter-multilingual"}


@pytest.fixture
def engine(fake_library: FakeLibrary) -> Iterator[Engine]:
    engine = Engine(fake_library)
    yield engine
    engine.loop.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "my model (copy)", model_files())


def test_a_look_names_the_hash_and_copies_nothing(engine: Engine, folder: Path) -> None:
    engine.ask(m.LookAtModel(1, os.fsencode(folder)))
    found = json.loads(engine.end(1).value)
    assert found["sha256"] == hashlib.sha256((folder / found["weights"]).read_bytes()).hexdigest()
    assert found["name"] == "my-model-copy"
    assert found["bytes"] == sum(path.stat().st_size for path in folder.iterdir())
    assert engine.installed(2) == SHIPPED


def test_a_confirmed_model_is_installed(engine: Engine, folder: Path) -> None:
    sha256 = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    engine.ask(m.ImportModel(1, os.fsencode(folder), "mine", sha256))
    assert engine.end(1).value == "mine"
    assert engine.installed(2) == {*SHIPPED, "mine"}


def test_weights_that_changed_after_the_look_are_refused(engine: Engine, folder: Path) -> None:
    engine.ask(m.ImportModel(1, os.fsencode(folder), "mine", hashlib.sha256(safetensors(seed=9)).hexdigest()))
    assert engine.end(1).error == "ModelAltered"
    assert engine.installed(2) == SHIPPED


def test_what_is_no_model_is_refused_with_a_remedy(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "weights.bin").write_bytes(b"pickle")
    engine.ask(m.LookAtModel(1, os.fsencode(tmp_path / "photos")))
    assert engine.end(1).error == "ModelMissing"
    assert "safetensors" in engine.end(1).remedy


def test_the_list_names_the_server_of_a_download(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    engine.ask(m.ListModels(1))
    assert {row["server"] for row in json.loads(engine.end(1).value)} == {"https://mirror.example"}
