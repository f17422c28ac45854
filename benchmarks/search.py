"""How long a search takes as the library grows: to the retrieved hits, and to the reranked order.

`python -m benchmarks.search PHOTOS [--sizes 1000 10000] [--json]` (PHOTOS: a folder of real photos to mix from)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from typing import Any

import numpy as np

from benchmarks.synthetic_library import fill
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, Stage
from engine.model_store import LoadedModel, ModelStore

SENTENCES = (
    "two dogs playing in the snow",
    "a child in a red shirt jumps into a pool",
    "a man rides a bicycle down a mountain",
    "people sitting on a bench in the street",
    "a brown dog runs through the water",
    "a girl on a swing",
    "a football player catches the ball",
    "a climber on a steep rock",
    "a crowd at night",
    "a surfer on a wave",
)
ROUNDS = 4


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("photos_dir", metavar="PHOTOS")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    loaded = ModelStore().load(given.model)
    report = {str(size): measure(size, loaded, given.photos_dir, model=given.model) for size in given.sizes}
    print(json.dumps(report) if given.json else _table(report))
    return 0


def measure(size: int, loaded: LoadedModel, photos_dir: str, *, model: str) -> dict[str, Any]:
    """Opens a library of this size, warms it with each sentence once, then asks each ROUNDS times."""
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        locations = Locations.at(scratch)
        fill(locations, loaded, size, photos_dir=photos_dir)
        with Library.open(locations, model=model) as library:
            library.load_model()
            started = time.perf_counter()
            while library.step():
                pass
            built_s = time.perf_counter() - started
            for sentence in SENTENCES:
                ask(library, sentence)
            times = np.array([ask(library, sentence) for _ in range(ROUNDS) for sentence in SENTENCES]) * 1000
    retrieved, reranked = times[:, 0], times[:, 1]
    return {
        "index_built_s": round(built_s, 2),
        "retrieved_ms": {"p50": _percentile(retrieved, 50), "p95": _percentile(retrieved, 95)},
        "reranked_ms": {"p50": _percentile(reranked, 50), "p95": _percentile(reranked, 95)},
    }


def ask(library: Library, sentence: str) -> tuple[float, float]:
    """Seconds to the retrieved hits (with their first page) and to the reranked order."""
    started = time.perf_counter()
    first = last = 0.0
    for event in library.search(Search(1, sentence)):
        if event is not None:
            library.hits(event.result, 0, 60)
            elapsed = time.perf_counter() - started
            first, last = (elapsed, last) if event.stage is Stage.RETRIEVED else (first, elapsed)
    return first, last


def _percentile(values: np.ndarray, percent: int) -> float:
    return round(float(np.percentile(values, percent)), 1)


def _table(report: dict[str, Any]) -> str:
    lines = [f"{'photos':>10} {'retrieved p50':>14} {'p95':>8} {'reranked p50':>14} {'p95':>8}   ms"]
    for size, row in report.items():
        retrieved, reranked = row["retrieved_ms"], row["reranked_ms"]
        lines.append(
            f"{int(size):>10,} {retrieved['p50']:>14} {retrieved['p95']:>8} {reranked['p50']:>14} {reranked['p95']:>8}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
