"""A real engine process and the real command line, as tests talk to them."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import frames, worker
from engine import messages as m
from tests.photos import draw_photo

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 400.0  # torch alone takes seconds on a busy machine
OLD = 1_600_000_000  # photos that are not fresh need no waiting

needs_starter = pytest.mark.skipif(
    not (ROOT / "resources/models/starter/manifest.json").is_file(), reason="the starter model is not in this tree"
)


def draw_photos(folder: Path, count: int, *, size: tuple[int, int] = (160, 120), first_seed: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first_seed, first_seed + count):
        path = folder / f"photo {seed:04}.jpg"
        draw_photo(path, size=size, seed=seed)
        os.utime(path, (OLD + seed, OLD + seed))
    return folder


class Cli:
    """`afterimage` in a process of its own, on one library."""

    def __init__(self, library: Path) -> None:
        self.library = library

    def start(self, command: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "desktop_app", command, "--library", str(self.library), *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(self, command: str, *arguments: str | Path, status: int = 0, patience_s: float = PATIENCE_S) -> str:
        process = self.start(command, *arguments)
        out, err = process.communicate(timeout=patience_s)
        assert process.returncode == status, (process.returncode, out, err)
        assert b"Traceback" not in err, err.decode()
        return out.decode()

    def closest(self, sentence: str, status: int = 1) -> list[dict[str, Any]]:
        """The closest five of photos that nobody would take for it, which is what drawn ones are."""
        return [json.loads(line) for line in self("search", sentence, "--json", status=status).splitlines()]

    def doctor(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self("doctor", "--json"))
        return report


class EngineLeft(Exception):
    """The engine ended before it was ready; holds what it said."""


class EngineProcess:
    """`engine.worker.run` behind a pipe, as the window starts it."""

    def __init__(self, library: Path, model: str | None = "starter") -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=worker.run, args=(theirs, os.fsencode(library), model))
        self.process.start()
        theirs.close()
        self.events: list[Any] = []
        self._requests = 0
        try:
            self.greeting = self.until(lambda event: isinstance(event, m.EngineReady))
        except EOFError:
            raise EngineLeft(self._buried(), *self.events) from None

    def until(self, wanted: Callable[[Any], bool], *, patience_s: float = PATIENCE_S) -> Any:
        """Reads until an event is wanted; returns it."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if self.pipe.poll(1.0):
                event = frames.decode(self.pipe.recv_bytes())
                self.events.append(event)
                if wanted(event):
                    return event
        raise AssertionError(f"it did not happen in time; last: {self.events[-3:]}")

    def ask(self, kind: Callable[..., m.Request], *arguments: Any, **more: Any) -> list[Any]:
        """Sends a request and returns its events, the last one a Reply."""
        self._requests += 1
        number = self._requests
        self.pipe.send_bytes(frames.encode(kind(number, *arguments, **more)))
        end = self.until(lambda event: event.request == number and isinstance(event, m.Reply | m.Failed))
        assert isinstance(end, m.Reply), end
        return [event for event in self.events if event.request == number]

    def kill(self) -> None:
        self.process.kill()
        self._buried()

    def stop(self) -> int | None:
        """Closes the pipe, as a window that ends; returns the exit code."""
        self.pipe.close()
        self.process.join(PATIENCE_S)
        return self._buried()

    def _buried(self) -> int | None:
        self.process.join(PATIENCE_S)
        code = self.process.exitcode
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()
        self.pipe.close()
        return code
