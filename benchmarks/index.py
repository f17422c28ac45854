"""How near indexing comes to what the machine allows.

The limit is 1 / (1/D + 1/F): D photos/s decoded on all cores, F photos/s through the model's forward pass on ready
pixels on all cores, both measured in this run. `python -m benchmarks.index PHOTOS [--photos N] [--json]`
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from engine.config import INDEX_BATCH, ModelInput
from engine.decoder import decode
from engine.library import Library
from engine.locations import Locations
from engine.model_store import ModelStore
from engine.photo import DecodeTask, FileEntry
from engine.scanner import scan


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description=__doc__)
    parser.add_argument("photos_dir", metavar="PHOTOS", help="a folder of photos")
    parser.add_argument("--photos", type=int, default=1000, help="how many photos to index (default: 1000)")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        report = measure(_linked_sample(given.photos_dir, given.photos, scratch), scratch, model=given.model)
    print(json.dumps(report) if given.json else _table(report))
    return 0


def measure(folder: str, scratch: str, *, model: str) -> dict[str, Any]:
    """Decoding alone, forward pass alone, and the whole pipeline, on the same photos."""
    loaded = ModelStore().load(model)
    paths = [entry.path for entry in scan(os.fsencode(folder)) if isinstance(entry, FileEntry)]
    cores = os.cpu_count() or 1
    decoding = decode_rate(paths, loaded.bi_encoder.model_input, cores)
    forward = forward_rate(loaded.bi_encoder, len(paths))
    pipeline, ready = pipeline_rate(folder, scratch, model=model)
    limit = 1 / (1 / decoding + 1 / forward)
    return {
        "photos": len(paths),
        "ready": ready,
        "cores": cores,
        "precision": loaded.bi_encoder.precision,
        "decode_photos_per_s": round(decoding, 1),
        "forward_photos_per_s": round(forward, 1),
        "limit_photos_per_s": round(limit, 1),
        "pipeline_photos_per_s": round(pipeline, 1),
        "share_of_limit": round(pipeline / limit, 3),
    }


def decode_rate(paths: list[bytes], model_input: ModelInput, cores: int) -> float:
    """Photos per second through `decode` in one process a core; the processes are started before the clock."""
    context = multiprocessing.get_context("spawn")
    shares = [paths[start::cores] for start in range(cores)]
    with ProcessPoolExecutor(cores, mp_context=context) as pool:
        list(pool.map(_decode_all, [share[:8] for share in shares], [model_input] * cores))
        started = time.perf_counter()
        list(pool.map(_decode_all, shares, [model_input] * cores))
        return len(paths) / (time.perf_counter() - started)


def _decode_all(paths: list[bytes], model_input: ModelInput) -> int:
    return sum(1 for path in paths if decode(DecodeTask(1, path), model_input))


def forward_rate(bi_encoder: Any, photos: int) -> float:
    """Photos per second through the model in full batches, after a warm-up."""
    size = bi_encoder.model_input.size
    pixels = np.random.default_rng(0).integers(0, 256, (INDEX_BATCH, size, size, 3), dtype=np.uint8)
    for _ in range(3):
        bi_encoder.encode_images(pixels)
    batches = max(4, photos // INDEX_BATCH)
    started = time.perf_counter()
    for _ in range(batches):
        bi_encoder.encode_images(pixels)
    return batches * INDEX_BATCH / (time.perf_counter() - started)


def pipeline_rate(folder: str, scratch: str, *, model: str) -> tuple[float, int]:
    """Photos per second from the request to the last commit; the model is loaded before the clock."""
    with Library.open(Locations.at(os.path.join(scratch, "library")), model=model) as library:
        library.load_model()
        library.step(0)
        started = time.perf_counter()
        library.add_folder(os.fsencode(folder))
        while library.step() or not library.idle:
            if not library.step(0.01):
                multiprocessing.connection.wait(library.wait_connections(), 0.05)
        seconds = time.perf_counter() - started
        ready = library.progress().ready
    return ready / seconds, ready


def _linked_sample(photos_dir: str, count: int, scratch: str) -> str:
    """A folder of hard links (copies across file systems would do as well) to the first `count` photos."""
    folder = os.path.join(scratch, "photos")
    os.makedirs(folder)
    found = (entry for entry in scan(os.fsencode(photos_dir)) if isinstance(entry, FileEntry))
    for number, entry in zip(range(count), found, strict=False):
        target = os.path.join(os.fsencode(folder), b"%06d-" % number + os.path.basename(entry.path))
        try:
            os.link(entry.path, target)
        except OSError:
            _copy(entry.path, target)
    return folder


def _copy(source: bytes, target: bytes) -> None:
    with open(source, "rb") as reader, open(target, "wb") as writer:
        writer.write(reader.read())
    os.utime(target, (1_600_000_000, 1_600_000_000))


def _table(report: dict[str, Any]) -> str:
    return "\n".join(f"{key.replace('_', ' '):24} {value}" for key, value in report.items())


if __name__ == "__main__":
    sys.exit(main())
