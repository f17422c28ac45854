"""What everybody is told while the engine indexes, and how often."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.engine_peer import Peer
from engine.messages import IndexProgress, LibraryChanged

if TYPE_CHECKING:
    from engine.library import Library

PROGRESS_S = 0.25
CHANGED_S = 2.0


class News:
    """IndexProgress at most four times a second and when idle begins; LibraryChanged at most every two seconds."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._last_progress = 0.0
        self._last_change = 0.0
        self._told: tuple[int, ...] | None = None  # what was counted when the last change was told
        self._told_idle = False
        self._untold = False

    def due_s(self, now: float) -> float | None:
        """Seconds until what was held back may be told; None when nothing was."""
        return max(0.0, self._last_progress + PROGRESS_S - now) if self._untold else None

    def work_begins(self) -> None:
        """However short it is, its end is told: a drive may have come or gone."""
        self._told_idle = False

    def report(self, peers: Sequence[Peer], index_requests: Sequence[tuple[Peer, int]], *, idle: bool) -> None:
        """Tells progress where it is due; those who asked for indexing hear it under their request's id."""
        now = time.monotonic()
        began_idle = idle and not self._told_idle
        asked = idle and bool(index_requests)
        too_soon = now < self._last_progress + PROGRESS_S
        if not began_idle and not asked and (idle or too_soon):
            self._untold = not idle
            return
        self._told_idle, self._untold = idle, False
        self._last_progress = now
        progress = self._library.progress()
        asking = [peer for peer, _ in index_requests]
        for peer, request in index_requests:
            peer.send(self._library.progress(request))
        for peer in peers:
            if peer not in asking:
                peer.send(progress)
        self._tell_change(peers, progress, now, at_once=idle)

    def _tell_change(self, peers: Sequence[Peer], progress: IndexProgress, now: float, *, at_once: bool) -> None:
        counts = (progress.ready, progress.missing, self._library.arrivals)  # one may have come where one went
        if self._told is None:
            self._told = counts
        if counts == self._told or (not at_once and now - self._last_change < CHANGED_S):
            return
        self._told = counts
        self._last_change = now
        for peer in peers:
            peer.send(LibraryChanged(ready=progress.ready))
