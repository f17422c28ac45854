"""Keeps the memory of one forward pass for the next, gives that of a model back when it goes, and leaves what stays
alone."""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from dataclasses import dataclass
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
KEPT_BYTES = 256 * 2**20
LARGEST_HEAP_BLOCK_BYTES = 32 * 2**20  # glibc takes no more


@dataclass(slots=True)
class _Collector:
    passes_over: bool = False


_collector = _Collector()  # a process has one; what it passes over can only be counted, one by one


def keep_freed_memory() -> None:
    """Tells glibc not to give large freed blocks back at once; elsewhere does nothing.

    Activations of a batch are tens of megabytes: mapping and faulting them in for every layer took a quarter of the
    processor time of a forward pass (`python -m benchmarks.allocator`).
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGEST_HEAP_BLOCK_BYTES)
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)


def give_back_freed_memory() -> None:
    """After something large was let go: what is kept for the next forward pass would be kept for ever otherwise, for a
    model of 600 MB nearly all of it."""
    gc.unfreeze()
    gc.collect()
    if _collector.passes_over:
        gc.freeze()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def pass_over_what_is_there() -> None:
    """Call when a model is loaded; does nothing the second time.

    Now and then Python looks through all objects for those that only hold on to each other. Two hundred thousand are
    torch's and stay: looking at them held a search or the indexing up for a fifth of a second.
    """
    if not _collector.passes_over:
        _collector.passes_over = True
        gc.freeze()
        atexit.register(gc.unfreeze)  # libraries that tidy up at the end look for what they left


def _of_glibc(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
