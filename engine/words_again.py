"""Reads the words of photos that were indexed before anybody read them: once, a few at a time, while nothing else is
to be decoded. Nothing is encoded for it; what is not read when the library is closed is read after the next start."""

from __future__ import annotations

import time
from collections.abc import Iterator

from engine.catalog import Catalog
from engine.indexer import Decoders
from engine.photo import DecodeFailure, DecodeOutcome, DecodeTask, ReadWords

AT_ONCE = 32  # photos: a few times what the decoders do in a moment
PAUSE_S = 60.0


class WordsAgain:
    """`tickets` numbers tasks below 0: their failure says nothing of a photo's state."""

    def __init__(
        self, catalog: Catalog, decoders: Decoders, tickets: Iterator[int], *, pause_s: float = PAUSE_S
    ) -> None:
        self._words = catalog.words
        self._decoders = decoders
        self._tickets = tickets
        self._pause_s = pause_s
        self._asked: dict[int, int] = {}  # photos by ticket
        self._below: int | None = None  # photos from this one on were looked at in this round
        self._again_s = 0.0

    @property
    def pending(self) -> int:
        return len(self._asked)

    def feed(self) -> None:
        """Where the last ones are done."""
        if self._asked or time.monotonic() < self._again_s:
            return
        found = self._words.unheard(AT_ONCE, below=self._below)
        self._below = found[-1][0] if found else None
        if not found:  # a folder may come back
            self._again_s = time.monotonic() + self._pause_s
        for photo_id, path in found:
            ticket = next(self._tickets)
            self._asked[ticket] = photo_id
            self._decoders.submit(DecodeTask(ticket, path, words_only=True))

    def take(self, outcome: DecodeOutcome) -> None:
        """Of any ticket. A photo that is not there now, on a drive that was just unplugged say, is asked again."""
        photo_id = self._asked.pop(outcome.photo_id, None)
        if photo_id is None:
            return
        if isinstance(outcome, DecodeFailure) and outcome.vanished:
            self._again_s = time.monotonic() + self._pause_s
            return
        self._words.hear(photo_id, outcome.words if isinstance(outcome, ReadWords) else "")
