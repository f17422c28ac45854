"""A library with real files and a fake model, as tests work with it."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import wait
from pathlib import Path

from PIL import Image

from engine.library import Library
from engine.messages import Search, SearchResults
from engine.search_hit import SearchHit

COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200), "dark": (60, 5, 5)}
OLD = 1_600_000_000
MOMENT_S = 0.01


def paint(path: Path, colour: tuple[int, int, int], *, size: tuple[int, int] = (64, 48)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    os.utime(path, (OLD, OLD))
    return path


def work(library: Library, *, patience_s: float = 120.0) -> None:
    """Steps until scan and queue are done. While there is nothing to do the decoders get the processor."""
    deadline = time.monotonic() + patience_s
    while (more := library.step()) or not library.idle:
        assert time.monotonic() < deadline, library.progress()
        if not more:
            wait(library.wait_connections(), MOMENT_S)


def index(library: Library, folder: Path) -> None:
    library.add_folder(os.fsencode(folder))
    work(library)


def results(library: Library, request: Search) -> list[SearchResults]:
    return [event for event in library.search(request) if event is not None]


def hits(library: Library, request: Search) -> list[SearchHit]:
    last = results(library, request)[-1]
    return library.hits(last.result, 0, last.count)


def names(found: list[SearchHit]) -> list[str]:
    return [os.path.basename(hit.path).decode() for hit in found]


def paths(found: list[SearchHit]) -> list[Path]:
    return [Path(os.fsdecode(hit.path)) for hit in found]
