"""Looks through a library for what its disk forgot, a slice at a time while it rests.

Rows, embeddings and thumbnails are compared with their checksums. What fails is made again: from the second copy of
what people made, from the photo, or from what is left of its content.
"""

from __future__ import annotations

import os
import time

from engine.catalog import Catalog
from engine.errors import AfterimageError
from engine.thumbnails import ThumbnailStore

ROWS_A_SLICE = 5_000  # about 50 ms
THUMBNAILS_A_SLICE = 500  # a look at the two ends of each: 20 ms
SLICES_A_REST = 10  # 100,000 photos are looked through in nine rests
PAUSE_S = 60.0  # between two rests
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


class Scrub:
    """`place` goes round and round through everything. `mended` counts since this was made."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._walks = (self._peoples, self._photos, self._embeddings, self._pictures)
        self._walk, self._after = 0, 0
        self._untold = 0
        self._left, self._last_s = SLICES_A_REST, time.monotonic()
        self.mended = self.rounds = 0

    def turn(self, *, resting: bool) -> bool:
        """Again and again; works only while the library rests, and then for a second at most. True: there is more."""
        if not resting:
            return False
        now = time.monotonic()
        if now - self._last_s >= PAUSE_S:
            self._left = SLICES_A_REST
        if not self._left:
            return False
        self._last_s = now
        self.slice()
        round_over = self._walk == 0 and not self._after
        self._left = 0 if round_over else self._left - 1
        return self._left > 0

    def slice(self) -> None:
        """The next rows. What is damaged is put right, or queued to be made again."""
        mended, self._after = self._walks[self._walk](self._after)
        self.mended += mended
        self._untold += mended
        if not self._after:
            self._walk = (self._walk + 1) % len(self._walks)
            self.rounds += self._walk == 0

    def everything(self) -> int:
        """One round through all, from the beginning; returns how much was put right."""
        self._walk, self._after = 0, 0
        before, rounds = self.mended, self.rounds
        while self.rounds == rounds:
            self.slice()
        return self.mended - before

    def figures(self) -> dict[str, int]:
        """Of this start: rounds through everything, and what was put right."""
        return {"rounds": self.rounds, "mended": self.mended}

    def news(self) -> AfterimageError | None:
        """What people have to be told, once."""
        if not self._untold:
            return None
        problem = f"{self._untold:,} damaged entries of the library were found and are made again"
        self._untold = 0
        return AfterimageError(
            problem, path=self._catalog.checks.path, remedy="look after this disk: it may be failing"
        )

    def _peoples(self, _after: int) -> tuple[int, int]:
        return self._catalog.checks.mend(), 0

    def _photos(self, after: int) -> tuple[int, int]:
        broken, last = self._catalog.checks.photos(after, ROWS_A_SLICE)
        if broken:
            self._catalog.checks.read_again(broken)
        return len(broken), last

    def _embeddings(self, after: int) -> tuple[int, int]:
        """Of all models. The photo stays in the grid and in the index until its embedding is made again."""
        contents, last = self._catalog.checks.embeddings(after, ROWS_A_SLICE)
        if contents:
            self._catalog.look_again(contents)
        return len(contents), last

    def _pictures(self, after: int) -> tuple[int, int]:
        contents = self._catalog.checks.contents(after, THUMBNAILS_A_SLICE)
        torn = [content for content, pixels in contents.items() if self._torn(self._thumbnails.path(pixels))]
        self._thumbnails.remove(contents[content] for content in torn)
        if torn:
            self._catalog.look_again(torn)
        return len(torn), max(contents) if len(contents) == THUMBNAILS_A_SLICE else 0

    def _torn(self, path: bytes) -> bool:
        """Whether it is there and is no whole JPEG. One that is not there is missed when the library is opened."""
        try:
            with open(path, "rb") as file:
                start = file.read(len(_START))
                file.seek(max(os.fstat(file.fileno()).st_size - len(_END), 0))
                return start != _START or file.read() != _END
        except FileNotFoundError:
            return False
