"""What computers do all day: files in thousands, slow copies, clocks that are set, programs started twice, helpers that
die, graphics cards that are full."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import random
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from engine.catalog import Catalog
from engine.errors import LibraryBusy
from engine.library import Library
from engine.photo import FileEntry
from tests.fake_model import FakeModels
from tests.photos import draw_photo
from tests.torture.kills import Victim, index_until_asked_to_leave
from tests.torture.scenario import (
    OLD_S,
    Figures,
    found,
    locations,
    open_library,
    paint_photos,
    settle,
    states,
    whole,
)

HOUR_S = 3600


def storm(folder: Path, full: bool) -> Figures:
    """C4: files appear faster than anybody is told of them; the next scan has them all."""
    count, folders = (60_000, 400) if full else (2_000, 40)
    root = folder / "photos"
    for number in range(folders):
        (root / f"{number:03}").mkdir(parents=True)
    with open_library(folder / "library") as library:
        library.set_paused(True)  # what is in the files is for another day
        library.add_folder(os.fsencode(root))
        pouring = threading.Thread(target=_pour, args=(root, count, folders))
        pouring.start()
        while pouring.is_alive():
            library.step(0.02)
        pouring.join()
        first = library.progress().pending
        library.request_scan()
        started = time.monotonic()
        while library.progress().scanning:
            library.step(0.05)
        assert library.progress().pending == count, f"{library.progress().pending} of {count} were found"
    return {"files": count, "met_while_they_came": first, "scan_s": round(time.monotonic() - started, 2)}


def _pour(root: Path, count: int, folders: int) -> None:
    for number in range(count):
        (root / f"{number % folders:03}" / f"{number:06}.jpg").touch()


def slow_writer(folder: Path, full: bool) -> Figures:
    """C5: a photo that is still being copied never enters as if it were whole."""
    count, pause_s = (6, 0.4) if full else (2, 0.3)
    root = folder / "photos"
    root.mkdir()
    data = draw_photo(folder / "one.jpg", size=(640, 480), seed=1)
    with open_library(folder / "library") as library:
        library.add_folder(os.fsencode(root))
        for number in range(count):
            path = root / f"{number}.jpg"
            writing = threading.Thread(target=_write_slowly, args=(path, data + bytes([number]), pause_s))
            writing.start()
            while writing.is_alive():
                library.request_scan()
                library.step(0.05)
                now = states(library)
                assert now["ready"] <= number, "a half of a photo is searchable"
                assert now["unreadable"] == 0, "a half of a photo is in quarantine"
            writing.join()
            library.request_scan()
            settle(library)
            assert states(library)["ready"] == number + 1
    return {"photos": count, "half_ones": 0}


def _write_slowly(path: Path, data: bytes, pause_s: float) -> None:
    never = threading.Event()
    with path.open("wb", buffering=0) as file:
        for start in range(0, len(data), len(data) // 8 + 1):
            file.write(data[start : start + len(data) // 8 + 1])
            never.wait(pause_s)


def clocks(folder: Path, full: bool) -> Figures:
    """C6: another hour on every file, rounded times, a clock that was years ahead: nothing is encoded again, and no
    photo waits for a year that was never."""
    photos = paint_photos(folder / "photos", 40)
    models = FakeModels()
    with open_library(folder / "library", models) as library:
        library.add_folder(os.fsencode(folder / "photos"))
        settle(library)
        encoded = models.model.bi_encoder.encoded
        for change in (HOUR_S, -HOUR_S, -1, 2 - OLD_S % 2, 86_400 * 365 * 30):
            for path in photos:
                moment = path.stat().st_mtime + change
                os.utime(path, (moment, moment))
            library.request_scan()
            settle(library)
            whole(library, len(photos))
            assert models.model.bi_encoder.encoded == encoded, f"{change} s on the clock, and it was encoded again"
    _clock_set_back(folder / "catalog.db")
    return {"photos": len(photos), "encoded_again": 0}


def _clock_set_back(path: Path) -> None:
    """Photos that were found while the clock was wrong."""
    catalog = Catalog(os.fsencode(path))
    try:
        wrong, right = 4_000_000_000 * 10**9, 1_800_000_000 * 10**9
        folder = catalog.add_folder(b"/photos")
        scan = catalog.begin_scan(folder.id)
        catalog.record_entries(scan, [FileEntry(b"/photos/a.jpg", 5, wrong)], wrong)
        catalog.finish_scan(scan, (), wrong)
        catalog.model_id = "fake"
        due = catalog.next_fresh_s(right)
        assert catalog.lease(5, now_ns=right), f"a photo waits for {due} s, because a clock was wrong once"
    finally:
        catalog.close()


def _own(mouth: Connection, folder: str) -> None:
    try:
        library = Library.open(locations(Path(folder)), models=FakeModels(), workers=1)  # type: ignore[arg-type]
    except LibraryBusy:
        mouth.send("busy")
        return
    mouth.send("owner")
    mouth.poll(600)  # until the other end is closed
    library.close()


def instances(folder: Path, full: bool) -> Figures:
    """A12: of several that start at once one owns the library; when it is killed the next one does."""
    rounds, starters = (25, 6) if full else (4, 3)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    for _ in range(rounds):
        running = []
        for _ in range(starters):
            ours, theirs = context.Pipe()
            process = context.Process(target=_own, args=(theirs, str(folder / "library")))
            process.start()
            theirs.close()
            running.append((process, ours))
        said = [ours.recv() for _, ours in running]
        assert sorted(said) == ["busy"] * (starters - 1) + ["owner"], said
        running[said.index("owner")][0].kill()
        for process, ours in running:
            process.join()
            ours.close()
    with open_library(folder / "library") as library:
        assert library.doctor()["database"]["integrity"] == "ok"
    return {"rounds": rounds, "starters": starters, "two_owners": 0}


def helpers(folder: Path, full: bool) -> Figures:
    """E: decoders that are killed at random cost a moment; no good photo ends in quarantine."""
    count, kills = (1_500, 60) if full else (80, 5)
    paint_photos(folder / "photos", count)
    draw = random.Random(30)
    killed = 0
    with open_library(folder / "library", workers=2) as library:
        library.add_folder(os.fsencode(folder / "photos"))
        due = 0
        while library.step(0.02) or not library.idle:
            decoders = [child for child in multiprocessing.active_children() if child.name == "afterimage-decode"]
            if killed < kills and decoders and library.progress().ready >= due:
                draw.choice(decoders).kill()
                killed += 1
                due = library.progress().ready + count // kills // 2
        whole(library, count)
        assert states(library)["unreadable"] == 0
    return {"photos": count, "decoders_killed": killed, "quarantined": 0}


def exits(folder: Path, full: bool) -> Figures:
    """E: an end that was asked for, in the middle of indexing, is clean: status 0, no decoder left, nothing lost."""
    rounds = 200 if full else 5
    draw = random.Random(33)
    slowest, ready = 0.0, 0
    for number in range(rounds):
        paint_photos(folder / "photos" / f"{number}", 20, seed=number)
        victim = Victim(index_until_asked_to_leave, str(folder / "library"), str(folder / "photos"))
        victim.wait_for_word()
        assert victim.said[-1] >= ready, f"{ready - victim.said[-1]} photos were lost in an exit"
        ready = victim.said[-1]
        victim.hear(draw.random() * 2)
        helpers_of_it, asked = victim.children(), time.monotonic()
        status = victim.leave(60.0)
        slowest = max(slowest, time.monotonic() - asked)
        assert status == 0, f"exit {number}: status {status}"
        _, left = psutil.wait_procs(helpers_of_it, timeout=60)
        assert not left, f"exit {number} left {left}"
    with open_library(folder / "library") as library:
        library.add_folder(os.fsencode(folder / "photos"))
        settle(library, patience_s=600)
        whole(library, 20 * rounds)
    return {"exits": rounds, "photos": 20 * rounds, "slowest_s": round(slowest, 2), "processes_left": 0}


class _Card:
    """A model that takes every place it is given."""

    def to(self, device: object) -> None:
        pass


def full_card(folder: Path, full: bool) -> Figures:
    """E: a graphics card without room halves its batches, then leaves the work to the processor; no row is lost."""
    import torch  # two seconds that no other scenario has to wait for

    from engine.placed_model import PlacedModel

    draw = random.Random(31)
    runs, left = (2_000 if full else 200), 0
    for _ in range(runs):
        placed = PlacedModel(_Card(), torch.device("cuda"))  # type: ignore[arg-type]
        rooms = [draw.choice((0, 1, 2, 5, 64)) for _ in range(300)]

        def work(start: int, stop: int, placed: PlacedModel = placed, rooms: list[int] = rooms) -> list[int]:
            if placed.device.type == "cuda" and stop - start > rooms.pop():
                raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return list(range(start, stop))

        rows = draw.randrange(1, 100)
        with contextlib.redirect_stderr(io.StringIO()):  # it tells of every card that it leaves
            got = [row for part in placed.in_slices(rows, 32, work) for row in part]
        assert got == list(range(rows)), "rows are lost or doubled"
        left += placed.device.type == "cpu"
    assert left
    return {"runs": runs, "left_to_the_processor": left, "rows_lost": 0}


def second_start(folder: Path, full: bool) -> Figures:
    """E: a second start opens no photo and writes nothing to its catalog but what a start needs."""
    paint_photos(folder / "photos", 30)
    models = FakeModels()
    for _ in range(2):
        with open_library(folder / "library", models) as library:
            library.add_folder(os.fsencode(folder / "photos"))
            settle(library)
            shown = found(library)
    assert models.model.bi_encoder.encoded == 30
    return {"photos": len(shown), "encoded_again": 0}
