"""A change of models in real engine processes that are killed: at every moment one of the two models is whole."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from engine import frames
from engine import messages as m
from engine.library import Library
from engine.locations import Locations
from engine.presets import Pin, Presets
from tests.e2e.engine_process import Cli, EngineProcess, draw_photos
from tests.engine.model_folders import write_tiny

PHOTOS = 120  # several steps of a change
KILLS = 10
MODELS = ("one", "two")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Folders of two small models with heads, and the SHA-256 of their manifests."""
    home = tmp_path_factory.mktemp("models")
    return {name: (home / name, write_tiny(home / name, seed=seed)) for seed, name in enumerate(MODELS)}


@pytest.fixture
def library(tmp_path: Path, models: dict[str, tuple[Path, str]]) -> Path:
    """An empty library that has both models and uses the first."""
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    presets = Presets.of(locations)
    for name, (folder, manifest) in models.items():
        presets.keep_pin(name, Pin("a test", None, (), manifest))
        presets.home(name).symlink_to(folder)
    with Library.open(locations) as opened:
        opened.use_model("one")
    return tmp_path / "library"


class Engine(EngineProcess):
    """Serves the model that the library has chosen."""

    def __init__(self, library: Path) -> None:
        super().__init__(library, None)
        try:
            self.until(lambda event: isinstance(event, m.EngineReady) and event.model_loaded)
        except BaseException:
            self.kill()
            raise

    def use(self, name: str) -> dict[str, str]:
        facts: dict[str, str] = json.loads(self.ask(m.UseModel, name)[-1].value)
        return facts

    def found(self) -> int:
        """How many photos a sentence finds."""
        events = self.ask(m.Search, "a red dog", 300, True, None, (), (), 0, True)  # drawn photos are much alike
        assert [event.stage for event in events[:-1]] == [m.Stage.RETRIEVED, m.Stage.RERANKED]
        return int(events[0].count)

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask(m.Doctor)[-1].value)
        return found

    def hear(self, seconds: float) -> None:
        """Takes in what is told, for so long."""
        deadline = time.monotonic() + seconds
        while self.pipe.poll(max(deadline - time.monotonic(), 0.0)):
            self.events.append(frames.decode(self.pipe.recv_bytes()))

    def until_it_answers(self, name: str) -> None:
        self.until(lambda event: isinstance(event, m.EngineReady) and event.model_name == name)


def photo_rows(library: Path) -> list[tuple[Any, ...]]:
    """Everything that is known of photos."""
    with sqlite3.connect(library / "catalog.db") as connection:
        return connection.execute("SELECT * FROM photos ORDER BY id").fetchall()


def known_to_coming(library: Path) -> int:
    """How many photos the model that is to come knows; -1 where none is to come."""
    with sqlite3.connect(library / "catalog.db") as connection:
        ((coming,),) = connection.execute("SELECT value FROM settings WHERE key = 'coming model'").fetchall()
        known = "SELECT count(*) FROM embeddings WHERE model IN (SELECT id FROM models WHERE name = ?)"
        return int(connection.execute(known, [coming]).fetchone()[0]) if coming else -1


def begin_anew(engine: Engine, serving: str) -> None:
    """Changes to the other model, which has to learn everything."""
    other = MODELS[serving == "one"]
    if other in {row["name"] for row in engine.report()["models"]}:
        engine.ask(m.DropModelData, other)
    engine.use(other)


def check_whole(engine: Engine) -> str:
    """Whichever model answers knows every photo. Returns its name."""
    report = engine.report()
    assert report["database"]["integrity"] == "ok"
    assert report["photos"] == {"pending": 0, "ready": PHOTOS, "unreadable": 0, "missing": 0}
    assert report["contents"] == report["embeddings"] == report["index"]["labels"] == PHOTOS
    assert report["model"]["name"] in MODELS
    assert engine.found() == PHOTOS
    return str(report["model"]["name"])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_kills_while_models_change_leave_one_of_them_whole(library: Path, tmp_path: Path) -> None:
    moments = random.Random(4)
    cli = Cli(library)
    cli("index", draw_photos(tmp_path / "photos", PHOTOS))
    before = photo_rows(library)
    known: list[int] = []  # photos that the coming model knew when the engine was killed; -1: it served already
    for kill in range(KILLS):
        engine = Engine(library)
        serving = check_whole(engine)
        if engine.use("")["chosen"] == serving:
            begin_anew(engine, serving)
        if kill % 2:
            engine.until(lambda event: isinstance(event, m.PrepareProgress) and (event.done > 0 or not event.name))
        else:
            engine.hear(moments.uniform(0.0, 0.4))
        engine.kill()
        known.append(known_to_coming(library))
        assert photo_rows(library) == before
    assert any(0 < count < PHOTOS for count in known), known
    engine = Engine(library)
    goal = MODELS[check_whole(engine) == "one"]
    engine.use(goal)
    if engine.use("")["serving"] != goal:
        engine.until_it_answers(goal)
    assert check_whole(engine) == goal
    assert engine.stop() == 0
    assert photo_rows(library) == before
    report = cli.doctor()
    assert (report["model"]["name"], report["coming"], report["index"]["verified"]) == (goal, None, True)
    print(f"photos known to the coming model at each kill: {known}")


def test_the_command_line_changes_the_model_with_and_without_an_engine(library: Path, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", 12)
    cli = Cli(library)
    assert cli("index", photos).startswith("12 photos searchable (12 new)")
    said = cli("models", "use", "two")
    assert "until then one answers" in said
    report = cli.doctor()
    assert (report["model"]["name"], report["coming"]["name"]) == ("one", "two")
    assert cli("index", photos).startswith("12 photos searchable (0 new)")
    report = cli.doctor()
    assert (report["model"]["name"], report["coming"]) == ("two", None)
    assert cli("models", "use", "one") == "one is in use\n"  # everything is known to it already
    assert cli.doctor()["embeddings"] == 12
    engine = Engine(library)
    cli("models", "use", "two")
    engine.until_it_answers("two")
    assert json.loads(cli("models", "list", "--json").splitlines()[-1])["in_use"]
    assert engine.stop() == 0
