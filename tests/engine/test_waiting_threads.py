"""Threads of numeric libraries sleep while they wait, in every process of ours."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from engine.waiting_threads import ASLEEP

# numpy's own product, on several threads; then rest: who spins uses a processor meanwhile.
REST = """
import time
import numpy as np
square = np.ones((400, 400), np.float32)
used = 0.0
for _ in range(20):
    square @ square
    started = time.process_time()
    time.sleep(0.02)
    used += time.process_time() - started
print(used / 20)
"""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor: no second thread")
def test_after_a_product_no_thread_spins() -> None:
    awake = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", REST], env=awake | ASLEEP, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.01


def test_a_command_and_an_engine_say_so_before_numpy_is_there() -> None:
    code = (
        "import sys, os; from engine import cli, worker; assert 'numpy' not in sys.modules;"
        "cli.main(['search', '--library', os.devnull + '/none', 'dog']); print(os.environ['OPENBLAS_THREAD_TIMEOUT'])"
    )
    bare = {name: value for name, value in os.environ.items() if name not in ASLEEP}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [ASLEEP["OPENBLAS_THREAD_TIMEOUT"]]
