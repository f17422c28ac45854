"""How near indexing comes to what the machine allows.

The limit is 1 / (1/D + 1/F): D photos/s decoded on all cores, F photos/s through the model's forward pass on ready
pixels on all cores, both measured in this run. `python -m benchmarks.index PHOTOS [--photos N] [--edge PX] [--json]`
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing.connection import wait
from typing import Any

import numpy as np
from PIL import Image

from engine.config import INDEX_BATCH, ModelInput
from engine.decoder import decode, render
from engine.locations import Locations
from engine.photo import DecodeTask, FileEntry
from engine.scanner import scan

OLD = 1_600_000_000


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description=__doc__)
    parser.add_argument("photos_dir", metavar="PHOTOS", help="a folder of photos")
    parser.add_argument("--photos", type=int, default=1000, help="how many photos to index (default: 1000)")
    parser.add_argument("--edge", type=int, help="make JPEGs of this long edge out of them (default: as they are)")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        folder = _sample(given.photos_dir, given.photos, scratch, edge=given.edge)
        report = measure(folder, scratch, model=given.model)
    print(json.dumps(report) if given.json else _table(report))
    return 0


def measure(folder: str, scratch: str, *, model: str) -> dict[str, Any]:
    """Decoding alone, forward pass alone, and the whole pipeline, on the same photos."""
    from engine.model_store import ModelStore  # not above: every decoder imports this module when it starts

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
    from engine.library import Library

    with Library.open(Locations.at(os.path.join(scratch, "library")), model=model) as library:
        library.load_model()
        library.step(0)
        started = time.perf_counter()
        library.add_folder(os.fsencode(folder))
        while True:
            more = library.step()
            if not more and library.idle:
                break
            if not more:
                wait(library.wait_connections(), 0.05)
        seconds = time.perf_counter() - started
        ready = library.progress().ready
    return ready / seconds, ready


def _sample(photos_dir: str, count: int, scratch: str, *, edge: int | None) -> str:
    """A folder with copies of the first `count` photos, old enough to be indexed at once."""
    folder = os.path.join(scratch, "photos")
    os.makedirs(folder)
    found = (entry.path for entry in scan(os.fsencode(photos_dir)) if isinstance(entry, FileEntry))
    for number, source in enumerate(islice(found, count)):
        target = os.path.join(folder, f"{number:06d}.jpg")
        if edge is None:
            shutil.copyfile(source, target)
        else:
            jpeg = render(DecodeTask(1, source, rendition_edge=edge)).jpeg
            _save_scaled(jpeg, target, edge)
        os.utime(target, (OLD, OLD))
    return folder


def _save_scaled(jpeg: bytes, target: str, edge: int) -> None:
    """3:2, whatever the source: the size is what is measured."""
    with Image.open(io.BytesIO(jpeg)) as image:
        image.resize((edge, edge * 2 // 3), Image.Resampling.BICUBIC).save(target, quality=88)


def _table(report: dict[str, Any]) -> str:
    return "\n".join(f"{key.replace('_', ' '):24} {value}" for key, value in report.items())


if __name__ == "__main__":
    sys.exit(main())
