"""Libraries of any size out of a few hundred real photos: mixtures of real embeddings plus noise, and real tokens.

Gaussian embeddings are unlike those of any library; mixtures of real ones keep their clusters and their spread. Beyond
MOST_TOKENS photos the tokens are blank and lie in holes of their files: they take as long to read and to compare, and a
million real ones would take 17 GB.

`python -m benchmarks.synthetic_library LIBRARY COUNT PHOTOS` leaves one in a folder.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from engine.catalog import Catalog, EncodedPhoto
from engine.config import THUMBNAILS_LOOKED_AT
from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable
from engine.loaded_model import LoadedModel
from engine.locations import Locations
from engine.photo import FileEntry, PhotoFacts
from engine.scanner import scan
from engine.thumbnails import ThumbnailStore
from engine.token_store import TokenStore
from engine.token_store_segment import SEGMENT_ROWS

BASE_PHOTOS = 400
KEPT = "AFTERIMAGE_BENCHMARK_LIBRARIES"
ROWS_AT_ONCE = 1_000
MIXED_AT_ONCE = 50_000
MOST_TOKENS = 200_000
HOLES_EVERY = 20_000  # contents
FOLDER = b"/synthetic"  # its photos lie in a hundred subfolders: 00, 01 ...
OLD_NS = 1_600_000_000_000_000_000


def real_base(photos_dir: str, loaded: LoadedModel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Up to BASE_PHOTOS real photos: embeddings float32[n, d], token values int8[n, t, w] and scales float16[n, t]."""
    size = loaded.bi_encoder.model_input.size
    pixels = []
    for path in islice(_photos(photos_dir), BASE_PHOTOS):
        try:
            pixels.append(np.frombuffer(load_pixels(path, loaded.bi_encoder.model_input), np.uint8))
        except PhotoUnreadable:
            continue
    embeddings, tokens = loaded.bi_encoder.encode_images(np.stack(pixels).reshape(-1, size, size, 3))
    return embeddings, tokens.values, tokens.scales


def mixtures(base: np.ndarray, count: int, *, seed: int = 0) -> np.ndarray:
    """float32[count, d], unit length: each leans to one real embedding, is pulled to another, and gets some noise."""
    rng = np.random.default_rng(seed)
    rows = np.empty((count, base.shape[1]), np.float32)
    for start in range(0, count, MIXED_AT_ONCE):
        some = rows[start : start + MIXED_AT_ONCE]
        first, second = rng.integers(0, len(base), (2, len(some)))
        pull = rng.beta(1, 3, (len(some), 1)).astype(np.float32)
        some[:] = (1 - pull) * base[first] + pull * base[second]
        some += rng.normal(0, 0.25 / np.sqrt(base.shape[1]), some.shape).astype(np.float32)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
    return rows


def fill(locations: Locations, loaded: LoadedModel, count: int, *, photos_dir: str) -> None:
    """Writes a library of `count` photos that were never decoded, as the Indexer would have left it."""
    base, values, scales = real_base(photos_dir, loaded)
    locations.create()
    catalog = Catalog(locations.catalog)
    catalog.model_id = loaded.model_id
    _record(catalog, count)
    folder = locations.model(loaded.model_id)
    os.makedirs(folder, exist_ok=True)
    shape = loaded.token_shape
    store = TokenStore(os.path.join(folder, b"tokens"), shape[0], shape[1], loaded.token_version) if shape else None
    embeddings = mixtures(base, count)
    if count > MOST_TOKENS:
        values, scales = np.zeros_like(values), np.zeros_like(scales)
    done = 0
    while tasks := catalog.lease(ROWS_AT_ONCE, now_ns=time.time_ns()):
        rows = np.arange(done, done + len(tasks))
        done += len(tasks)
        facts = PhotoFacts(600, 400, "JPEG")
        contents = catalog.allot_contents([_hash(row) for row in rows], [facts] * len(rows), [0x808080] * len(rows))
        if store is not None:
            store.put(np.array(contents, np.int64), values[rows % len(base)], scales[rows % len(base)])
            if count > MOST_TOKENS and done % HOLES_EVERY == 0:
                _dig_holes(os.path.join(folder, b"tokens"))
        catalog.commit_encoded(
            [
                EncodedPhoto(
                    task.photo_id, content, _hash(row), 1, OLD_NS, facts, embeddings[row].astype("<f2").tobytes()
                )
                for task, content, row in zip(tasks, contents, rows, strict=True)
            ]
        )
    catalog.close()
    if store is not None:
        store.close()
    newest = max(count - THUMBNAILS_LOOKED_AT, THUMBNAILS_LOOKED_AT)
    _put_thumbnails(locations, [*range(min(count, THUMBNAILS_LOOKED_AT)), *range(newest, count)])


