"""How far a download is, told a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.messages import FetchProgress, FetchStage
from engine.pace import Pace

TELL_EVERY_S = 0.2
SETTLED_S = 0.5  # before that a rate is chance


class Progress:
    """Counts bytes of one model. `moved` says that something has arrived since it was made."""

    def __init__(self, tell: Callable[[FetchProgress], None], *, request: int, name: str) -> None:
        self.moved = False
        self._tell = tell
        self._request = request
        self._name = name
        self._stage = FetchStage.ASKING
        self._note = ""
        self._done = 0
        self._total = 0
        self._pace = Pace()
        self._flowing_s = float("inf")  # since when bytes come
        self._told_s = float("-inf")

    def begin(self, stage: FetchStage, *, total: int | None = None, note: str = "") -> None:
        """A new stage is told at once; `total` bytes make the whole."""
        self._stage, self._note = stage, note
        if total is not None:
            self._total = total
        if stage != FetchStage.FETCHING:
            self._pace.stop()  # seconds without a byte by intent are no measure of the line
            self._flowing_s = float("inf")
        self._say()

    @property
    def done(self) -> int:
        return self._done

    def at(self, done: int) -> None:
        """So many bytes are here, whenever they came."""
        if done != self._done:
            self._done = done
            self._say()

    def add(self, size: int) -> None:
        """Bytes that have just arrived."""
        self.moved = True
        self._done += size
        self._pace.start()
        self._flowing_s = min(self._flowing_s, time.monotonic())
        self._pace.count(size)
        if time.monotonic() - self._told_s >= TELL_EVERY_S:
            self._say()

    def _say(self) -> None:
        self._told_s = time.monotonic()
        flowed_s = self._told_s - self._flowing_s
        rate = self._pace.rate() if flowed_s >= SETTLED_S and self._stage == FetchStage.FETCHING else 0.0
        left_s = (self._total - self._done) / rate if rate and self._total else None
        event = FetchProgress(self._request, self._name, self._stage, self._done, self._total, rate, left_s, self._note)
        self._tell(event)
