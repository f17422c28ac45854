"""One model at work on a library: its index, tokens and decoders, and the two verbs that use them."""

from __future__ import annotations

import copy
import itertools
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from engine import calibration
from engine.catalog import Catalog
from engine.config import INDEX_BATCH, THUMBNAILS_LOOKED_AT, ModelInput
from engine.decode_pool import DecodePool
from engine.decoder import load_pixels
from engine.errors import AfterimageError
from engine.explainer import Explainer
from engine.head_change import drop_tokens, open_tokens
from engine.indexer import Indexer
from engine.locations import Locations
from engine.photo import DecodeFailure, DecodeTask, RenderedPhoto
from engine.rerank_budget import rerank_budget_ms
from engine.searcher import Searcher
from engine.thumbnails import ThumbnailStore
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex
from engine.words_again import WordsAgain

if TYPE_CHECKING:
    from engine.blip_itm_stage import BlipStage
    from engine.model_store import LoadedModel

STAGE_ROWS = 10_000
SAVE_AFTER = 20_000  # embeddings added since the last save, while indexing goes on
SAVE_PART = 5  # and at least this part of the index: what a save writes grows with it
PICTURE_FIRST_S = 0.5  # so long at most nothing is encoded while somebody waits for a picture
BROWSING_S = 10.0  # since the last picture: the next one is not to wait behind many photos
FEW_EACH = 2  # photos that a decoder has then
SAVE_PAUSE_S = 30.0  # for each 100,000 embeddings, which take a third of a second to save: not after every single photo


