"""A change of models over thousands of photos, killed again and again: one of the two is whole after each kill.

    python -m tests.torture.model_change [--photos 5000] [--kills 10] [--json]

Real engine processes on a library of drawn photos change from the starter to the multilingual one and back. They are
killed at moments that are spread over the whole change, its beginning and its end among them. After each kill another
engine opens the library: every photo must be there and be found, with the model that answers, and nothing that a person
made may have changed. Ends with status 1 where something is lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from engine import frames
from engine import messages as m
from engine.model_switch import COMING, COMING_HEAD, SERVING, TRIES
from tests.e2e.engine_process import OLD, Cli, EngineProcess
from tests.photos import draw

MODELS = ("starter", "starter-multilingual")
SCENES = 100  # drawn; all other photos are made of them
JUDGED = 7
SENTENCE = "a red house beside the blue water"
LONGEST_S = 1_800.0
DERIVED = {"embeddings", "from_thumbnails", "models"}  # tables that belong to models
NOTHING = ("", "{}", "[]")  # settings that say as much as those that are not there
CHANGING = {SERVING, COMING, COMING_HEAD, TRIES}  # settings that a change changes


@dataclass(frozen=True, slots=True)
class Kill:
    """When the engine was killed (photos known to the model that was to come, -1: it answered already), which model
    answered then, which answered after it, and how long the next engine took to be ready."""

    number: int
    goal: str
    known: int
    before: str
    after: str
    ready_s: float


class Torture:
    """One library, from the first photo to the last kill."""

    def __init__(self, folder: Path, photos: int, *, seed: int = 4) -> None:
        self.kills: list[Kill] = []
        self._library = folder / "library"
        self._photos = photos
        self._moments = random.Random(seed)
        self._folder = make_photos(folder / "photos", photos)
        self._kept: dict[str, str] = {}

    def run(self, kills: int) -> dict[str, Any]:
        """Raises AssertionError where anything is lost."""
        started = time.monotonic()
        Cli(self._library)("index", self._folder, patience_s=LONGEST_S)
        indexed_s = time.monotonic() - started
        self._judge()
        self._kept = made_by_people(self._library)
        goal, way = MODELS[1], kills // 2 or 1
        for number in range(kills):
            if number and number % way == 0:
                self._finish()
            goal = self._kill_once(number, goal, share=number % way / max(way - 1, 1))
        last = self._finish()
        return {
            "photos": self._photos,
            "indexed_s": round(indexed_s, 1),
            "seconds": round(time.monotonic() - started, 1),
            "model_at_the_end": last,
            "kills": [asdict(kill) for kill in self.kills],
        }

    def _judge(self) -> None:
        """Ticks and crosses, tags and stars of a person."""
        engine = Engine(self._library)
        ids = engine.found(SENTENCE)
        for place in range(JUDGED):
            engine.ask(m.Judge, SENTENCE, ids[place], 1 if place % 2 else -1)
        engine.ask(m.TagPhotos, tuple(ids[:JUDGED]), add=("animals/dog", "2020"))
        engine.ask(m.MarkPhotos, "rating", "4", tuple(ids[:JUDGED]))
        engine.stop()

    def _kill_once(self, number: int, goal: str, *, share: float) -> str:
        """Goes on with the change until a share of the photos is known, and kills. Returns where to go next."""
        engine, _ = self._opened()
        facts = engine.use("")
        if facts["serving"] == goal:
            goal = MODELS[1 - MODELS.index(goal)]
            engine.forget_learned(goal)
        if facts["chosen"] != goal:
            engine.use(goal)
        wanted = round(share * self._photos)
        engine.until(
            lambda event: (
                isinstance(event, m.PrepareProgress)
                and (event.done >= wanted or not event.name or (event.total > 0 and event.done == event.total))
            ),
            patience_s=LONGEST_S,
        )
        engine.hear(self._moments.uniform(0.0, 0.5))
        engine.kill()
        before, known = state_of(self._library)
        started = time.monotonic()
        again, after = self._opened()
        self.kills.append(Kill(number, goal, known, before, after, round(time.monotonic() - started, 2)))
        again.kill()
        print(self.kills[-1], file=sys.stderr, flush=True)
        return goal

    def _opened(self) -> tuple[Engine, str]:
        """An engine on the library, and the model that answers, after a look at everything."""
        engine = Engine(self._library)
        report = engine.report()
        photos = self._photos
        assert report["database"]["integrity"] == "ok", report["database"]
        assert report["photos"] == {"pending": 0, "ready": photos, "unreadable": 0, "missing": 0}, report["photos"]
        assert report["contents"] == report["embeddings"] == report["index"]["labels"] == photos, report
        assert report["model"]["name"] in MODELS, report["model"]
        assert len(set(engine.found(SENTENCE, limit=photos))) == photos
        now = made_by_people(self._library)
        changed = [table for table in self._kept if now.get(table) != self._kept[table]]
        assert not changed, f"what no model made has changed: {', '.join(changed)}"
        return engine, str(report["model"]["name"])

    def _finish(self) -> str:
        """Lets the change end that the last kill cut; returns the model that answers then."""
        engine, serving = self._opened()
        chosen = engine.use("")["chosen"]
        if chosen != serving:
            engine.until(
                lambda event: isinstance(event, m.EngineReady) and event.model_name == chosen, patience_s=LONGEST_S
            )
        assert engine.stop() == 0
        again, serving = self._opened()
        assert serving == chosen
        assert again.stop() == 0
        assert Cli(self._library).doctor()["index"]["verified"]
        return serving


class Engine(EngineProcess):
    """Serves the model that the library has chosen; ready once that is loaded."""

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

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask(m.Doctor)[-1].value)
        return found

    def found(self, sentence: str, *, limit: int = 100) -> list[int]:
        """Ids of the photos that a sentence finds, every copy by itself."""
        events = self.ask(m.Search, sentence, limit=limit, every_copy=True)
        packed = memoryview(events[0].photo_ids).cast("q")
        return packed.tolist()

    def forget_learned(self, name: str) -> None:
        if name in {row["name"] for row in self.report()["models"]}:
            self.ask(m.DropModelData, name)

    def hear(self, seconds: float) -> None:
        """Takes in what is told, for so long."""
        deadline = time.monotonic() + seconds
        while self.pipe.poll(max(deadline - time.monotonic(), 0.0)):
            self.events.append(frames.decode(self.pipe.recv_bytes()))


def make_photos(folder: Path, count: int) -> Path:
    """Small JPEGs, each different: drawn scenes with a patch of their own, in folders of a thousand."""
    scenes = [draw((160, 120), seed=seed) for seed in range(min(count, SCENES))]
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"photo {number:05}.jpg"
        image: Image.Image = scenes[number % len(scenes)].copy()
        pen, moved = ImageDraw.Draw(image), number // len(scenes)
        colour = (37 * moved % 256, 91 * moved % 256, 53 * moved % 256)
        pen.rectangle((60, 20 + moved % 60, 100, 60 + moved % 60), fill=colour)
        image.save(path, quality=85)
        os.utime(path, (OLD + number, OLD + number))
    return folder


def made_by_people(library: Path) -> dict[str, str]:
    """A hash of each table that no model made: photos, contents, folders, ticks and crosses, tags; and each setting."""
    hashes = {}
    with sqlite3.connect(library / "catalog.db") as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in named:
            if table in DERIVED or table.startswith(("sqlite_", "_sqlite")):
                continue
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            if table == "settings":
                said = {key: value for key, value in rows if key not in CHANGING and value not in NOTHING}
                hashes |= {f"setting {key!r}": str(value) for key, value in said.items()}
            else:
                hashes[table] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    connection.close()
    return hashes


def state_of(library: Path) -> tuple[str, int]:
    """The model that answers, and how many photos the coming one knows (-1 where none is to come)."""
    with sqlite3.connect(library / "catalog.db") as connection:
        settings = dict(connection.execute("SELECT key, value FROM settings").fetchall())
        coming = settings.get("coming model", "")
        sql = "SELECT count(*) FROM embeddings WHERE model IN (SELECT id FROM models WHERE name = ?)"
        known = int(connection.execute(sql, [coming]).fetchone()[0]) if coming else -1
    connection.close()
    return settings.get("model") or MODELS[0], known


def main(argv: Sequence[str] | None = None) -> int:
    """0 where nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.model_change", description=__doc__)
    parser.add_argument("--photos", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-torture-") as scratch:
        try:
            report = Torture(Path(scratch), given.photos).run(given.kills)
        except AssertionError as lost:
            print(f"LOST: {lost}", file=sys.stderr)
            return 1
    print(json.dumps(report) if given.json else f"nothing lost: {json.dumps(report, indent=1)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
