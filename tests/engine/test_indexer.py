"""The Indexer on a real catalog, index and token store, with a small model and a disk that can be full."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.decode_pool import DecodePool
from engine.errors import DiskFull
from engine.indexer import Indexer
from engine.photo import PhotoState
from engine.rescanner import Rescanner
from engine.thumbnails import ThumbnailStore
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex
from tests.engine.library_at_work import COLOURS, paint
from tests.fake_model import DIMENSION, TOKENS, WIDTH, FakeBiEncoder


class FullDisk(ThumbnailStore):
    """Takes nothing while `full`."""

    full = True

    def put(self, pixel_hash: bytes, jpeg: bytes) -> None:
        if self.full:
            raise DiskFull("No room for thumbnails", path=self.path(pixel_hash), remedy="free some space")
        super().put(pixel_hash, jpeg)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / f"{name}.png", colour)
    opened = Catalog(os.fsencode(tmp_path / "catalog.db"))
    opened.model_id = "fake"
    opened.add_folder(os.fsencode(tmp_path / "photos"))
    scan = Rescanner(opened, own_folders=[])
    scan.request()
    while scan.slice(float("inf")):
        pass
    yield opened
    opened.close()


def test_a_batch_that_met_a_full_disk_is_finished_when_there_is_room(catalog: Catalog, tmp_path: Path) -> None:
    thumbnails = FullDisk(os.fsencode(tmp_path / "thumbnails"))
    index = VectorIndex(os.fsencode(tmp_path / "index"), DIMENSION)
    index.open(catalog.embedded_ids())
    tokens = TokenStore(os.fsencode(tmp_path / "tokens"), TOKENS, WIDTH, "fake-1")
    model = FakeBiEncoder()
    indexer = Indexer(catalog, model, index=index, tokens=tokens, thumbnails=thumbnails)
    with DecodePool(model.model_input, 1) as pool:
        while indexer.holding < len(COLOURS):
            indexer.feed(pool)
            indexer.take(pool.poll(5))
    with pytest.raises(DiskFull):
        indexer.encode(budget_s=1, flush=True)
    assert catalog.counts().get(PhotoState.READY, 0) == 0
    thumbnails.full = False
    while indexer.holding:
        indexer.encode(budget_s=1, flush=True)
    assert catalog.counts()[PhotoState.READY] == len(COLOURS) == len(index) == model.encoded
    tokens.close()
