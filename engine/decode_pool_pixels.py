"""Memory that the pool shares with one worker: pixels are written where they are read, and no pipe carries them.

A pipe holds as much as the system allows, on many two photos: a worker then waits with the third until the engine is
done with the batch that it computes, and processors stand idle. Where there is no such memory they travel in the pipe.
"""

from __future__ import annotations

import mmap
import os
from typing import Any

LARGEST_BYTES = 8 * 2**20  # of one worker


class SharedPixels:
    """`slots` photos of `size` bytes. The answers of a worker take the slots in turn, so that whoever has not taken
    one yet must not be more than `slots` behind."""

    def __init__(self, slots: int, size: int, descriptor: int) -> None:
        """Takes the descriptor over. Raises OSError."""
        self.slots = slots
        self._size = size
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, slots * size)

    @classmethod
    def make(cls, least: int, most: int, size: int) -> SharedPixels | None:
        """With as many slots as are worth their room. None where the system has no such memory. Raises OSError."""
        if not hasattr(os, "memfd_create"):
            return None
        slots = max(least, min(most, LARGEST_BYTES // size))
        return cls(slots, size, _memory(slots * size))

    def put(self, answer: int, pixels: bytes) -> None:
        """Of the answer with this number. Raises ValueError for another size."""
        self._memory[self._place(answer)] = pixels

    def take(self, answer: int) -> bytes:
        return self._memory[self._place(answer)]

    def close(self) -> None:
        self._memory.close()
        os.close(self._descriptor)

    def _place(self, answer: int) -> slice:
        start = answer % self.slots * self._size
        return slice(start, start + self._size)

    def __reduce__(self) -> tuple[Any, ...]:
        """For a process that is being started."""
        from multiprocessing.reduction import DupFd

        return _mapped, (self.slots, self._size, DupFd(self._descriptor))


def _memory(size: int) -> int:
    """The descriptor of memory that keeps its size: who made it shorter would end whoever reads it."""
    import fcntl

    descriptor = os.memfd_create("afterimage-pixels", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


def _mapped(slots: int, size: int, held: Any) -> SharedPixels:
    return SharedPixels(slots, size, held.detach())
