"""How near indexing comes to what the machine allows.

`python -m benchmarks.index [PHOTOS] [--edges 500 4243] [--models starter ViT-B-32-256] [--cores 1 2] [--json]`

The limit is 1 / (1/D + 1/F): D photos/s decoded on all cores, F photos/s through the model's forward pass on ready
pixels on all cores, both measured in the same run as the pipeline, each row in a process of its own. All three are
measured warm, the pipeline after 32 photos in another folder; how long the first of those took, from the request to
where it can be searched, decoders' start included, is `first_photo_s`. Photos are made of those in PHOTOS, 3:2 and of
this long edge (500: small ones, 4243: twelve megapixels). An architecture of open_clip
gets random weights: they take as long as any. `rclip` is run beside where that program is installed and RCLIP_DATADIR
names the folder with its model, or one of its shape, which `python -m benchmarks.rclip_model FOLDER` makes.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.photos import add_photos, photos_in
from benchmarks.report import json_of, run, show
from engine.config import INDEX_BATCH, INDEX_STEP_ALONE_S, ModelInput
from engine.decoder import decode, render
from engine.locations import Locations
from engine.photo import DecodeTask, FileEntry
from engine.scanner import scan

OLD = 1_600_000_000
EDGES = (500, 4_243)
PHOTOS = {500: 400, 4_243: 60}  # of each edge
BEFORE = 32  # photos that warm the pipeline
MEASURED, WARMING = "photos", "before"  # folders of a sample
SHIPPED = "starter"
SAME_SHAPE = "ViT-B-32-256"  # as rclip's model


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.index", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_photos(parser)
    parser.add_argument("--edges", type=int, nargs="+", default=EDGES, metavar="PX")
    parser.add_argument("--models", nargs="+", default=[SHIPPED, SAME_SHAPE], metavar="NAME|DIR|ARCHITECTURE")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, os.cpu_count() or 1], metavar="N")
    parser.add_argument("--photos", type=int, help="how many photos (default: 400 small ones, 60 large ones)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.row is not None:
        show(measure(given.photos_dir, model=given.row, cores=given.cores[0]), as_json=True)
        return 0
    report: dict[str, Any] = {"skipped": {}}
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        models = {name: folder_of(name, Path(scratch), report["skipped"]) for name in given.models}
        for edge in given.edges:
            count = given.photos or PHOTOS.get(edge, 100)
            folder = _sample(photos_in(given), count, os.path.join(scratch, str(edge)), edge=edge)
            report[f"edge_{edge}"] = _rows(folder, models, sorted(set(given.cores)), report["skipped"])
            _add_rclip(os.path.join(folder, MEASURED), count, report[f"edge_{edge}"], report["skipped"])
    show(report, as_json=given.json)
    return 0


def _rows(folder: str, models: dict[str, str | None], cores: list[int], skipped: dict[str, str]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for name, where in models.items():
        for number in cores if where is not None else ():
            command = ["-m", "benchmarks.index", folder, "--row", str(where), "--cores", str(number), "--json"]
            try:
                rows.setdefault(name, {})[f"cores_{number}"] = json_of(command, env={"OMP_NUM_THREADS": str(number)})
            except RuntimeError as reason:
                skipped[f"{name} on {number} cores"] = str(reason)[-300:]
    return rows


def folder_of(name: str, scratch: Path, skipped: dict[str, str]) -> str | None:
    """A model's name or folder; of an architecture a folder with random weights is made."""
    from engine.presets import Presets

    if Path(name).is_dir() or name in Presets(None, None).all():
        return name
    try:
        return str(_random_model(name, scratch / name))
    except (ImportError, ValueError, RuntimeError) as reason:
        skipped[name] = str(reason)
        return None


def _random_model(architecture: str, folder: Path) -> Path:
    """Without a head. Raises ValueError where open_clip does not know it."""
    import open_clip
    import torch

    from engine.model_files import TOKENIZER
    from engine.model_store import build_model
    from engine.presets import Presets
    from engine.training.export import export

    facts = open_clip.get_model_config(architecture)
    if facts is None:
        raise ValueError("open_clip knows no such architecture")
    torch.manual_seed(0)
    size, width = facts["vision_cfg"]["image_size"], facts["vision_cfg"].get("width", 768)
    config = {"model_cfg": facts, "patch_width": width, "input": {"size": size}, "head": None}
    tokenizer = (Presets(None, None).require(SHIPPED) / TOKENIZER).read_text(encoding="utf-8")
    export(folder, build_model(config).clip, config, tokenizer=tokenizer, words=[])
    return folder


