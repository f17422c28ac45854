"""Drives that are unmounted, read-only or somebody else's. Works in a mount namespace of its own."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

from engine.errors import AfterimageError
from engine.library import Library
from tests.fake_model import FakeModels
from tests.torture.disks import open_cramped
from tests.torture.mount_room import fill, mount_room, unmount
from tests.torture.scenario import (
    Figures,
    fingerprints,
    found,
    open_library,
    paint_photos,
    settle,
    states,
    told,
    untouched,
    whole,
)


class Drive:
    """A file system of its own that can be mounted at a place and taken away from it."""

    def __init__(self, folder: Path, place: Path, photos: int, *, seed: int = 0) -> None:
        self.place = place
        self._shelf = folder / f"shelf {seed}"
        mount_room(self._shelf, 64)
        self.photos = len(paint_photos(self._shelf / "DCIM" / "100", photos, seed=seed))
        place.mkdir(parents=True, exist_ok=True)
        self.mounted = False

    def mount(self, *, read_only: bool = False) -> None:
        subprocess.run(["mount", "--bind", os.fspath(self._shelf), os.fspath(self.place)], check=True)
        if read_only:
            subprocess.run(["mount", "-o", "remount,bind,ro", os.fspath(self.place)], check=True)
        self.mounted = True

    def unmount(self) -> None:
        unmount(self.place)
        self.mounted = False


def rescan(library: Library) -> None:
    library.request_scan()
    settle(library)


def mounts(folder: Path, full: bool) -> Figures:
    """A6: eight ways to take a drive away. Nothing is dropped, and nothing is encoded again when it is back."""
    scenes = (_simple, _stray_file, _below, _amid_indexing, _amid_walk, _read_only, _other_drive, _restart)
    for number, scene in enumerate(scenes):
        scene(folder / str(number))
    return {"scenarios": len(scenes), "dropped": 0, "encoded_again": 0}


def _indexed(folder: Path, watched: Path, drive: Drive) -> tuple[Library, FakeModels]:
    drive.mount()
    models = FakeModels()
    library = open_library(folder / "library", models)
    library.add_folder(os.fsencode(watched))
    settle(library)
    return library, models


def _kept(library: Library, models: FakeModels, photos: int, encoded: int) -> None:
    now = states(library)
    assert now["missing"] == 0, f"photos of a drive that is away count as missing: {now}"
    assert now["ready"] == photos, now
    assert len(found(library)) == photos
    assert models.model.bi_encoder.encoded == encoded, "encoded again"


def _away_and_back(folder: Path, watched: Path, drive: Drive, photos: int) -> None:
    library, models = _indexed(folder, watched, drive)
    with library:
        encoded = models.model.bi_encoder.encoded
        drive.unmount()
        rescan(library)
        _kept(library, models, photos, encoded)
        drive.mount()
        rescan(library)
        _kept(library, models, photos, encoded)


def _simple(folder: Path) -> None:
    drive = Drive(folder, folder / "usb", 80)
    _away_and_back(folder, drive.place, drive, 80)


def _stray_file(folder: Path) -> None:
    """A mount point that is not empty: somebody copied a file while the drive was away."""
    drive = Drive(folder, folder / "usb", 80, seed=1)
    (drive.place / "notes.txt").write_text("not on the drive")
    _away_and_back(folder, drive.place, drive, 80)


def _below(folder: Path) -> None:
    """The drive is mounted inside the watched folder, beside photos that stay."""
    drive = Drive(folder, folder / "pictures" / "usb", 80, seed=2)
    paint_photos(folder / "pictures" / "home", 20, seed=3)
    _away_and_back(folder, folder / "pictures", drive, 100)


def _amid_indexing(folder: Path) -> None:
    drive = Drive(folder, folder / "usb", 200, seed=4)
    drive.mount()
    models = FakeModels()
    with open_library(folder / "library", models) as library:
        library.add_folder(os.fsencode(drive.place))
        while library.progress().ready < 40:
            library.step(0.02)
        drive.unmount()
        rescan(library) if not library.progress().pending else [library.step(0.05) for _ in range(100)]
        assert states(library)["unreadable"] == 0, "photos of a drive that went away are in quarantine"
        ready = states(library)["ready"]
        drive.mount()
        rescan(library)
        whole(library, 200)
        assert models.model.bi_encoder.encoded <= 200 + 32, "more than a batch was encoded again"
        assert ready >= 40


def _amid_walk(folder: Path) -> None:
    drive = Drive(folder, folder / "usb", 1200, seed=5)
    library, models = _indexed(folder, drive.place, drive)
    with library:
        library.request_scan()
        library.step(0.0)  # one slice of the walk
        drive.unmount()
        settle(library)
        rescan(library)
        _kept(library, models, 1200, 1200)


def _read_only(folder: Path) -> None:
    """A4: everything works on a file system that takes nothing, and an edit says why its sidecar is not there."""
    drive = Drive(folder, folder / "usb", 30, seed=6)
    drive.mount(read_only=True)
    with open_library(folder / "library") as library:
        library.add_folder(os.fsencode(drive.place))
        settle(library)
        whole(library, 30)
        outcome = library.tags.change((), found(library)[:3], add=["trip"], remove=(), sidecars=True)
        assert len(outcome.problems) == 3
        assert dict(library.tags.all()) == {"trip": 3}


def _other_drive(folder: Path) -> None:
    """Another drive in the same place: its photos come, those of the first stay."""
    first = Drive(folder, folder / "usb", 80, seed=7)
    second = Drive(folder, folder / "usb", 10, seed=8)
    library, models = _indexed(folder, first.place, first)
    with library:
        first.unmount()
        second.mount()
        rescan(library)
        second.unmount()
        first.mount()
        rescan(library)
        now = states(library)
        assert now["ready"] >= 80, now
        assert models.model.bi_encoder.encoded <= 90, "encoded again"


def _restart(folder: Path) -> None:
    drive = Drive(folder, folder / "usb", 80, seed=9)
    library, models = _indexed(folder, drive.place, drive)
    library.close()
    drive.unmount()
    for back in (False, True):
        if back:
            drive.mount()
        with open_library(folder / "library", models) as again:
            rescan(again)
            _kept(again, models, 80, 80)


def weather(folder: Path, full: bool) -> Figures:
    """A4, A6, A11 together: a drive is unmounted, filled, mounted again at random while the library works."""
    photos, rounds = (2_000, 60) if full else (120, 8)
    draw = random.Random(10)
    drive = Drive(folder, folder / "usb", photos, seed=10)
    mount_room(folder / "disk", 48)
    drive.mount()
    before = fingerprints(drive.place)
    errors: list[BaseException] = []
    models, most = FakeModels(), 0
    library = open_cramped(folder / "disk" / "library", models)
    library.add_folder(os.fsencode(drive.place))
    filler: Path | None = None
    for _ in range(rounds):
        filler = _whatever_happens(draw, drive, folder / "disk", filler)
        if draw.random() < 0.15:
            try:
                library.close()
            except AfterimageError as error:
                errors.append(error)
                library._lock.release()
            library = _opened_again(folder / "disk", models, filler, errors)
            filler = filler if filler is not None and filler.exists() else None
        library.request_scan()
        for _ in range(draw.randrange(1, 120)):
            try:
                library.step(0.02)
            except AfterimageError as error:
                errors.append(error)
        now = states(library)
        assert now["ready"] >= most, f"searchable photos went: {most} before, {now}"
        assert now["unreadable"] == 0, f"good photos are in quarantine: {library.problems()[:2]}"
        most = now["ready"]
    if filler is not None:
        filler.unlink()
    if not drive.mounted:
        drive.mount()
    rescan(library)
    whole(library, photos)
    library.close()
    untouched(before, drive.place)
    again = models.model.bi_encoder.encoded - photos
    return {"photos": photos, "rounds": rounds, "lost": 0, "encoded_again": again, "errors": told(errors)}


def _whatever_happens(draw: random.Random, drive: Drive, disk: Path, filler: Path | None) -> Path | None:
    event = draw.choice(("unmount", "mount", "mount", "fill", "free", "free"))
    if event == "unmount" and drive.mounted:
        drive.unmount()
    elif event == "mount" and not drive.mounted:
        drive.mount()
    elif event == "fill" and filler is None:
        return fill(disk, but=draw.choice((0, 16, 256, 2048)) * 1024)
    elif event == "free" and filler is not None:
        filler.unlink()
        return None
    return filler


def _opened_again(disk: Path, models: FakeModels, filler: Path | None, errors: list[BaseException]) -> Library:
    """Opening may find no room; a person makes some then."""
    try:
        return open_cramped(disk / "library", models)
    except AfterimageError as error:
        errors.append(error)
    if filler is not None:
        filler.unlink()
    return open_cramped(disk / "library", models)
