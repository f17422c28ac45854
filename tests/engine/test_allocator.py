from __future__ import annotations

import sys

import numpy as np
import psutil
import pytest

from engine.allocator import LARGEST_HEAP_BLOCK_BYTES, give_back_freed_memory, keep_freed_memory

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
