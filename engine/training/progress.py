"""What every training loop needs: a schedule on a budget, a log a person can read, batches made ahead of time."""

from __future__ import annotations

import json
import math
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
_END = object()


class Budget:
    """Progress from 0 to 1 by steps, or by minutes of wall clock; only the first repeats a run exactly."""

    def __init__(self, *, steps: int | None = None, minutes: float | None = None, spent_s: float = 0.0) -> None:
        if (steps is None) == (minutes is None):
            raise ValueError("a budget is either steps or minutes")
        self._steps = steps
        self._seconds = None if minutes is None else minutes * 60
        self._started = time.monotonic() - spent_s

    @property
    def spent_s(self) -> float:
        return time.monotonic() - self._started

    def progress(self, step: int) -> float:
        done = step / self._steps if self._steps is not None else self.spent_s / (self._seconds or 1.0)
        return min(done, 1.0)


def cosine_rate(progress: float, *, warm_up: float = 0.03, floor: float = 0.01) -> float:
    """Share of the top learning rate at this progress: linear warm-up, then half a cosine down to the floor."""
    if progress < warm_up:
        return max(progress, 1e-3) / warm_up
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


class Log:
    """One JSON object a line, in a file and on the screen."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._started = time.monotonic()

    def write(self, **facts: Any) -> None:
        facts = {key: round(value, 5) if isinstance(value, float) else value for key, value in facts.items()}
        line = json.dumps({"at_s": round(time.monotonic() - self._started, 1), **facts})
        print(line, flush=True)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def prefetch(items: Iterable[Item], *, depth: int = 4) -> Iterator[Item]:
    """The same items, made by a thread up to `depth` ahead. An error in the maker is raised here."""
    ready: queue.Queue[Any] = queue.Queue(depth)

    def make() -> None:
        try:
            for item in items:
                ready.put((item, None))
            ready.put((_END, None))
        except Exception as error:
            ready.put((_END, error))

    threading.Thread(target=make, daemon=True).start()
    while True:
        item, error = ready.get()
        if error is not None:
            raise error
        if item is _END:
            return
        yield item
