"""How far indexing is, and whether there is room for it to go on."""

from __future__ import annotations

import shutil
import time

from engine.catalog import Catalog
from engine.config import LOW_DISK_BYTES
from engine.errors import DiskFull
from engine.messages import IndexProgress
from engine.pace import Pace
from engine.photo import PhotoState

LOOK_EVERY_S = 5.0


class DiskRoom:
    """The disk of a folder, which indexing must not fill to the brim; looked at now and then only."""

    def __init__(self, folder: bytes, least_bytes: int = LOW_DISK_BYTES) -> None:
        self._folder = folder
        self._least_bytes = least_bytes
        self._look_again = 0.0
        self._short = False

    def require(self) -> None:
        """Raises DiskFull."""
        now = time.monotonic()
        if now >= self._look_again:
            self._look_again = now + LOOK_EVERY_S
            self._short = shutil.disk_usage(self._folder).free < self._least_bytes
        if self._short:
            problem = f"Indexing waits: less than {self._least_bytes // 2**20} MB is free on the disk of the library"
            raise DiskFull(problem, path=self._folder, remedy="free some space, and it goes on by itself")


def index_progress(
    request: int, catalog: Catalog, pace: Pace, *, scanning: bool, paused: bool, note: str = ""
) -> IndexProgress:
    """Numbers of the whole library; photos of paused folders are not waited for."""
    counts = catalog.counts()
    held = sum(folder.pending for folder in catalog.folders() if folder.paused)
    pending = counts.get(PhotoState.PENDING, 0) - held + catalog.unencoded()
    rate = pace.rate()
    return IndexProgress(
        request=request,
        ready=counts.get(PhotoState.READY, 0),
        pending=pending,
        unreadable=counts.get(PhotoState.UNREADABLE, 0),
        missing=counts.get(PhotoState.MISSING, 0),
        rate=rate,
        seconds_left=pending / rate if rate and pending else None,
        active=(pending > 0 or scanning) and not paused,
        paused=paused,
        scanning=scanning,
        note=note if pending else "",
    )