class ServedModel:
    """Opens the model's folder, repairs the index from the catalog, and works in slices."""

    def __init__(
        self,
        loaded: LoadedModel,
        catalog: Catalog,
        *,
        locations: Locations,
        thumbnails: ThumbnailStore,
        open_pool: Callable[[ModelInput], DecodePool],
    ) -> None:
        self.loaded = loaded
        self.rows = catalog.models.beside(loaded.model_id)
        self._catalog = catalog
        self._thumbnails = thumbnails
        folder = self._folder = locations.model(loaded.model_id)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.index = VectorIndex(os.path.join(folder, b"index"), loaded.bi_encoder.dimension, graph=not loaded.light)
        self.tokens = open_tokens(loaded, folder)
        self._without_tokens = self._repair()
        self.pool = open_pool(loaded.bi_encoder.model_input)
        self.indexer = Indexer(catalog, loaded.bi_encoder, index=self.index, tokens=self.tokens, thumbnails=thumbnails)
        self.stage = self._open_stage()
        self.searcher = self._open_searcher()
        self.explainer = Explainer(loaded, self.tokens)
        self._successor: ServedModel | None = None
        self._renditions: dict[int, RenderedPhoto | DecodeFailure | None] = {}  # by ticket; None while it is made
        self._asked_s = float("-inf")  # when the last picture was
        self._tickets = itertools.count(-1, -1)
        self.words = WordsAgain(catalog, self.pool, self._tickets)
        self._saved_s = float("-inf")

    def _open_searcher(self) -> Searcher:
        searcher = Searcher(
            self._catalog,
            self.loaded.bi_encoder,
            cross_encoder=self.loaded.cross_encoder,
            index=self.index,
            tokens=self.tokens,
            second_stage=self.stage,
            calibration=self._calibration(),
        )
        searcher.budget_ms = rerank_budget_ms(self._catalog)
        return searcher

    def with_head(self, loaded: LoadedModel, tokens: TokenStore | None) -> ServedModel:
        """The same model at work with another head, over the same index, decoders and photos in flight. This one
        stays for searches that began with it, and is closed after them."""
        successor = copy.copy(self)
        successor.loaded, successor.tokens = loaded, tokens
        successor.stage = successor._open_stage()
        successor.searcher = successor._open_searcher()
        successor.explainer = Explainer(loaded, tokens)
        successor._without_tokens = []
        self.indexer.change_model(loaded.bi_encoder, tokens)
        self._successor = successor
        return successor

    def at_work(self) -> ServedModel:
        return self

    def _calibration(self) -> calibration.Calibration | None:
        """What was calibrated on this computer stands above what came with the model."""
        model_id, head = self.loaded.model_id, self.loaded.head
        path = os.path.join(self._folder, calibration.own_file(head))
        return calibration.read(path, model_id=model_id, head=head) or self.loaded.calibration

    def _open_stage(self) -> BlipStage | None:
        """A ready cross-encoder, where the model was loaded with one: it has no head of its own then."""
        if self.loaded.matcher is None:
            return None
        from engine.blip_itm_stage import BlipStage, thumbnails_of  # torch: not before it is needed

        return BlipStage(self.loaded.matcher, thumbnails_of(self._catalog, self._thumbnails))

    def _repair(self) -> list[int]:
        """The catalog is the truth: what the saved index lacks is searched exactly until it is built in, and tokens
        that nobody owns any more are removed. Returns the contents that lost their tokens."""
        embedded = self.rows.ids()
        missing = self.index.open(embedded)
        for start in range(0, len(missing), STAGE_ROWS):
            self.index.stage(*self.rows.of(missing[start : start + STAGE_ROWS]))
        if self.tokens is None:
            return []
        stored = self.tokens.ids()
        self.tokens.remove(np.setdiff1d(stored, embedded, assume_unique=True))
        lost: list[int] = np.setdiff1d(embedded, stored, assume_unique=True).tolist()
        return lost

    def serve(self) -> None:
        """The queue is this model's from now on; contents that lost tokens or thumbnail are encoded again."""
        self._catalog.model_id = self.loaded.model_id
        if self.loaded.light:  # nothing will be encoded
            return
        self._catalog.look_again(self._without_tokens)
        self._repair_thumbnails(self._thumbnails)

    def make_durable(self) -> None:
        """Everything is on the disk, and reads back as it was written. Raises DiskFull, AfterimageError."""
        if self.tokens is not None:
            self.tokens.sync()
        self.index.save()
        if not self.index.reads_back():
            path = self._folder
            raise AfterimageError("The search index cannot be read back", path=path, remedy="check this disk")

    def _repair_thumbnails(self, thumbnails: ThumbnailStore) -> None:
        """A cache may be wiped at any time. Whether all are to be looked at is told by the oldest and the newest."""

        def lost(each: int = -1) -> list[int]:
            contents = self._catalog.contents(each)
            return [content for content, pixels in contents.items() if not thumbnails.exists(pixels)]

        if lost(THUMBNAILS_LOOKED_AT):
            self._catalog.look_again(lost())

    def connections(self) -> list[Connection]:
        """What to wait on when only the decoders are busy."""
        return self.pool.connections()

    def step(self, deadline_s: float, *, paused: bool) -> tuple[int, bool]:
        """Works until the monotonic deadline; returns (photos that became READY, more to do now)."""
        ready = self.collect()
        if self._picture_awaited:
            return ready, False
        if not paused:
            self._feed()
        budget_s = max(deadline_s - time.monotonic(), 0.0)
        drained = self._decoding == 0
        ready += self.indexer.encode(budget_s=budget_s, flush=drained)
        if not paused:
            self._feed()
        idle = drained and not self.indexer.holding
        if idle and not paused and not self._decoding:
            self.words.feed()
        building = self._tend_index(deadline_s, idle=idle)
        return ready, building or self._full_batch() or (drained and self.indexer.holding > 0)

    def _feed(self) -> None:
        browsing = time.monotonic() < self._asked_s + BROWSING_S
        self.indexer.feed(self.pool, most=FEW_EACH * self.pool.limit if browsing else None)

    @property
    def _picture_awaited(self) -> bool:
        """Decoders have a low priority: beside a batch that is computed they would hardly get to it."""
        return time.monotonic() < self._asked_s + PICTURE_FIRST_S and None in self._renditions.values()

    @property
    def _decoding(self) -> int:
        """Photos and renditions at the decoders."""
        return self.pool.pending - self.words.pending

    def _full_batch(self) -> bool:
        return self.indexer.holding >= INDEX_BATCH

    def _tend_index(self, deadline_s: float, *, idle: bool) -> bool:
        """Builds staged rows in and saves now and then; returns True while there is more to build."""
        building = self.index.build_slice(max(deadline_s - time.monotonic(), 0.0)) if idle else False
        rested = time.monotonic() - self._saved_s >= SAVE_PAUSE_S * max(len(self.index) / 100_000, 1.0)
        many = self.index.unsaved >= max(SAVE_AFTER, len(self.index) // SAVE_PART)
        if self.index.unsaved and (many or (idle and not building and rested)):
            self.index.save()
            self._saved_s = time.monotonic()
        return building

    def next_due_s(self) -> float | None:
        """Seconds until the decoders want to be looked at even if none of them speaks."""
        return self.pool.next_due_s()

    def collect(self) -> int:
        """Takes what the decoders have; returns how many photos became READY by it."""
        outcomes = self.pool.poll(0)
        for outcome in outcomes:
            wanted = outcome.photo_id in self._renditions
            if wanted and isinstance(outcome, RenderedPhoto | DecodeFailure):
                self._renditions[outcome.photo_id] = outcome
            self.words.take(outcome)
        return self.indexer.take([outcome for outcome in outcomes if outcome.photo_id > 0])

    @property
    def busy(self) -> bool:
        """Photos are being decoded or wait to be encoded."""
        return self._decoding > 0 or self.indexer.holding > 0

    def request_rendition(self, path: bytes, edge: int) -> int:
        """The ticket to take it with, a number below 0: their failure says nothing of the photo's state, and several
        sizes of one photo may be on their way."""
        ticket = next(self._tickets)
        self._renditions[ticket] = None
        self._asked_s = time.monotonic()
        self.pool.submit(DecodeTask(ticket, path, rendition_edge=edge))
        return ticket

    def rendition(self, ticket: int) -> RenderedPhoto | DecodeFailure | None:
        """None while it is being made."""
        return self._renditions[ticket]

    def hand_back(self, ticket: int) -> None:
        """Nobody waits for it any more."""
        self._renditions.pop(ticket, None)

    def encode_file(self, path: bytes) -> np.ndarray:
        """The embedding float32[d] of any photo file, in the library or not. Raises PhotoUnreadable."""
        model_input = self.loaded.bi_encoder.model_input
        pixels = np.frombuffer(load_pixels(path, model_input), np.uint8)
        embeddings, _ = self.loaded.bi_encoder.encode_images(pixels.reshape(1, model_input.size, model_input.size, 3))
        return embeddings[0]

    def drop(self, content_ids: Sequence[int]) -> None:
        """Forgets the labels and tokens of these contents."""
        ids = np.array(content_ids, np.int64)
        self.index.remove(ids)
        if self.tokens is not None:
            self.tokens.remove(ids)
        if self.stage is not None:
            self.stage.forget(content_ids)

    def close(self) -> None:
        """Stops the decoders, gives their leases back and saves the index; what a successor took over is its own."""
        if self._successor is not None:
            self._close_head(self._successor)
            return
        self.pool.close()
        if self.index.unsaved:
            self.index.save()
        if self.tokens is not None:
            self.tokens.close()
        if self.stage is not None:
            self.stage.close()

    def _close_head(self, successor: ServedModel) -> None:
        """Tokens that no head reads any more are given up; those of a head that went for none wait for its return."""
        if self.stage is not None:
            self.stage.close()
        if self.tokens is None or self.tokens is successor.tokens:
            return
        self.tokens.close()
        if successor.tokens is not None and successor.loaded.token_version != self.loaded.token_version:
            drop_tokens(self._folder, self.loaded.token_version)
