from __future__ import annotations

import subprocess
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


PASSED_OVER = """
import gc, weakref
from engine.allocator import give_back_freed_memory, pass_over_what_is_there

class Knot:
    def __init__(self): self.self = self

knot = Knot()
seen = weakref.ref(knot)
pass_over_what_is_there()
assert gc.get_freeze_count()
del knot
gc.collect()
assert seen() is not None
later = Knot()
told = weakref.ref(later)
del later
pass_over_what_is_there()
gc.collect()
assert told() is None
give_back_freed_memory()
assert seen() is None and gc.get_freeze_count()
print("passed over")
"""


def test_what_is_there_when_a_model_is_loaded_is_passed_over_until_one_goes() -> None:
    """In a process of its own, as there is one collector in each."""
    done = subprocess.run([sys.executable, "-c", PASSED_OVER], capture_output=True, text=True, check=False)
    assert done.stdout == "passed over\n", done.stderr
