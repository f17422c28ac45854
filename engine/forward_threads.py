"""A batch in parts, each computed by a thread of its own.

torch divides every single layer among its threads and waits for all of them after each. Of many small layers most of
that is waiting, above all while decoders want the same cores; parts of a batch meet once, at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

import torch

Result = TypeVar("Result")


class ForwardThreads:
    """As many threads as torch uses by itself where this is made: the one that asks, and others that are started by the
    first batch."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or torch.get_num_threads()
        self._others: ThreadPoolExecutor | None = None

    def run(self, rows: int, work: Callable[[int, int], Result], *, least: int, most: int) -> list[Result]:
        """work(start, stop) for all rows of a batch, in order: one part for each thread, if that has `least` rows and
        not over `most`. What few rows need is computed anew for each part, and what many need leaves the cache.

        What a part raises is raised once all are done.
        """
        size = max(least, min(most, -(-rows // self.count)))
        parts = [(start, min(start + size, rows)) for start in range(0, rows, size)]
        if len(parts) == 1:
            return [work(*parts[0])]
        if self.count == 1:
            return [work(*part) for part in parts]
        others = self._started()
        mine = len(parts) // self.count  # the last ones, which may be smaller
        futures = [others.submit(work, *part) for part in parts[: len(parts) - mine]]
        try:
            with _undivided():
                own = [work(*part) for part in parts[len(parts) - mine :]]
        finally:
            wait(futures)
        return [future.result() for future in futures] + own

    def alone(self, work: Callable[[], Result]) -> Result:
        """Without the others, for what is too small to be divided."""
        with _undivided():
            return work()

    def _started(self) -> ThreadPoolExecutor:
        if self._others is None:
            before = torch.get_num_threads()
            met = threading.Barrier(self.count)
            self._others = ThreadPoolExecutor(self.count - 1, "afterimage-forward", _begin, (met,))
            for _ in range(self.count - 1):
                self._others.submit(int)
            met.wait()
            torch.set_num_threads(before)  # for this thread, and for those that come later
        return self._others


def _begin(met: threading.Barrier) -> None:
    """This thread divides nothing."""
    torch.get_num_threads()  # when it is first asked it takes the number of all others
    torch.set_num_threads(1)
    met.wait()


@contextmanager
def _undivided() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
