"""Makes a model that does not serve yet acquainted with the photos, the newest first.

Nothing of a photo's state is touched: what a model lacks is what has no embedding of its own, so a cut at any moment
costs what was in flight. Contents whose photos are out of reach are encoded from their thumbnail, which is noted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.catalog import Catalog, Unencoded
from engine.config import INDEX_BATCH
from engine.head_change import ComingHead
from engine.photo import DecodedPhoto, DecodeOutcome, DecodeTask
from engine.photo_encoder import PhotoEncoder
from engine.served_model import ServedModel
from engine.thumbnails import ThumbnailStore


class CatchUp:
    """`finished` once a look at all photos, from the newest on, found nothing left to do. `done` and `left` count
    contents."""

    def __init__(self, served: ServedModel | ComingHead, catalog: Catalog, thumbnails: ThumbnailStore) -> None:
        self.served = served
        self.finished = False
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._encoder = PhotoEncoder(served.loaded.bi_encoder, served.tokens)
        self._waiting: deque[Unencoded] = deque()
        self._open: dict[int, Unencoded] = {}  # with the decoders
        self._decoded: dict[int, tuple[bytes, bool]] = {}  # pixels, and whether they are a thumbnail's
        self._given_up: set[int] = set()  # neither photo nor thumbnail can be read
        self._after: tuple[int, int] | None = None
        self._met = 0  # contents met in this look at all photos
        self._at_end = False
        self.count()

    def count(self) -> None:
        """Looks anew how much there is to do."""
        self.done, self.left = self.served.rows.count(), self.served.rows.left()

    def step(self, deadline_s: float, *, feed: bool) -> tuple[int, bool]:
        """Works until the monotonic deadline; returns (contents that were encoded, more to do now). Without `feed`
        only what is in flight is finished."""
        self._take(self.served.pool.poll(0))
        if feed:
            self._feed()
        encoded = self._encode(max(deadline_s - time.monotonic(), 0.0), flush=not self._open)
        if feed:
            self._feed()
        building = self.finished and self.served.index.build_slice(max(deadline_s - time.monotonic(), 0.0))
        idle = feed and not self._open and not self.finished
        return encoded, building or idle or len(self._decoded) >= INDEX_BATCH or (not self._open and self._busy)

    @property
    def _busy(self) -> bool:
        return bool(self._open or self._decoded)

    # ---- from contents to pixels -----------------------------------------------------------------------------

    def _feed(self) -> None:
        while self.served.pool.free > 0 and len(self._decoded) < 2 * INDEX_BATCH:
            content = self._next()
            if content is None:
                return
            path = content.path or self._thumbnail(content)
            if path is None:
                self._given_up.add(content.content_id)
                continue
            self._open[content.content_id] = content
            self.served.pool.submit(DecodeTask(content.content_id, path))

    def _thumbnail(self, content: Unencoded) -> bytes | None:
        found = self._thumbnails.exists(content.pixel_hash)
        return self._thumbnails.path(content.pixel_hash) if found else None

    def _next(self) -> Unencoded | None:
        while not self._waiting:
            if self._at_end and not self._begin_again():
                return None
            found, self._after = self.served.rows.lacking(self._after)
            self._at_end = self._after is None
            known = self._open.keys() | self._decoded.keys() | self._given_up
            self._waiting.extend(content for content in found if content.content_id not in known)
            self._met += len(self._waiting)
        return self._waiting.popleft()

    def _begin_again(self) -> bool:
        """Photos that came meanwhile are newer than where this look at them has arrived. False while it must wait, or
        when there is nothing more."""
        if self._busy:
            return False
        self.finished = self._met == 0
        self._at_end, self._met = self.finished, 0
        if not self.finished:
            self.count()
        return not self.finished

    def _take(self, outcomes: Sequence[DecodeOutcome]) -> None:
        for outcome in outcomes:
            content = self._open.pop(outcome.photo_id, None)
            if content is None:  # forgotten while it was decoded
                continue
            whole = isinstance(outcome, DecodedPhoto) and content.path is None
            same = isinstance(outcome, DecodedPhoto) and outcome.pixel_hash == content.pixel_hash
            if isinstance(outcome, DecodedPhoto) and (whole or same):
                self._decoded[content.content_id] = outcome.pixels, content.path is None
            elif content.path is not None:  # it is gone or shows something else: the next scan will tell
                self._waiting.appendleft(replace(content, path=None))
            else:
                self._given_up.add(content.content_id)

    # ---- from pixels to embeddings ---------------------------------------------------------------------------

    def _encode(self, budget_s: float, *, flush: bool) -> int:
        size = self._encoder.batch_size(budget_s)
        if not self._decoded or (len(self._decoded) < size and not flush):
            return 0
        batch = list(self._decoded)[:size]
        live = self._catalog.live_contents(batch)
        embeddings = self._encoder.encode({content: self._decoded[content][0] for content in batch if content in live})
        vectors = [(content, row.astype("<f2").tobytes()) for content, row in embeddings.items()]
        small = {content for content in batch if self._decoded[content][1]}
        self.served.rows.commit(
            [row for row in vectors if row[0] not in small], from_thumbnails=[row for row in vectors if row[0] in small]
        )
        if embeddings:
            self.served.index.add(np.fromiter(embeddings, np.int64), np.stack(list(embeddings.values())))
        for content in batch:  # where something failed, on a full disk say, the batch stays for the next try
            self._decoded.pop(content)
        self.done, self.left = self.done + len(embeddings), max(self.left - len(embeddings), 0)
        return len(embeddings)

    def drop(self, content_ids: Sequence[int]) -> None:
        """These contents are no more."""
        gone = set(content_ids)
        self._waiting = deque(content for content in self._waiting if content.content_id not in gone)
        for content in gone:
            self._open.pop(content, None)
            self._decoded.pop(content, None)
        self.served.drop(content_ids)
