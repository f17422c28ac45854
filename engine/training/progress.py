"""What every training loop needs: a schedule on a budget, a log a person can read, batches made ahead of time."""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
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

    def left_s(self, step: int) -> float | None:
        """None where nothing can be said yet."""
        done = self.progress(step)
        return None if done == 0 else self.spent_s * (1 - done) / done


def cosine_rate(progress: float, *, warm_up: float = 0.03, floor: float = 0.01) -> float:
    """Share of the top learning rate at this progress: linear warm-up, then half a cosine down to the floor."""
    if progress < warm_up:
        return max(progress, 1e-3) / warm_up
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def linear_rate(progress: float, *, warm_up: float = 0.03) -> float:
    """Share of the top learning rate: linear warm-up, then a straight line down to nothing."""
    if progress < warm_up:
        return max(progress, 1e-3) / warm_up
    return (1 - progress) / (1 - warm_up)


class Log:
    """One JSON object a line, in a file and, unless `quiet`, on the screen."""

    def __init__(self, path: Path | None, *, quiet: bool = False) -> None:
        self._path = path
        self._quiet = quiet
        self._started = time.monotonic()

    def write(self, **facts: Any) -> None:
        facts = {key: round(value, 5) if isinstance(value, float) else value for key, value in facts.items()}
        line = json.dumps({"at_s": round(time.monotonic() - self._started, 1), **facts})
        if not self._quiet:
            print(line, flush=True)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def written(path: Path, write: Callable[[Path], None]) -> None:
    """`write` fills a temporary file, which then takes the place of `path` as a whole."""
    temporary = path.with_name(path.name + ".part")
    write(temporary)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def prefetch(items: Iterable[Item], *, depth: int = 4) -> Iterator[Item]:
    """The same items, made by a thread up to `depth` ahead. An error in the maker is raised here.

    The thread ends when the items do, or soon after nobody takes them any more.
    """
    ready: queue.Queue[tuple[Any, Exception | None]] = queue.Queue(depth)
    unwanted = threading.Event()

    def put(item: Any, error: Exception | None = None) -> None:
        while not unwanted.is_set():
            with contextlib.suppress(queue.Full):
                ready.put((item, error), timeout=0.2)
                return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if unwanted.is_set():
                    return
            put(_END)
        except Exception as error:
            put(_END, error)

    threading.Thread(target=make, daemon=True).start()
    try:
        while True:
            item, error = ready.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        unwanted.set()
