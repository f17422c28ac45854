"""Makes pending photos searchable: lease, decode, encode once per content, commit, add to the index.

The order of writes is what makes a crash harmless: thumbnail and tokens first, then one transaction with the
embeddings and READY, then the index, which is rebuilt from the catalog for whatever it lacks.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.catalog import Catalog, EncodedPhoto
from engine.config import INDEX_BATCH
from engine.moved_photos import join_moved, settle_vanished
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, DecodeTask, KnownPhoto
from engine.photo_encoder import PhotoEncoder
from engine.thumbnails import ThumbnailStore
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder


FEW = 4  # photos; a question to the catalog costs as much for one as for so many


class Decoders(Protocol):
    """What the Indexer needs of a DecodePool."""

    @property
    def free(self) -> int: ...

    @property
    def pending(self) -> int: ...

    def submit(self, task: DecodeTask) -> None: ...

    def poll(self, timeout_s: float = 0) -> list[DecodeOutcome]: ...


class Indexer:
    """One batch after the other; holds at most one batch of decoded photos and the pool's short look-ahead."""

    def __init__(
        self,
        catalog: Catalog,
        bi_encoder: BiEncoder,
        *,
        index: VectorIndex,
        tokens: TokenStore | None,
        thumbnails: ThumbnailStore,
    ) -> None:
        self._catalog = catalog
        self._encoder = PhotoEncoder(bi_encoder, tokens)
        self._index = index
        self._tokens = tokens
        self._thumbnails = thumbnails
        self._decoded: list[DecodedPhoto] = []
        self._known: list[KnownPhoto] = []
        self._failed: list[DecodeFailure] = []
        self.doubtful: set[bytes] = set()  # watched folders whose drives may be gone: whoever scans takes them out

    def change_model(self, bi_encoder: BiEncoder, tokens: TokenStore | None) -> None:
        """The same towers with another head: photos in flight are what it wants to see too."""
        self._encoder, self._tokens = PhotoEncoder(bi_encoder, tokens), tokens

    @property
    def holding(self) -> int:
        """Photos that came back from the decoders and wait, most of them for a full batch."""
        return len(self._decoded) + len(self._known) + len(self._failed)

    def feed(self, decoders: Decoders, *, most: int | None = None) -> int:
        """Leases as many photos as the decoders take, or until they have `most`; returns how many. Raises OSError where
        no decoder can be started; what was leased and not taken is given back then."""
        room = decoders.free if most is None else min(decoders.free, most - decoders.pending)
        if room <= 0 or len(self._decoded) >= 2 * INDEX_BATCH or (room < FEW and decoders.pending > FEW):
            return 0
        tasks = self._catalog.lease(room, now_ns=time.time_ns())
        for place, task in enumerate(tasks, start=1):
            try:
                decoders.submit(task)
            except OSError:  # no process or descriptor to be had; this one waits there
                self._catalog.release([left.photo_id for left in tasks[place:]])
                raise
        return len(tasks)

    def take(self, outcomes: Sequence[DecodeOutcome]) -> int:
        """Sorts what came back from the decoders; returns how many photos became READY without the model. What cannot
        be written, on a full disk say, stays for the next time."""
        self._decoded += [outcome for outcome in outcomes if isinstance(outcome, DecodedPhoto)]
        self._known += [outcome for outcome in outcomes if isinstance(outcome, KnownPhoto)]
        self._failed += [outcome for outcome in outcomes if isinstance(outcome, DecodeFailure)]
        known = len(self._known)
        if known:
            self._catalog.commit_known(self._known)
            join_moved(self._catalog, [photo.photo_id for photo in self._known])
            self._known.clear()
        while self._failed:
            self._settle(self._failed[-1])
            self._failed.pop()
        return known

    def _settle(self, failure: DecodeFailure) -> None:
        if not failure.vanished:
            self._catalog.fail(failure)
        elif folder := settle_vanished(self._catalog, failure):
            self.doubtful.add(folder)

    def encode(self, *, budget_s: float, flush: bool) -> int:
        """Encodes one batch if it is full (or `flush`); returns how many photos became READY."""
        size = self._encoder.batch_size(budget_s)
        if not self._decoded or (len(self._decoded) < size and not flush):
            return 0
        self._drop_forgotten()
        batch = self._decoded[:size]
        if not batch:
            return 0
        self._commit(batch)  # where it fails, on a full disk say, the batch stays for the next try
        del self._decoded[:size]
        return len(batch)

    def _drop_forgotten(self) -> None:
        """Of photos that left the library since they were leased nothing is to be kept, not even a thumbnail."""
        held = {photo.photo_id for photo in self._decoded}
        if gone := held - self._catalog.still_here(held):
            self._catalog.release(list(gone))
            self._decoded = [photo for photo in self._decoded if photo.photo_id not in gone]

    def _commit(self, batch: list[DecodedPhoto]) -> None:
        contents = self._catalog.allot_contents(
            [photo.pixel_hash for photo in batch], [photo.facts for photo in batch], [photo.tone for photo in batch]
        )
        for photo in batch:
            if not self._thumbnails.exists(photo.pixel_hash):
                self._thumbnails.put(photo.pixel_hash, photo.thumbnail)
        complete = self._catalog.encoded(contents)
        if self._tokens is not None:
            complete -= self._tokens.lacking(complete)
        paired = zip(contents, batch, strict=True)
        embeddings = self._encoder.encode(
            {content: photo.pixels for content, photo in paired if content not in complete}
        )
        rows = [
            EncodedPhoto(
                photo_id=photo.photo_id,
                content_id=content,
                file_hash=photo.file_hash,
                size=photo.size,
                mtime_ns=photo.mtime_ns,
                facts=photo.facts,
                embedding=embeddings[content].astype("<f2").tobytes() if content in embeddings else None,
                sketch=photo.sketch,
                words=photo.words,
            )
            for content, photo in zip(contents, batch, strict=True)
        ]
        self._catalog.commit_encoded(rows)
        join_moved(self._catalog, [photo.photo_id for photo in batch])
        if embeddings:
            self._index.add(np.fromiter(embeddings, np.int64), np.stack(list(embeddings.values())))
