"""How fast folders are looked through: the first time, and again when nothing has changed.

`python -m benchmarks.scan [--entries 100000 1000000] [--json]`

The limit of a scan is the bare walk: every name of every folder, and one look at what it is. Files are empty; nothing
is decoded.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import show
from engine.catalog import Catalog
from engine.rescanner import Rescanner
from engine.scanner import scan

IN_A_FOLDER = 1_000
OLD = 1_600_000_000
SLICE_S = 0.05


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scan", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    show({f"entries_{number}": measure(number) for number in given.entries}, as_json=given.json)
    return 0


def measure(entries: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        root = os.path.join(os.fsencode(scratch), b"photos")
        _make(root, entries)
        walk_s = _seconds(lambda: _walk(root))
        scan_s = _seconds(lambda: sum(1 for _ in scan(root)))
        catalog = Catalog(os.path.join(os.fsencode(scratch), b"catalog.db"))
        rescanner = Rescanner(catalog, own_folders=[])
        catalog.add_folder(root)
        first_s = _seconds(lambda: _rescan(rescanner, root))
        again_s = _seconds(lambda: _rescan(rescanner, root))
        found = catalog.waiting()
        catalog.close()
    return {
        "entries": entries,
        "found": found,
        "bare_walk_s": round(walk_s, 2),
        "scanner_s": round(scan_s, 2),
        "first_scan_s": round(first_s, 2),
        "scan_again_s": round(again_s, 2),
        "scan_again_entries_per_s": round(entries / again_s),
        "share_of_limit": {"scanner": round(walk_s / scan_s, 3), "scan_again": round(walk_s / again_s, 3)},
    }


def _make(root: bytes, entries: int) -> None:
    for number in range(entries):
        folder = os.path.join(root, b"%04d" % (number // IN_A_FOLDER))
        if number % IN_A_FOLDER == 0:
            os.makedirs(folder)
        path = os.path.join(folder, b"%07d.jpg" % number)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.utime(path, (OLD, OLD))


def _walk(root: bytes) -> int:
    seen = 0
    with os.scandir(root) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                seen += _walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                seen += 1
    return seen


def _rescan(rescanner: Rescanner, root: bytes) -> None:
    rescanner.request(root)
    while rescanner.active:
        rescanner.slice(time.monotonic() + SLICE_S)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
