"""Keeps the memory of one forward pass for the next, and gives that of a model back when it goes."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
KEPT_BYTES = 256 * 2**20
LARGEST_HEAP_BLOCK_BYTES = 32 * 2**20  # glibc takes no more


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
    gc.collect()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
