"""Keeps the memory of one forward pass for the next."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
KEPT_BYTES = 256 * 2**20
LARGEST_HEAP_BLOCK_BYTES = 32 * 2**20  # glibc takes no more


def keep_freed_memory() -> None:
    """Tells glibc not to give large freed blocks back at once; elsewhere does nothing.

    Activations of a batch are tens of megabytes: mapping and faulting them in for every layer took a quarter of the
    processor time of a forward pass (`python -m benchmarks.allocator`).
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGEST_HEAP_BLOCK_BYTES)
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
