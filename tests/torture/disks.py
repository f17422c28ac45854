"""Disks that are full, or nearly so. Works in a mount namespace of its own."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

from engine.errors import AfterimageError, DiskFull
from engine.index_progress import DiskRoom
from engine.library import Library
from tests.fake_model import FakeModels
from tests.torture.mount_room import fill, mount_room, unmount
from tests.torture.scenario import (
    Figures,
    fingerprints,
    open_library,
    paint_photos,
    settle,
    told,
    untouched,
    whole,
)


def open_cramped(folder: Path, models: FakeModels | None = None) -> Library:
    """A library that does not pause before its disk is full: what this is about comes after that."""
    library = open_library(folder, models)
    library._room = DiskRoom(library.locations.data, 0)
    return library


# ---- a full disk ----------------------------------------------------------------------------------------------


def full_disk(folder: Path, full: bool) -> Figures:
    """A11: the library's disk is full at a random write; everything on it stays whole, and work goes on by itself."""
    points, photos_count = (40, 60) if full else (5, 40)
    photos = folder / "photos"
    paint_photos(photos, photos_count)
    before = fingerprints(photos)
    draw = random.Random(5)
    errors: list[BaseException] = []
    hit = 0
    for point in range(points):
        library = folder / f"disk {point}"
        mount_room(library, draw.uniform(2, 20))
        was = len(errors)
        _fill_and_free(library, photos, draw, errors)
        hit += len(errors) > was
        with open_cramped(library) as opened:
            settle(opened)
            whole(opened, photos_count)
            assert dict(opened.tags.all())["kept/always"] == 1
        unmount(library)
    untouched(before, photos)
    assert hit >= points // 3, f"the disk was full in {hit} of {points} runs only"
    return {"points": points, "full_in": hit, "damaged": 0, "errors": told(errors)}


def _fill_and_free(folder: Path, photos: Path, draw: random.Random, errors: list[BaseException]) -> None:
    """Indexes on a disk that has hardly any room, then has some, then has all."""
    with open_cramped(folder / "library") as library:
        library.add_folder(os.fsencode(photos))
        for _ in range(draw.randrange(30)):
            library.step(0.02)
        filler = fill(folder, but=draw.choice((0, 8, 32, 64, 128, 256)) * 1024)
        ready = library.progress().ready
        for _ in range(150):
            try:
                library.step(0.02)
            except AfterimageError as error:
                errors.append(error)
        assert library.progress().ready >= ready, "photos that were searchable are gone"
        try:
            library.tags.change((), [os.fsencode(photos / "000001.png")], add=["kept/always"], remove=())
        except DiskFull as error:
            errors.append(error)
        filler.unlink()
        settle(library)
        library.tags.change((), [os.fsencode(photos / "000001.png")], add=["kept/always"], remove=())
    (folder / "library").rename(folder / "same")
    shutil.copytree(folder / "same", folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "same")


def full_sidecars(folder: Path, full: bool) -> Figures:
    """A5, A11: sidecars on a full disk are the old ones, to the last byte."""
    disk = folder / "photos"
    mount_room(disk, 4)
    names = paint_photos(disk, 12)
    paths = [os.fsencode(path) for path in names]
    with open_library(folder / "library") as library:
        library.add_folder(os.fsencode(disk))
        settle(library)
        library.tags.change((), paths, add=["old"], remove=(), sidecars=True)
        before = {path: path.read_bytes() for path in disk.glob("*.xmp")}
        assert len(before) == len(names)
        filler = fill(disk, but=0)
        outcome = library.tags.change(
            (), paths, add=[f"new {n} {90 * 'x'}" for n in range(60)], remove=(), sidecars=True
        )
        assert outcome.problems, "nobody was told that the disk is full"
        torn = [path for path in before if path.read_bytes() != before[path]]
        assert not torn or all(b"new x" in path.read_bytes() for path in torn), "a sidecar is torn"
        filler.unlink()
        assert len(list(disk.glob("*"))) == 2 * len(names), "something was left behind"
    return {"sidecars": len(before), "torn": 0, "told_of": len(outcome.problems)}


def low_disk(folder: Path, full: bool) -> Figures:
    """A11: indexing waits before the disk is full, and goes on by itself."""
    mount_room(folder / "disk", 600)
    paint_photos(folder / "photos", 5)
    filler = fill(folder / "disk", but=450 * 2**20)
    with open_library(folder / "disk" / "library") as library:
        library.add_folder(os.fsencode(folder / "photos"))
        deadline = time.monotonic() + 60
        while True:
            assert time.monotonic() < deadline, "it does not wait"
            try:
                library.step()
            except DiskFull as error:
                problem = error.sentence()
                break
        filler.unlink()
        library._room = DiskRoom(library.locations.data)  # looks again at once instead of in five seconds
        settle(library)
        whole(library, 5)
    return {"waits_with": problem.partition(":")[0]}
