"""A batch of photos in parts, each computed by a thread of its own.

torch divides every single layer among its threads and waits for all of them after each. Of a network of many small
layers most of that is waiting, above all while decoders want the same cores; parts of a batch meet once, at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import torch

LEAST, MOST = 4, 16  # photos in a part: what few need is computed for each, and what many need leaves the cache

Result = TypeVar("Result")


class ForwardThreads:
    """As many threads as torch uses by itself where this is made; they are started by the first batch."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or torch.get_num_threads()
        self._pool: ThreadPoolExecutor | None = None

    def run(self, photos: int, work: Callable[[int, int], Result]) -> list[Result]:
        """work(start, stop) for all photos of a batch; in order. What one raises is raised once all are done."""
        rows = max(LEAST, min(MOST, -(-photos // self._count)))
        starts = range(0, photos, rows)
        if len(starts) == 1:
            return [work(0, photos)]
        if self._count == 1:
            return [work(start, min(start + rows, photos)) for start in starts]
        pool = self._started()
        parts = [pool.submit(work, start, min(start + rows, photos)) for start in starts]
        wait(parts)
        return [part.result() for part in parts]

    def _started(self) -> ThreadPoolExecutor:
        if self._pool is None:
            met = threading.Barrier(self._count + 1)
            self._pool = ThreadPoolExecutor(self._count, "afterimage-forward", _alone, (met,))
            for _ in range(self._count):
                self._pool.submit(int)
            met.wait()
            torch.set_num_threads(self._count)  # for this thread, and for those that come later
        return self._pool


def _alone(met: threading.Barrier) -> None:
    """This thread divides nothing further."""
    torch.get_num_threads()  # when it is first asked it takes the number of all others
    torch.set_num_threads(1)
    met.wait()
