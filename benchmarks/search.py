"""How long a search takes as the library grows: to the retrieved hits, and to the reranked order.

`python -m benchmarks.search [PHOTOS] [--sizes 1000 10000 100000] [--json]` (PHOTOS: photos to mix from)

Each size in a process of its own: warm, the first search after opening, with a filter that all photos pass (wide) and
one that a hundredth passes (narrow), and while photos are indexed. Milliseconds. Recall@50 is the index's against exact
search, for the sentences and for made-up embeddings. A million photos (`--sizes 1000000`) take half an hour to build.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.photos import add_photos, photos_in
from benchmarks.report import json_of, percentiles, show
from benchmarks.synthetic_library import FOLDER, built, mixtures
from engine.catalog import Catalog
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, Stage
from engine.model_store import LoadedModel, ModelStore
from engine.vector_index import VectorIndex

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
WIDE = "type:jpeg "
NARROW = os.path.join(FOLDER, b"07")
MEANWHILE = 600  # photos that are indexed while searches go on
K = 50
QUERIES = 100
OLD = 1_600_000_000
Times = tuple[float, float, float]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_photos(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one-size", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.one_size is not None:
        show(measure(given.one_size, photos_in(given), model=given.model), as_json=True)
        return 0
    command = ["-m", "benchmarks.search", photos_in(given), "--model", given.model, "--one-size"]
    show({f"photos_{size}": json_of([*command, str(size)]) for size in given.sizes}, as_json=given.json)
    return 0


def measure(size: int, photos_dir: str, *, model: str) -> dict[str, Any]:
    """Opens a library of this size, warms it with each sentence once, then asks each ROUNDS times."""
    loaded = ModelStore().load(model)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        locations = Locations.at(os.path.join(scratch, "library"))
        report: dict[str, Any] = {"index_built_s": round(built(locations, loaded, size, photos_dir=photos_dir), 1)}
        report["index"] = _recall(locations, loaded)
        before_mb = _memory_mb()
        started = time.perf_counter()
        with Library.open(locations, model=model, workers=max(1, (os.cpu_count() or 2) // 2)) as library:
            library.load_model()
            library.step(0)
            report["opened_s"] = round(time.perf_counter() - started, 2)
            report["first_search"] = _told([ask(library, SENTENCES[0])])
            report["memory_mb"] = {"opened": _memory_mb(), "before": before_mb}
            report["warm"] = _asked(library, "")
            report["filter_wide"] = _asked(library, WIDE)
            report["filter_narrow"] = _asked(library, "", folder=NARROW)
            report["while_indexing"] = _while_indexing(library, photos_dir, Path(scratch) / "photos")
    return report


def _asked(library: Library, filters: str, *, folder: bytes | None = None) -> dict[str, Any]:
    for sentence in SENTENCES:
        ask(library, filters + sentence, folder=folder)
    return _told([ask(library, filters + some, folder=folder) for _ in range(ROUNDS) for some in SENTENCES])


def _while_indexing(library: Library, photos_dir: str, folder: Path) -> dict[str, Any]:
    """As the engine's loop does it: a search that comes in waits for the end of the step that is under way."""
    folder.mkdir()
    for number, source in enumerate(islice(sorted(Path(photos_dir).iterdir()), MEANWHILE)):
        shutil.copyfile(source, folder / f"{number:05}.jpg")
        os.utime(folder / f"{number:05}.jpg", (OLD, OLD))
    library.add_folder(os.fsencode(folder))
    rng, times = np.random.default_rng(0), []
    deadline = time.monotonic() + 60
    while (library.step() or not library.idle) and time.monotonic() < deadline:
        started = time.perf_counter()
        library.step()
        waited = float(rng.random()) * (time.perf_counter() - started)
        retrieved, reranked, cpu = ask(library, SENTENCES[len(times) % len(SENTENCES)])
        times.append((waited + retrieved, waited + reranked, cpu))
    return _told(times)


def ask(library: Library, sentence: str, *, folder: bytes | None = None) -> Times:
    """Seconds to the retrieved hits (with their first page) and to the reranked order, and those of processors."""
    started, cpu_started = time.perf_counter(), time.process_time()
    first = last = 0.0
    for event in library.search(Search(1, sentence, folder=folder)):
        if event is not None:
            library.hits(event.result, 0, 60)
            elapsed = time.perf_counter() - started
            first, last = (elapsed, last) if event.stage is Stage.RETRIEVED else (first, elapsed)
    return first, last, time.process_time() - cpu_started


def _told(times: list[Times]) -> dict[str, Any]:
    retrieved, reranked, cpu = (percentiles(each) for each in zip(*times, strict=True))
    return {"searches": len(times), "retrieved_ms": retrieved, "reranked_ms": reranked, "cpu_ms": cpu}


def _recall(locations: Locations, loaded: LoadedModel) -> dict[str, Any]:
    catalog = Catalog(locations.catalog)
    ids = catalog.models.beside(loaded.model_id).ids()
    catalog.close()
    index = VectorIndex(os.path.join(locations.model(loaded.model_id), b"index"), loaded.bi_encoder.dimension)
    started = time.perf_counter()
    index.open(ids)
    opened_s = time.perf_counter() - started
    _, some = index.some(QUERIES)
    sentences = loaded.bi_encoder.encode_sentences(list(SENTENCES))
    found = {"opened_s": round(opened_s, 2), "recall_at_50": {}, "nearest_ms": {}}
    for name, queries in (("photos", mixtures(some, QUERIES, seed=1)), ("sentences", sentences)):
        shares, times = [], []
        for query in queries:
            started = time.perf_counter()
            near, _ = index.nearest(query, K)
            times.append(time.perf_counter() - started)
            shares.append(len(np.intersect1d(near, index.nearest_among(query, ids, K)[0])) / len(near))
        found["recall_at_50"][name] = round(float(np.mean(shares)), 4)
        found["nearest_ms"][name] = percentiles(times)
    return found


def _memory_mb() -> float:
    return round(psutil.Process().memory_info().rss / 2**20, 1)


if __name__ == "__main__":
    sys.exit(main())
