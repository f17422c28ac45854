"""A single `afterimage search` on the command line: with nothing running, and with an engine that has the library.

`python -m benchmarks.cold [PHOTOS] [--sizes 1000 100000] [--rounds 5] [--json]` (PHOTOS: photos to mix from)

Beside it what no such command can go below: starting Python, and importing numpy or torch.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psutil

from benchmarks.photos import add_photos, photos_in
from benchmarks.report import run, show
from benchmarks.synthetic_library import built
from engine.engine_line import connect
from engine.locations import Locations
from engine.model_store import ModelStore

SENTENCE = "two dogs playing in the snow"
RESTING_CPU_S = 0.02  # in a second
ENGINE = "import sys; from engine.worker import run; run(None, sys.argv[1].encode())"
PATIENCE_S = 120.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_photos(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    report: dict[str, Any] = {"parts": parts(given.rounds)}
    for size in given.sizes:
        report[f"photos_{size}"] = measure(size, photos_in(given), rounds=given.rounds)
    show(report, as_json=given.json)
    return 0


def parts(rounds: int) -> dict[str, Any]:
    codes = {"python": "pass", "import_numpy": "import numpy", "import_torch": "import torch"}
    return {name: _command([sys.executable, "-c", code], rounds) for name, code in codes.items()}


def measure(size: int, photos_dir: str, *, rounds: int) -> dict[str, Any]:
    """Medians over the rounds, after one that warms the disk's cache."""
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        built(Locations.at(scratch), ModelStore().load("starter"), size, photos_dir=photos_dir)
        command = [sys.executable, "-m", "desktop_app", "search", "--library", scratch, SENTENCE]
        alone = _command(command, rounds)
        with engine_of(scratch):
            served = _command(command, rounds)
    return {"alone": alone, "with_engine": served}


def _command(command: Sequence[str], rounds: int) -> dict[str, float]:
    run(command)
    done = [run(command) for _ in range(rounds)]
    wrong = [each for each in done if each.status not in (0, 1)]
    if wrong:
        raise RuntimeError(wrong[0].err)
    return {
        "wall_s": round(statistics.median(each.wall_s for each in done), 3),
        "fastest_s": round(min(each.wall_s for each in done), 3),
        "cpu_s": round(statistics.median(each.cpu_s for each in done), 3),
        "peak_mb": round(max(each.peak_mb for each in done), 1),
    }


@contextlib.contextmanager
def engine_of(library: str) -> Iterator[int]:
    """The number of an engine without a window, ready to search."""
    process = subprocess.Popen([sys.executable, "-c", ENGINE, library])
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _loaded(library):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("the engine did not start")
            time.sleep(0.2)
        _rest(process.pid, deadline)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _rest(pid: int, deadline: float) -> None:
    """What a library that was made up lacks is looked for first; one that was indexed is at rest at once."""
    engine = psutil.Process(pid)
    used = -1.0
    while (now := sum(engine.cpu_times()[:2])) - used > RESTING_CPU_S and time.monotonic() < deadline:
        used = now
        time.sleep(1.0)


def _loaded(library: str) -> bool:
    answer = connect(Locations.at(os.fsencode(library)).socket, answer_s=1.0)
    if answer is None:
        return False
    answer[0].close()
    return answer[1].model_loaded


if __name__ == "__main__":
    sys.exit(main())
