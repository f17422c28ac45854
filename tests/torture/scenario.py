"""What every scenario uses: a library with a fake model, its originals, and how it must be in the end."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import AfterimageError
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, SearchResults
from engine.photo import PhotoState
from tests.fake_model import FakeModels

OLD_S = 1_600_000_000  # a photo that is not fresh needs no waiting
PATIENCE_S = 600.0
MOMENT_S = 0.01

Figures = dict[str, Any]


class Unable(Exception):
    """This machine does not let the scenario happen; says why."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`run` works in an empty folder, raises AssertionError where a promise is broken, and returns its figures;
    `promise` names what is at stake."""

    name: str
    promise: str
    run: Callable[[Path, bool], Figures]


def paint_photos(folder: Path, count: int, *, seed: int = 0, size: tuple[int, int] = (24, 16)) -> list[Path]:
    """Photos of one colour each, all different, old enough to be taken at once."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    made = []
    for number in range(count):
        path = folder / f"{number:06}.png"
        image = Image.new("RGB", size, tuple(draw.randrange(256) for _ in range(3)))
        image.putpixel((0, 0), (number >> 16 & 255, number >> 8 & 255, number & 255))
        image.save(path)
        os.utime(path, (OLD_S + number, OLD_S + number))
        made.append(path)
    return made


def locations(folder: Path) -> Locations:
    return Locations.at(os.fsencode(folder))


def open_library(folder: Path, models: FakeModels | None = None, *, workers: int = 1) -> Library:
    """A library whose model is loaded."""
    library = Library.open(locations(folder), models=models or FakeModels(), workers=workers)  # type: ignore[arg-type]
    library.load_model()
    return library


def settle(library: Library, *, patience_s: float = PATIENCE_S) -> None:
    """Steps until scan and queue are done."""
    deadline = time.monotonic() + patience_s
    while (more := library.step()) or not library.idle:
        assert time.monotonic() < deadline, f"it does not end: {library.progress()}"
        if not more:
            wait(library.wait_connections(), MOMENT_S)


def states(library: Library) -> dict[str, int]:
    now = library.progress()
    return {"ready": now.ready, "pending": now.pending, "unreadable": now.unreadable, "missing": now.missing}


def found(library: Library, sentence: str = "", limit: int = 1_000_000) -> list[bytes]:
    """Paths, the best first."""
    request = Search(1, sentence, limit=limit, every_copy=True)
    last = [event for event in library.search(request) if isinstance(event, SearchResults)][-1]
    return [hit.path for hit in library.hits(last.result, 0, last.count)]


def whole(library: Library, photos: int) -> None:
    """Every photo is there once, has its embedding and its label, and is found."""
    report = library.doctor()
    assert report["database"]["integrity"] == "ok", report["database"]
    ready = report["photos"][PhotoState.READY.value]
    assert ready == photos, f"{ready} of {photos} photos are searchable: {report['photos']} {report['problems'][:3]}"
    contents = report["contents"]
    assert contents == report["embeddings"] == report["index"]["labels"], report
    paths = found(library)
    assert len(paths) == len(set(paths)) == photos, f"{len(set(paths))} of {photos} are shown"


def fingerprints(folder: Path) -> dict[bytes, tuple[str, int, int]]:
    """SHA-256, time and mode of every regular file, by path: what may never change."""
    kept = {}
    for where, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(where, name)
            status = os.lstat(path)
            if os.path.isfile(path) and not os.path.islink(path) and status.st_size < 2**24:
                with open(path, "rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                kept[path] = (digest, status.st_mtime_ns, status.st_mode)
    return kept


def untouched(before: dict[bytes, tuple[str, int, int]], folder: Path) -> None:
    after = fingerprints(folder)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    assert not changed, f"originals changed: {changed[:3]}"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 3) if ordered else 0.0


def told(errors: Iterable[BaseException]) -> list[str]:
    """The kinds of errors that people saw; each must be one of ours."""
    errors = list(errors)
    strange = [error for error in errors if not isinstance(error, AfterimageError)]
    assert not strange, f"not in our words: {strange[:3]}"
    return sorted({type(error).__name__ for error in errors})
