"""A large library after a kill that took its index along, and a walk over a million files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import psutil

from engine.catalog import Catalog, EncodedPhoto
from engine.photo import FileEntry, PhotoFacts
from engine.scrub import Scrub
from engine.served_model import STAGE_ROWS
from engine.thumbnails import ThumbnailStore
from engine.vector_index import VectorIndex
from tests.torture.scenario import Figures, open_library, paint_photos

DIMENSION = 256  # the starter's
LONGEST_STEP_S = 1.0  # on a machine that does other things; alone a third of it


def after_a_kill(folder: Path, full: bool) -> Figures:
    """A2, A8: without its index a library searches exactly, in a moment; a slice of the scrub holds nobody up."""
    photos = 100_000 if full else 2_000
    path = os.fsencode(folder / "catalog.db")
    vectors = _filled(path, photos)
    started = time.monotonic()
    catalog = Catalog(path)
    catalog.model_id = "large"
    opened = time.monotonic()
    index = VectorIndex(os.fsencode(folder / "index"), DIMENSION)
    missing = index.open(catalog.embedded_ids())
    for start in range(0, len(missing), STAGE_ROWS):
        index.stage(*catalog.embeddings_for(missing[start : start + STAGE_ROWS]))
    repaired = time.monotonic()
    ids, _ = index.nearest(vectors[photos // 2], 100)
    searched = time.monotonic()
    assert len(index) == photos
    assert int(ids[0]) == photos // 2 + 1
    slices = []
    scrub = Scrub(catalog, ThumbnailStore(os.fsencode(folder / "thumbnails")))
    while not scrub.rounds:
        begun = time.monotonic()
        scrub.slice()
        slices.append(time.monotonic() - begun)
    catalog.close()
    assert scrub.mended == 0
    figures = {"photos": photos, "open_s": round(opened - started, 2), "repair_s": round(repaired - opened, 2)}
    figures |= {"search_s": round(searched - repaired, 3), "scrub_slice_max_s": round(max(slices), 3)}
    return {**figures, "scrub_round_s": round(sum(slices), 2)}


def million(folder: Path, full: bool) -> Figures:
    """C3: a walk over a million files is short, needs little memory, and never keeps the engine from its window."""
    files = 1_000_000 if full else 10_000
    originals = paint_photos(folder / "photos", files // 50_000 + 1)  # a file has 65,000 names at most
    for number in range(files):
        where = folder / "photos" / f"{number // 50_000}" / f"{number // 500 % 100}"
        if number % 500 == 0:
            where.mkdir(parents=True)
        os.link(originals[number // 50_000], where / f"{number % 500}.png")
    figures: Figures = {"files": files}
    clock = time.monotonic if full else time.thread_time  # what others do to the disk is no fault of a step
    with open_library(folder / "library") as library:
        library.set_paused(True)
        library.add_folder(os.fsencode(folder / "photos"))
        before = psutil.Process().memory_info().rss  # of this process, which may have done other things
        for walk in ("first", "second"):
            steps, started = [], time.monotonic()
            library.request_scan()
            while not steps or library.progress().scanning:
                begun = clock()
                library.step()
                steps.append(clock() - begun)
            figures |= {f"{walk}_s": round(time.monotonic() - started, 1), f"{walk}_step_max_s": round(max(steps), 3)}
            assert max(steps) < LONGEST_STEP_S, figures
        assert library.progress().pending == files + len(originals)
        figures["grown_mb"] = (psutil.Process().memory_info().rss - before) >> 20
        assert figures["grown_mb"] < 1_000, figures
    return figures


def _filled(path: bytes, photos: int) -> np.ndarray:
    """float32[n, d]: what was written as the embeddings of contents 1 to n."""
    vectors = np.random.default_rng(50).standard_normal((photos, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    catalog = Catalog(path)
    catalog.model_id = "large"
    scan = catalog.begin_scan(catalog.add_folder(b"/photos").id)
    for start in range(0, photos, 5000):
        numbers = range(start, min(start + 5000, photos))
        catalog.record_entries(scan, [FileEntry(b"/photos/%d.jpg" % n, n, 1) for n in numbers], 10**18)
        facts, tones = [PhotoFacts(4, 3)] * len(numbers), [0] * len(numbers)
        contents = catalog.allot_contents([n.to_bytes(32) for n in numbers], facts, tones)
        catalog.commit_encoded(
            [
                EncodedPhoto(n + 1, content, n.to_bytes(32), n, 1, PhotoFacts(4, 3), vectors[n].astype("<f2").tobytes())
                for n, content in zip(numbers, contents, strict=True)
            ]
        )
    catalog.finish_scan(scan, (), 10**18)
    catalog.close()
    return vectors