def _add_rclip(folder: str, photos: int, rows: dict[str, Any], skipped: dict[str, str]) -> None:
    """Its whole run on all cores, start included, over a folder that it has not seen. `times_as_fast`: this pipeline on
    as many cores, with a model of the same shape."""
    program, model = shutil.which("rclip"), os.environ.get("RCLIP_DATADIR")
    if program is None or model is None:
        skipped["rclip"] = "it is not installed" if program is None else "RCLIP_DATADIR names no folder with its model"
        return
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        seen, data = os.path.join(scratch, "photos"), os.path.join(scratch, "data")
        shutil.copytree(folder, seen)
        os.mkdir(data)
        for entry in os.scandir(model):  # all but what it remembers of photos, which it knows again in any folder
            if entry.is_dir():
                os.symlink(os.path.abspath(entry.path), os.path.join(data, entry.name))
        fresh = {"RCLIP_DATADIR": data, "HF_HUB_OFFLINE": "1"}  # a benchmark fetches nothing
        done = run([program, "--filepath-only", "a dog"], folder=seen, env=fresh)
    if done.status:
        skipped["rclip"] = (done.err or done.out).strip()[-300:]
        return
    rate = photos / done.wall_s
    rows["rclip"] = {"photos_per_s": round(rate, 1), "cpu_s": round(done.cpu_s, 1), "peak_mb": round(done.peak_mb, 1)}
    ours = rows.get(SAME_SHAPE, {}).get(f"cores_{os.cpu_count()}")
    if ours is not None:
        rows["rclip"]["times_as_fast"] = round(ours["pipeline_photos_per_s"] / rate, 2)


def measure(folder: str, *, model: str, cores: int) -> dict[str, Any]:
    """Decoding alone, forward pass alone, and the whole pipeline, on the same photos, with so many processors."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])  # before any thread is started
    from engine.model_store import ModelStore  # not above: every decoder imports this module when it starts

    loaded = ModelStore().load(model)
    measured = os.fsencode(os.path.join(folder, MEASURED))
    paths = [entry.path for entry in scan(measured) if isinstance(entry, FileEntry)]
    decoding = decode_rate(paths, loaded.bi_encoder.model_input, cores)
    forward = forward_rate(loaded.bi_encoder, len(paths))
    # Beside the photos until all is measured: making files was seen to take many times as long where thousands had just
    # been deleted, and the next row makes some.
    scratch = tempfile.mkdtemp(prefix="library-", dir=folder)
    first_s, pipeline, ready = pipeline_rate(folder, scratch, model=model, cores=cores)
    limit = 1 / (1 / decoding + 1 / forward)
    return {
        "photos": len(paths),
        "ready": ready,
        "precision": loaded.bi_encoder.precision,
        "decode_photos_per_s": round(decoding, 1),
        "forward_photos_per_s": round(forward, 1),
        "limit_photos_per_s": round(limit, 1),
        "first_photo_s": round(first_s, 2),
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


def pipeline_rate(folder: str, scratch: str, *, model: str, cores: int) -> tuple[float, float, int]:
    """Seconds to the first photo, then photos per second from the request to the last commit, as `afterimage index`
    does it, and how many became searchable; the model is loaded before any clock."""
    from engine.library import Library

    with Library.open(Locations.at(os.path.join(scratch, "library")), model=model, workers=cores) as library:
        library.load_model()
        library.step(0)
        started = time.perf_counter()
        library.add_folder(os.fsencode(os.path.join(folder, WARMING)))
        while library.progress().ready == 0:
            _turn(library)
        first_s = time.perf_counter() - started
        while _turn(library):
            pass
        before = library.progress().ready
        started = time.perf_counter()
        library.add_folder(os.fsencode(os.path.join(folder, MEASURED)))
        while _turn(library):
            pass
        seconds = time.perf_counter() - started
        ready = library.progress().ready - before
    return first_s, ready / seconds, ready


def _turn(library: Any) -> bool:
    """False once there is nothing left to do."""
    if library.step(INDEX_STEP_ALONE_S):
        return True
    if not library.idle:
        wait(library.wait_connections(), 0.05)
    return not library.idle


def _sample(photos_dir: str, count: int, folder: str, *, edge: int) -> str:
    """A folder with JPEGs made of the first photos, `count` in one folder and those that warm the pipeline in another,
    old enough to be indexed at once. Of few photos more are made by turning them."""
    for part in (MEASURED, WARMING):
        os.makedirs(os.path.join(folder, part))
    wanted = count + BEFORE
    found = [entry.path for entry in islice(scan(os.fsencode(photos_dir)), 4 * wanted) if isinstance(entry, FileEntry)]
    for number, source in enumerate(islice(cycle(found), wanted)):
        target = os.path.join(folder, MEASURED if number < count else WARMING, f"{number:06d}.jpg")
        jpeg = render(DecodeTask(1, source, rendition_edge=edge)).jpeg
        _save_scaled(jpeg, target, edge, turned=number // len(found))
        os.utime(target, (OLD, OLD))
    return folder


def _save_scaled(jpeg: bytes, target: str, edge: int, *, turned: int) -> None:
    """3:2, whatever the source: the size is what is measured."""
    with Image.open(io.BytesIO(jpeg)) as image:
        upright = image.rotate(90 * turned, expand=True)
        upright.resize((edge, edge * 2 // 3), Image.Resampling.BICUBIC).save(target, quality=88)


if __name__ == "__main__":
    sys.exit(main())
