from __future__ import annotations

import gc
import sys
import weakref

import numpy as np
import psutil
import pytest

from engine.allocator import (
    LARGEST_HEAP_BLOCK_BYTES,
    give_back_freed_memory,
    keep_freed_memory,
    pass_over_what_is_there,
)

MB = 2**20


def resident_mb() -> int:
    return psutil.Process().memory_info().rss // MB


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about glibc")
def test_the_memory_of_a_model_that_goes_is_given_back() -> None:
    keep_freed_memory()
    before = resident_mb()
    weights = [np.ones(LARGEST_HEAP_BLOCK_BYTES // 4, np.uint8) for _ in range(40)]
    last = np.ones(MB, np.uint8)  # above them, so that the heap cannot simply become shorter
    assert resident_mb() > before + 300
    del weights
    give_back_freed_memory()
    assert resident_mb() < before + 100
    assert last[0] == 1


class Knot:
    """Holds on to itself."""

    def __init__(self) -> None:
        self.self = self


def test_what_is_there_is_passed_over_until_a_model_goes() -> None:
    gc.unfreeze()
    knot = Knot()
    seen = weakref.ref(knot)
    try:
        pass_over_what_is_there()
        count = gc.get_freeze_count()
        assert count > 0
        del knot
        gc.collect()
        assert seen() is not None
        pass_over_what_is_there()
        assert gc.get_freeze_count() <= count
        give_back_freed_memory()
        assert seen() is None
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
