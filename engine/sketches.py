"""Gives contents a sketch that have none, because they came into the library before there were any."""

from __future__ import annotations

import time

from engine.catalog import Catalog
from engine.decoder import sketch_of
from engine.errors import PhotoUnreadable
from engine.thumbnails import ThumbnailStore

AT_ONCE = 16  # 50 ms of work


class Sketches:
    """Works from thumbnails. What cannot be sketched is not looked at again before the next start."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._after = 0
        self._complete = False

    def fill(self, deadline_s: float) -> bool:
        """Sketches until the monotonic deadline, at least a few; True while there are more."""
        while not self._complete:
            lacking = self._catalog.alike.unsketched(self._after, AT_ONCE)
            rows = []
            for content in lacking:
                try:
                    rows.append((content.content_id, sketch_of(self._thumbnails.path(content.pixel_hash))))
                except PhotoUnreadable:
                    continue  # lost: it is made anew with its thumbnail
            if rows:
                self._catalog.alike.add(rows)
            self._complete = len(lacking) < AT_ONCE
            self._after = lacking[-1].content_id if lacking else self._after
            if time.monotonic() >= deadline_s:
                break
        return not self._complete
