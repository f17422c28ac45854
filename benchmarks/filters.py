"""What a search finds of the photos that pass a filter, and how long it takes.

`python -m benchmarks.filters [PHOTOS] [--size 20000] [--json]` (PHOTOS: photos to mix from)

Filters that leave 1 %, 10 % and 50 % of the photos: some that know nothing of what photos show (called camera here) and
some that do (called lens: the photos near to one of them, as of a journey). Three ways: among the photos that pass, one
by one; fetching more until enough pass; and, to see what is lost, fetching once and leaving out what does not pass.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.photos import add_photos, photos_in
from benchmarks.search import SENTENCES
from benchmarks.synthetic_library import mixtures, real_base
from engine.catalog import Catalog, EncodedPhoto
from engine.completions import Completer
from engine.config import EXACT_AMONG
from engine.messages import Complete
from engine.model_store import LoadedModel, ModelStore
from engine.photo import FileEntry, PhotoFacts
from engine.query import parse
from engine.searcher import Searcher
from engine.vector_index import VectorIndex

SHARES = {"1 %": 0.01, "10 %": 0.1, "25 %": 0.26, "50 %": 0.5}
FOUND = 50  # recall of so many
LIMIT = 300  # what the window asks for
OLD_NS = 1_600_000_000_000_000_000
ROWS_AT_ONCE = 1_000

Found = tuple[np.ndarray, float]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.filters", description=__doc__)
    add_photos(parser)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    report = measure(given.size, ModelStore().load(given.model), photos_in(given))
    print(json.dumps(report) if given.json else _table(report))
    return 0


def measure(size: int, loaded: LoadedModel, photos_dir: str) -> dict[str, Any]:
    """{"size", "filters": {name: {"passing", "catalog_ms", and for each way "used", "exact", "fetching_more" and
    "fetching_once" {"recall", "ms"}}}, "completion": {"made_ms", "longest_slice_ms", "answer_ms"}}; recall in percent
    of the FOUND nearest that pass, times as medians."""
    vectors = mixtures(real_base(photos_dir, loaded)[0], size)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        catalog = Catalog(os.fsencode(os.path.join(scratch, "catalog.db")))
        catalog.model_id = loaded.model_id
        _fill(catalog, vectors)
        index = VectorIndex(os.fsencode(os.path.join(scratch, "index")), vectors.shape[1])
        index.stage(np.arange(1, size + 1), vectors)
        while index.build_slice(1.0):
            pass
        searcher = Searcher(catalog, loaded.bi_encoder, cross_encoder=None, index=index, tokens=None)
        queries = loaded.bi_encoder.encode_sentences(list(SENTENCES))
        names = [f"{kind}:{share}" for kind in ("camera", "lens") for share in ("p1", "p10", "p25", "p50")]
        filters = {
            name: _measured(name, catalog, searcher, index=index, vectors=vectors, queries=queries) for name in names
        }
        completion = _completion(catalog)
        catalog.close()
    return {"size": size, "filters": filters, "completion": completion}


def _fill(catalog: Catalog, vectors: np.ndarray) -> None:
    """Content ids are rows plus one. Cameras go by chance; lenses by nearness to one photo."""
    folder = catalog.add_folder(b"/synthetic")
    walk = catalog.begin_scan(folder.id)
    entries = [FileEntry(b"/synthetic/%07d.jpg" % row, 1, OLD_NS) for row in range(len(vectors))]
    for start in range(0, len(entries), ROWS_AT_ONCE):
        catalog.record_entries(walk, entries[start : start + ROWS_AT_ONCE], time.time_ns())
    catalog.finish_scan(walk, [])
    chance = np.random.default_rng(1).permutation(len(vectors)) / len(vectors)
    nearness = np.argsort(np.argsort(-(vectors @ vectors[0]))) / len(vectors)
    while tasks := catalog.lease(ROWS_AT_ONCE, now_ns=time.time_ns()):
        hashes = [task.photo_id.to_bytes(32, "big") for task in tasks]
        contents = catalog.allot_contents(hashes, [PhotoFacts(600, 400)] * len(tasks), [0] * len(tasks))
        encoded = []
        for task, content, known in zip(tasks, contents, hashes, strict=True):
            about = _facts(float(chance[content - 1]), float(nearness[content - 1]))
            vector = vectors[content - 1].astype("<f2").tobytes()
            encoded.append(EncodedPhoto(task.photo_id, content, known, 1, OLD_NS, about, vector))
        catalog.commit_encoded(encoded)


def _facts(chance: float, nearness: float) -> PhotoFacts:
    def named(value: float) -> str:
        return " ".join(f"p{name.split()[0]}." for name, share in SHARES.items() if value < share)

    return PhotoFacts(600, 400, "JPEG", camera=named(chance), lens=named(nearness))


def _measured(
    name: str, catalog: Catalog, searcher: Searcher, *, index: VectorIndex, vectors: np.ndarray, queries: np.ndarray
) -> dict[str, Any]:
    filters = parse(name + ".").filters
    started = time.perf_counter()
    among = catalog.contents_of_folder(filters=filters)
    catalog_ms = 1000 * (time.perf_counter() - started)

    def used(query: np.ndarray) -> np.ndarray:
        searcher.exact_among = EXACT_AMONG
        return searcher.retrieve(query, limit=LIMIT, among=among).ids

    def exact(query: np.ndarray) -> np.ndarray:
        return index.nearest_among(query, among, LIMIT)[0]

    def more(query: np.ndarray) -> np.ndarray:
        searcher.exact_among = 0
        return searcher.retrieve(query, limit=LIMIT, among=among).ids

    def once(query: np.ndarray) -> np.ndarray:
        ids = searcher.retrieve(query, limit=LIMIT).ids
        return ids[np.isin(ids, among)]

    ways = {"used": used, "exact": exact, "fetching_more": more, "fetching_once": once}
    best = [among[np.argsort(-(vectors[among - 1] @ query), kind="stable")[:FOUND]] for query in queries]
    return {"passing": len(among), "catalog_ms": round(catalog_ms, 1)} | {
        way: _recall(find, queries, best) for way, find in ways.items()
    }


def _completion(catalog: Catalog) -> dict[str, float]:
    """How long it takes until the values of filters are known, the longest slice of that work, and, from then on, the
    slowest answer to a letter."""
    completer = Completer(catalog)
    slices = _slices(completer, Complete(1, ""))
    asked = [("camera", "p"), ("camera", ""), ("lens", "p5"), ("in", "s"), ("on", "20"), ("type", "j"), ("tag", "f")]
    answers = [_slices(completer, Complete(1, *each))[0] for each in asked for _ in range(3)]
    return {
        "made_ms": round(sum(slices), 1),
        "longest_slice_ms": round(max(slices), 1),
        "answer_ms": round(max(answers), 2),
    }


def _slices(completer: Completer, request: Complete) -> list[float]:
    """Milliseconds of each."""
    times, last = [], time.perf_counter()
    for _ in completer.run(request):
        now = time.perf_counter()
        times.append(1000 * (now - last))
        last = now
    return times


def _recall(find: Callable[[np.ndarray], np.ndarray], queries: np.ndarray, best: list[np.ndarray]) -> dict[str, float]:
    shares, times = [], []
    for query, wanted in zip(queries, best, strict=True):
        started = time.perf_counter()
        found = find(query)
        times.append(1000 * (time.perf_counter() - started))
        shares.append(np.isin(wanted, found).mean())
    return {"recall": round(100 * float(np.mean(shares)), 1), "ms": round(float(np.median(times)), 1)}


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['size']:,} photos; recall of the {FOUND} nearest that pass, in percent, and milliseconds"]
    lines.append(
        f"{'filter':12}{'passing':>9}{'catalog':>9}{'used':>16}{'exact':>16}{'fetching more':>16}{'fetching once':>16}"
    )
    for name, row in report["filters"].items():
        ways = [row[way] for way in ("used", "exact", "fetching_more", "fetching_once")]
        told = "".join(f"{way['recall']:>9.1f}{way['ms']:>7.1f}" for way in ways)
        lines.append(f"{name:12}{row['passing']:>9,}{row['catalog_ms']:>9.1f}{told}")
    made = report["completion"]
    lines.append(
        f"values of filters known after {made['made_ms']:.0f} ms, "
        f"in slices of at most {made['longest_slice_ms']:.1f} ms; answers within {made['answer_ms']:.2f} ms"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
