"""What strangers made, given to a library: nothing blocks, dies, grows, or is changed."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import time
from pathlib import Path

import psutil
from PIL import Image

from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.photo import DecodedPhoto, DecodeFailure, DecodeTask
from tests.photos import draw_photo
from tests.torture.hostile_photos import hostile_photos
from tests.torture.hostile_tree import grow_tree
from tests.torture.scenario import (
    OLD_S,
    Figures,
    fingerprints,
    found,
    open_library,
    percentile,
    settle,
    states,
    untouched,
)
from tests.torture.strange import Strange
from tests.torture.strange_all import all_strange

INPUT = ModelInput(64)


def tree(folder: Path, full: bool) -> Figures:
    """A4, C1, C2: every name is found, nothing blocks, nothing is changed."""
    photos = folder / "photos"
    wanted = grow_tree(photos, 20_000 if full else 100)
    before = fingerprints(photos)
    started = time.monotonic()
    with open_library(folder / "library", workers=2) as library:
        library.add_folder(os.fsencode(photos))
        settle(library, patience_s=1800)
        seconds = time.monotonic() - started
        now, shown = states(library), set(found(library))
        assert shown == wanted, f"not found: {sorted(wanted - shown)[:3]}, found: {sorted(shown - wanted)[:3]}"
        problems = [problem.path for problem in library.problems()]
        assert os.fsencode(photos / "giant.jpg") in problems
        assert any(b"long name" in path for path in problems), "a path that is too long was passed over in silence"
        some = [path for path in wanted if b"plain/" not in path]
        outcome = library.tags.change((), some, add=["strange"], remove=())
        assert not outcome.unknown
        assert library.forget(some[:3]) == 3
    untouched(before, photos)
    return {
        "photos": len(wanted),
        "unreadable": now["unreadable"],
        "told_of": len(problems),
        "seconds": round(seconds, 1),
    }


def photos(folder: Path, full: bool) -> Figures:
    """B1 to B5, B7, B8, B10: each file is a photo or refused with words; no decoder dies or hangs."""
    expected: dict[int, str] = {}
    paths: list[Path] = []
    for number, (name, data, outcome) in enumerate(hostile_photos(3_000 if full else 150)):
        path = folder / f"{number:05} {name}"
        path.write_bytes(data)
        expected[number] = outcome
        paths.append(path)
    paths += _real(full)
    counts = {"photo": 0, "refused": 0}
    seconds, memory = [], 0
    with DecodePool(INPUT, 1, timeout_s=60) as pool:  # the slowest takes seconds alone, and this is no race
        for number, path in enumerate(paths):
            started = time.monotonic()
            pool.submit(DecodeTask(number, os.fsencode(path)))
            (outcome,) = pool.poll(400)
            seconds.append(time.monotonic() - started)
            refused = isinstance(outcome, DecodeFailure)
            if isinstance(outcome, DecodeFailure):
                assert outcome.final, f"{path.name} cost a decoder its life, or was not read: {outcome.reason}"
                assert "The decoder failed" not in outcome.reason, f"{path.name}: {outcome.reason}"
            else:
                assert isinstance(outcome, DecodedPhoto)
            wanted = expected.get(number, "either")
            became = "refused" if refused else "photo"
            assert wanted in ("either", became), f"{path.name} is {became}: {outcome!r:.200}"
            counts[became] += 1
            memory = max([memory, *_resident()])
        walls = pool.walls
    figures = {"files": len(paths), **counts, "p99_s": percentile(seconds, 0.99), "slowest_s": percentile(seconds, 1)}
    return {**figures, "decoder_mb": memory >> 20, "walls": walls}


def strange(folder: Path, full: bool) -> Figures:
    """B1, B2, B4, B8, B10: what looks wrong and is right shows its colours upright; the rest is refused with words."""
    counts, seconds = {"photo": 0, "refused": 0}, []
    with DecodePool(INPUT, 1, timeout_s=10) as pool:
        for number, each in enumerate(all_strange(large=full)):
            path = folder / f"{number:04} {each.name}"
            path.write_bytes(each.data)
            started = time.monotonic()
            pool.submit(DecodeTask(number, os.fsencode(path)))
            (outcome,) = pool.poll(120)
            seconds.append(time.monotonic() - started)
            path.unlink()
            became = "refused" if isinstance(outcome, DecodeFailure) else "photo"
            assert each.outcome in ("either", became), f"{each.name} is {became}: {outcome!r:.200}"
            if isinstance(outcome, DecodeFailure):
                endless = each.outcome == "either" and "longer than" in outcome.reason
                assert outcome.final or endless, f"{each.name} cost a decoder its life: {outcome.reason}"
                assert "The decoder failed" not in outcome.reason, f"{each.name}: {outcome.reason}"
            elif each.corners:
                assert isinstance(outcome, DecodedPhoto)
                _shows(each, outcome.thumbnail)
            counts[became] += 1
    return {"files": number + 1, **counts, "p99_s": percentile(seconds, 0.99), "slowest_s": percentile(seconds, 1)}


def _shows(each: Strange, thumbnail: bytes) -> None:
    image = Image.open(io.BytesIO(thumbnail)).convert("RGB")
    quarters = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    seen = [image.getpixel((int(image.width * x), int(image.height * y))) for x, y in quarters]
    wrong = max(abs(a - b) for is_there, wanted in zip(seen, each.corners or (), strict=True)
                for a, b in zip(is_there, wanted, strict=True))  # type: ignore[arg-type]  # fmt: skip
    assert wrong <= 40, f"{each.name} shows {seen} instead of {each.corners}"


def _real(full: bool) -> list[Path]:
    data = os.environ.get("AFTERIMAGE_DATA")
    if not full or not data:
        return []
    return [path for path in sorted(Path(data, "hostile").rglob("*")) if path.is_file() and path.suffix != ".tsv"]


def poison(folder: Path, full: bool) -> Figures:
    """B7: what cannot be read is in quarantine with a reason, and holds up nobody."""
    good, bad = (2_000, 20) if full else (40, 5)
    rotten = [(name, data) for name, data, outcome in hostile_photos(0) if outcome == "refused"][:bad]
    for number in range(good):
        draw_photo(folder / f"photos{number:06}.jpg", size=(32, 24), seed=number)
        os.utime(folder / f"photos{number:06}.jpg", (OLD_S, OLD_S))
    for number, (name, data) in enumerate(rotten):
        (folder / f"rotten {number} {name}").write_bytes(data)
        os.utime(folder / f"rotten {number} {name}", (OLD_S, OLD_S))
    with open_library(folder.parent / f"{folder.name} library", workers=2) as library:
        library.add_folder(os.fsencode(folder))
        settle(library, patience_s=600)
        now = states(library)
        assert now["ready"] == good, now
        assert now["unreadable"] == len(rotten), now
        assert all(problem.reason and problem.remedy for problem in library.problems())
    return {"good": good, "quarantined": len(rotten)}


def memory(folder: Path, full: bool) -> Figures:
    """B9: a decoder does not grow. Each pass decodes the same photos; what it needs at least is compared."""
    passes, settled = (120, 20) if full else (14, 4)
    for number, (name, data, _) in enumerate(hostile_photos(40)):
        if len(data) < 2**20 and "10,000 rows" not in name:
            (folder / f"{number:04} {name}").write_bytes(data)
    paths = [os.fsencode(path) for path in sorted(folder.iterdir())]
    least: list[int] = []
    with DecodePool(INPUT, 1) as pool:
        for _ in range(passes):
            least.append(_least_memory(pool, paths))
    third = (passes - settled) // 3
    before, after = (sorted(part)[third // 2] for part in (least[settled:][:third], least[-third:]))
    decodes = len(paths) * (passes - settled) * 2 // 3  # between the middles of the first and the last third
    growth = (after - before) / decodes * 10_000
    # what a few thousand show can be told from noise where each leaves some kilobytes behind
    allowed = 2**20 if full else 20 * 2**20
    figures = {"decodes": len(paths) * passes, "mb_per_10000": round(growth / 2**20, 2), "decoder_mb": after >> 20}
    assert growth < allowed, f"a decoder grows: {figures}"
    return figures


def _least_memory(pool: DecodePool, paths: list[bytes]) -> int:
    """Resident bytes of the one decoder, the smallest of this pass."""
    done = sent = 0
    least = 2**62
    while done < len(paths):
        while pool.free and sent < len(paths):
            pool.submit(DecodeTask(sent, paths[sent]))
            sent += 1
        done += len(pool.poll(5))
        least = min([least, *_resident()])
    return least


def _resident() -> list[int]:
    """Bytes of each decoder that runs."""
    sizes = []
    for child in multiprocessing.active_children():
        if child.name == "afterimage-decode":
            with contextlib.suppress(psutil.NoSuchProcess):
                sizes.append(psutil.Process(child.pid).memory_info().rss)
    return sizes