def built(locations: Locations, loaded: LoadedModel, count: int, *, photos_dir: str) -> float:
    """The same, with the index built and saved. Returns the seconds that this took. Where KEPT names a folder, what is
    built once is kept there and copied."""
    if KEPT not in os.environ:
        return _build(locations, loaded, count, photos_dir=photos_dir)
    kept = Path(os.environ[KEPT]) / f"{loaded.model_id}-{count}"
    if not (kept / "built.json").exists():
        shutil.rmtree(kept, ignore_errors=True)
        seconds = _build(Locations.at(os.fsencode(kept)), loaded, count, photos_dir=photos_dir)
        (kept / "built.json").write_text(json.dumps(seconds))
    left_out = shutil.ignore_patterns("backups")
    shutil.copytree(
        kept, os.fsdecode(locations.data), dirs_exist_ok=True, ignore=left_out, copy_function=_linked_or_copied
    )
    return float(json.loads((kept / "built.json").read_text()))


def _linked_or_copied(source: str, target: str) -> None:
    """What a library never writes to again is linked: its index, thumbnails, and segments of tokens that are full."""
    name = os.path.basename(source)
    full = name.endswith(".seg") and name != max(os.listdir(os.path.dirname(source)))
    if full or name.endswith(".jpg") or "/index/" in source:
        with contextlib.suppress(OSError):  # another disk
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _dig_holes(folder: bytes) -> None:
    """Gives the room of blank tokens back, where the system can."""
    for name in sorted(os.listdir(folder))[-2 * HOLES_EVERY // SEGMENT_ROWS :]:
        with contextlib.suppress(FileNotFoundError, subprocess.CalledProcessError):
            subprocess.run(["fallocate", "--dig-holes", os.path.join(folder, name)], check=True, capture_output=True)


def _build(locations: Locations, loaded: LoadedModel, count: int, *, photos_dir: str) -> float:
    from engine.library import Library

    fill(locations, loaded, count, photos_dir=photos_dir)
    with Library.open(locations, model=loaded.name) as library:
        library.load_model()
        started = time.perf_counter()
        while library.step():
            pass
        return time.perf_counter() - started


def _put_thumbnails(locations: Locations, rows: Iterable[int]) -> None:
    """Where the oldest or the newest lack one, the cache counts as wiped and all photos would be decoded again."""
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((512, 341)).convert("RGB").save(drawn, "JPEG")
    store = ThumbnailStore(locations.thumbnails)
    for row in rows:
        store.put(_hash(row), drawn.getvalue())


def _record(catalog: Catalog, count: int) -> None:
    folder = catalog.add_folder(FOLDER)
    walk = catalog.begin_scan(folder.id)
    for start in range(0, count, ROWS_AT_ONCE):
        names = (
            b"%s/%02d/%07d.jpg" % (FOLDER, number % 100, number)
            for number in range(start, min(start + ROWS_AT_ONCE, count))
        )
        catalog.record_entries(walk, [FileEntry(name, 1, OLD_NS) for name in names], time.time_ns())
    catalog.finish_scan(walk, [])


def _hash(row: int) -> bytes:
    return int(row).to_bytes(32, "big")


def _photos(photos_dir: str) -> Iterator[bytes]:
    return (entry.path for entry in scan(os.fsencode(photos_dir)) if isinstance(entry, FileEntry))


def main(argv: list[str]) -> int:
    from engine.model_store import ModelStore

    folder, count, photos_dir = argv
    seconds = built(Locations.at(os.fsencode(folder)), ModelStore().load("starter"), int(count), photos_dir=photos_dir)
    print(json.dumps({"index_built_s": round(seconds, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
