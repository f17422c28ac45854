"""Thumbnails and tokens can be wiped at any time: photos stay searchable, and what is lost is made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from tests.engine.library_at_work import COLOURS, hits, index, names, work
from tests.fake_model import FakeModels


@pytest.fixture
def indexed(locations: Locations, photos: Path) -> Locations:
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        index(library, photos)
    return locations


def thumbnails(locations: Locations) -> list[Path]:
    return sorted(Path(os.fsdecode(locations.thumbnails)).rglob("*.jpg"))


def segments(locations: Locations) -> Iterator[Path]:
    return Path(os.fsdecode(locations.data)).rglob("*.seg")


def reopened(locations: Locations) -> tuple[FakeModels, Library]:
    models = FakeModels()
    library = Library.open(locations, models=models, workers=1)
    library.load_model()
    return models, library


def test_wiped_thumbnails_come_back_without_the_model(indexed: Locations) -> None:
    before = thumbnails(indexed)
    shutil.rmtree(os.fsdecode(indexed.cache))
    models, library = reopened(indexed)
    with library:
        work(library)
        assert thumbnails(indexed) == before
        assert models.model.bi_encoder.encoded == 0


def test_an_empty_thumbnail_is_made_again(indexed: Locations) -> None:
    torn = thumbnails(indexed)[0]
    torn.write_bytes(b"")
    _, library = reopened(indexed)
    with library:
        work(library)
    assert torn.stat().st_size > 0


def test_photos_stay_searchable_while_their_tokens_are_made_again(indexed: Locations) -> None:
    for segment in segments(indexed):
        segment.unlink()
    _, library = reopened(indexed)
    with library:
        assert names(hits(library, Search(1, "red", rerank=False)))[0] == "red.png"
        assert library.progress().ready == len(COLOURS)
        work(library)
        assert library.doctor()["index"]["labels"] == len(COLOURS)
    models, library = reopened(indexed)
    with library:
        work(library)
        assert models.model.bi_encoder.encoded == 0


def test_half_a_segment_costs_only_what_it_lost(indexed: Locations) -> None:
    for segment in segments(indexed):
        os.truncate(segment, segment.stat().st_size // 2)
    _, library = reopened(indexed)
    with library:
        work(library)
        assert library.progress().ready == len(COLOURS)
        assert names(hits(library, Search(1, "red", rerank=False)))[0] == "red.png"
