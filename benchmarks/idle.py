"""What an engine costs that has nothing to do: processor time and what it writes, over some minutes.

`python -m benchmarks.idle [PHOTOS] [--minutes 2] [--size 10000] [--json]` (PHOTOS: photos to mix from)
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from typing import Any

import psutil

from benchmarks.cold import engine_of
from benchmarks.photos import add_photos, photos_in
from benchmarks.report import show
from benchmarks.synthetic_library import built
from engine.locations import Locations
from engine.model_store import ModelStore

SETTLES_S = 20.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    add_photos(parser)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        built(Locations.at(scratch), ModelStore().load("starter"), given.size, photos_dir=photos_in(given))
        with engine_of(scratch) as process:
            time.sleep(SETTLES_S)  # a copy of the catalog is made and what was put off is done
            report = measure(process, 60 * given.minutes, os.fsencode(scratch))
    show(report, as_json=given.json)
    return 0


def measure(number: int, seconds: float, library: bytes) -> dict[str, Any]:
    """Of a process and its children."""
    engine = psutil.Process(number)
    before, written = _cpu_s(engine), _written(engine)
    time.sleep(seconds)
    cpu_s = _cpu_s(engine) - before
    report: dict[str, Any] = {
        "seconds": seconds,
        "cpu_s": round(cpu_s, 2),
        "cpu_percent_of_a_core": round(100 * cpu_s / seconds, 3),
        "memory_mb": round(engine.memory_info().rss / 2**20, 1),
        "processes": 1 + len(engine.children(recursive=True)),
        "skipped": {},
    }
    if written is None:
        report["skipped"]["bytes_written"] = "this system does not count them"
    else:
        report["bytes_written"] = (_written(engine) or 0) - written
    return report


def _cpu_s(engine: psutil.Process) -> float:
    each = [engine, *engine.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in each)


def _written(engine: psutil.Process) -> int | None:
    with contextlib.suppress(AttributeError, psutil.AccessDenied):
        return int(engine.io_counters().write_bytes)
    return None


if __name__ == "__main__":
    sys.exit(main())
