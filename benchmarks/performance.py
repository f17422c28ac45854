"""All benchmarks of speed, and the page that tells of them: docs/performance.md with its plots. Other pages that quote
their figures are set anew.

    python -m benchmarks.performance [PHOTOS] [--only cold search] [--page] [--sizes 1000 1000000]

Each runs in a process of its own, one after the other; what it says is kept in docs/performance.json, where
`--only` replaces some and `--page` none before the page is written. Libraries are built once, in the folder that
AFTERIMAGE_BENCHMARK_LIBRARIES names, or for this run; a million photos take half an hour.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.performance_page import write
from benchmarks.photos import add_photos, photos_in
from benchmarks.quoted import renew
from benchmarks.report import json_of

DOCS = Path(__file__).resolve().parent.parent / "docs"
KEPT = DOCS / "performance.json"
WITH_PHOTOS = ("index", "cold", "search", "start", "idle")
BENCHMARKS = (*WITH_PHOTOS, "forward", "rerank", "scan", "grid", "turns", "allocator")
LIBRARIES = "AFTERIMAGE_BENCHMARK_LIBRARIES"
MORE = {"start": {"QT_QPA_PLATFORM": "offscreen"}}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.performance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_photos(parser)
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS)
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="libraries to search")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as kept:
        os.environ.setdefault(LIBRARIES, kept)
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    reports: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    failed = 0
    for name in () if given.page else given.only:
        photos = [photos_in(given)] if name in WITH_PHOTOS else []
        sizes = ["--sizes", *map(str, given.sizes)] if name == "search" else []
        try:
            found = json_of(["-m", f"benchmarks.{name}", *photos, *sizes, "--json"], env=MORE.get(name))
        except RuntimeError as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            failed = 1
            continue
        reports[name] = found | {"at": _here() | ({"with": " ".join(sizes)} if sizes else {})}
        print(f"{name}: done", file=sys.stderr)
        KEPT.write_text(json.dumps(reports, indent=1) + "\n")
    write(reports, DOCS)
    renew(DOCS.parent)
    return failed


def _here() -> dict[str, Any]:
    """Where and when something was measured, and how busy the machine was with other work."""
    busy = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"day": day, "cores": os.cpu_count(), "machine": platform.machine(), "load_average": busy}


if __name__ == "__main__":
    sys.exit(main())
