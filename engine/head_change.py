"""Another head over the towers that serve: at once where it reads the same tokens, otherwise after the tokens that it
reads were made beside those of the head that serves meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from engine.catalog import BesideModel, Catalog, Unencoded
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.token_store import TokenStore

if TYPE_CHECKING:
    from engine.model_store import LoadedModel
    from engine.searcher import Searcher
    from engine.served_model import ServedModel

TOKENS = b"tokens"

Cursor = tuple[int, int]


def token_folder(folder: bytes, version: str) -> bytes:
    """Where a model's folder holds the tokens of one version."""
    return os.path.join(folder, TOKENS, version.encode())


def open_tokens(loaded: LoadedModel, folder: bytes, *, settle: bool = True) -> TokenStore | None:
    """The tokens that a model's head reads, None where it has no head. `settle`: segments that lie in no version's
    folder, as earlier versions of Afterimage left them, are this version's. Raises DiskFull."""
    if loaded.token_shape is None:
        return None
    where = token_folder(folder, loaded.token_version)
    os.makedirs(where, mode=0o700, exist_ok=True)
    if settle:
        _settle(os.path.join(folder, TOKENS), where)
    return TokenStore(where, *loaded.token_shape, loaded.token_version)


def _settle(home: bytes, where: bytes) -> None:
    """One file after the other: a cut is gone on from. Rows of another version count as free room."""
    for name in os.listdir(home):
        stray, place = os.path.join(home, name), os.path.join(where, name)
        if os.path.isfile(stray) and not os.path.exists(place):
            os.replace(stray, place)


def drop_tokens(folder: bytes, version: str) -> None:
    shutil.rmtree(os.fsdecode(token_folder(folder, version)), ignore_errors=True)


class ComingHead:
    """What CatchUp prepares in place of a whole model: tokens only. `loaded` is the model with the coming head,
    `tokens` those that it reads, `serving` the model with the head before it."""

    def __init__(
        self,
        loaded: LoadedModel,
        serving: ServedModel,
        catalog: Catalog,
        *,
        folder: bytes,
        open_pool: Callable[[ModelInput], DecodePool],
    ) -> None:
        tokens = open_tokens(loaded, folder, settle=False)
        if tokens is None:
            raise AssertionError("a head without tokens has nothing to prepare")
        self.loaded = loaded
        self.serving = serving
        self.tokens = tokens
        self.rows = WithoutTokens(serving.rows, catalog, tokens)
        self.index = NoIndex()
        self.pool = open_pool(loaded.bi_encoder.model_input)

    @property
    def searcher(self) -> Searcher:
        """What answers until this head does."""
        return self.serving.searcher

    @property
    def busy(self) -> bool:
        return self.pool.pending > 0

    def connections(self) -> list[Connection]:
        return self.pool.connections()

    def next_due_s(self) -> float | None:
        return self.pool.next_due_s()

    def drop(self, content_ids: Sequence[int]) -> None:
        self.tokens.remove(content_ids)

    def make_durable(self) -> None:
        """Raises DiskFull."""
        self.tokens.sync()

    def at_work(self) -> ServedModel:
        """The model that serves, with this head."""
        self.pool.close()
        return self.serving.with_head(self.loaded, self.tokens)

    def close(self) -> None:
        """What was made so far is kept."""
        self.pool.close()
        self.tokens.close()


class WithoutTokens:
    """Contents that a model has embeddings of, and the coming head no tokens."""

    def __init__(self, rows: BesideModel, catalog: Catalog, tokens: TokenStore) -> None:
        self._rows = rows
        self._catalog = catalog
        self._tokens = tokens

    def count(self) -> int:
        return len(self._tokens)

    def left(self) -> int:
        return len(self._catalog.live_contents(np.setdiff1d(self._rows.ids(), self._tokens.ids()).tolist()))

    def lacking(self, after: Cursor | None = None) -> tuple[list[Unencoded], Cursor | None]:
        """The next ones, newest photo first, and where to go on; None at the end."""
        return self._rows.encoded(after, only=self._tokens.lacking)

    def commit(self, rows: Sequence[tuple[int, bytes]], *, from_thumbnails: Sequence[tuple[int, bytes]] = ()) -> None:
        """The embeddings are there, and what made them anew has stored the tokens."""


class NoIndex:
    """The one that serves stays."""

    def add(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        pass

    def build_slice(self, budget_s: float) -> bool:
        return False
