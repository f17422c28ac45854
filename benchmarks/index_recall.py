"""How much of the exact answer the index finds, how fast it answers, and how fast it is built.

    python -m benchmarks.index_recall [--library DIR] [--json]

Embeddings are those of a library, or drawn: photos of a library lie in clusters (events, places, people), so they are
mixtures of a few cluster centres plus noise, and queries lie near such mixtures without being one of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence

import numpy as np

from engine.catalog import Catalog
from engine.locations import Locations
from engine.vector_index import VectorIndex

SIZES = (1_000, 10_000, 50_000)
QUERIES = 300
K = 50


def drawn(rows: int, dimension: int, seed: int = 0) -> np.ndarray:
    """float32[rows, dimension], unit length: each a mixture of two of rows/40 centres in a common cone, plus noise."""
    rng = np.random.default_rng(seed)
    centres = _unit(rng.standard_normal((max(rows // 40, 8), dimension), np.float32)) + _unit(
        rng.standard_normal((1, dimension), np.float32)
    )
    share = rng.uniform(0.5, 1.0, (rows, 1)).astype(np.float32)
    first, second = rng.integers(0, len(centres), (2, rows))
    noise = _unit(rng.standard_normal((rows, dimension), np.float32))
    return _unit(share * centres[first] + (1 - share) * centres[second] + 0.5 * noise)


def measured(vectors: np.ndarray, queries: np.ndarray) -> dict[str, float]:
    """Recall@50 against exact search, ms a query (median, p95), vectors/s of building, seconds to save and to open."""
    ids = np.arange(1, len(vectors) + 1)
    with tempfile.TemporaryDirectory() as folder:
        index = VectorIndex(os.fsencode(folder), vectors.shape[1])
        started = time.perf_counter()
        index.stage(ids, vectors)
        while index.build_slice(0.15):
            pass
        build_s = time.perf_counter() - started
        recalls, times_ms, exact_ms = [], [], []
        for query in queries:
            started = time.perf_counter()
            found, _ = index.nearest(query, K)
            times_ms.append((time.perf_counter() - started) * 1e3)
            started = time.perf_counter()
            exact, _ = index.nearest_among(query, ids, K)
            exact_ms.append((time.perf_counter() - started) * 1e3)
            recalls.append(len(np.intersect1d(found, exact)) / len(exact))
        started = time.perf_counter()
        index.save()
        save_s = time.perf_counter() - started
        started = time.perf_counter()
        VectorIndex(os.fsencode(folder), vectors.shape[1]).open(ids)
        open_s = time.perf_counter() - started
    return {
        "vectors": len(vectors),
        "dimension": vectors.shape[1],
        "recall": round(float(np.mean(recalls)), 4),
        "query_ms": round(float(np.median(times_ms)), 2),
        "query_p95_ms": round(float(np.percentile(times_ms, 95)), 2),
        "exact_ms": round(float(np.median(exact_ms)), 2),
        "built_per_s": round(len(vectors) / build_s),
        "save_s": round(save_s, 2),
        "open_s": round(open_s, 2),
    }


def of_library(folder: str) -> np.ndarray:
    """float32[n, d]: the embeddings of the model that has most of them."""
    catalog = Catalog(Locations.at(folder).catalog)
    try:
        models = os.listdir(os.path.join(Locations.at(folder).data, b"models"))
        found = []
        for model in models:
            catalog.model_id = os.fsdecode(model)
            found.append(catalog.embeddings(limit=10**9)[1].astype(np.float32))
        return max(found, key=len)
    finally:
        catalog.close()


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index_recall", description=__doc__.splitlines()[0])
    parser.add_argument("--library", metavar="DIR", help="use the embeddings of this library")
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    if chosen.library:
        real = of_library(chosen.library)
        rng = np.random.default_rng(1)
        near = real[rng.integers(0, len(real), QUERIES)] + 0.5 * _unit(rng.standard_normal((QUERIES, real.shape[1])))
        results = [measured(real, _unit(near).astype(np.float32))]
    else:
        pools = [drawn(size + QUERIES, chosen.dimension) for size in chosen.sizes]
        results = [measured(pool[:-QUERIES], pool[-QUERIES:]) for pool in pools]
    if chosen.json:
        print(json.dumps({"k": K, **{f"vectors_{result['vectors']}": result for result in results}}))
    else:
        for result in results:
            print("  ".join(f"{key} {value}" for key, value in result.items()))
    return 0 if all(result["recall"] >= 0.98 for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
