"""The Indexer on a real catalog, index and token store, with a small model and a disk that can be full."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.decode_pool import DecodePool
from engine.errors import DiskFull
from engine.indexer import Indexer
from engine.photo import DecodeFailure, DecodeTask, KnownPhoto, PhotoState
from engine.rescanner import Rescanner
from engine.thumbnails import ThumbnailStore
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex
from tests.engine.catalog_at_work import NOW, OLD, entry, file_hash, index_all, scan
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


class FullCatalog(Catalog):
    """Writes no outcome while `full`."""

    full = False

    def commit_known(self, photos: Sequence[KnownPhoto]) -> None:
        self._require_room()
        super().commit_known(photos)

    def fail(self, failure: DecodeFailure) -> None:
        self._require_room()
        super().fail(failure)

    def _require_room(self) -> None:
        if self.full:
            raise DiskFull("No room for the catalog", remedy="free some space")


def test_outcomes_that_met_a_full_disk_are_written_when_there_is_room(tmp_path: Path) -> None:
    catalog = FullCatalog(os.fsencode(tmp_path / "full.db"))
    catalog.model_id = "model"
    folder = catalog.add_folder(b"/photos")
    scan(catalog, folder, [entry("1.jpg")])
    index_all(catalog)
    scan(catalog, folder, [entry("1.jpg"), entry("2.jpg"), entry("3.jpg")])
    copy, broken = catalog.lease(2, now_ns=NOW)
    index = VectorIndex(os.fsencode(tmp_path / "index"), DIMENSION)
    thumbnails = ThumbnailStore(os.fsencode(tmp_path / "thumbnails"))
    indexer = Indexer(catalog, FakeBiEncoder(), index=index, tokens=None, thumbnails=thumbnails)
    catalog.full = True
    for outcome in (
        KnownPhoto(copy.photo_id, file_hash(1), 1000, OLD),
        DecodeFailure(broken.photo_id, "damaged", final=True),
    ):
        with pytest.raises(DiskFull):
            indexer.take([outcome])
    assert indexer.holding == 2
    catalog.full = False
    assert indexer.take([]) == 1
    assert indexer.holding == 0
    assert (catalog.counts()[PhotoState.READY], len(catalog.problems())) == (2, 1)
    catalog.close()


class NoProcess:
    """Takes a photo; where it would need another process for the next, there is none."""

    free = 9

    def __init__(self) -> None:
        self.taken: list[DecodeTask] = []

    def submit(self, task: DecodeTask) -> None:
        self.taken.append(task)
        if len(self.taken) > 1:
            raise OSError("Too many open files")


def test_photos_that_no_decoder_could_be_started_for_are_given_back(catalog: Catalog, tmp_path: Path) -> None:
    index = VectorIndex(os.fsencode(tmp_path / "index"), DIMENSION)
    thumbnails = ThumbnailStore(os.fsencode(tmp_path / "thumbnails"))
    indexer = Indexer(catalog, FakeBiEncoder(), index=index, tokens=None, thumbnails=thumbnails)
    decoders = NoProcess()
    with pytest.raises(OSError, match="Too many"):
        indexer.feed(decoders)
    taken = {task.photo_id for task in decoders.taken}
    left = {task.photo_id for task in catalog.lease(9, now_ns=NOW)}
    assert (len(taken), len(left)) == (2, len(COLOURS) - 2)
    assert not taken & left


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
