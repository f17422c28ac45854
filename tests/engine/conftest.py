"""What most tests of a library begin with: four photos of one colour each, and an empty library beside them; or an
empty catalog."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.library import Library
from engine.locations import Locations
from engine.photo import Folder
from tests.engine.library_at_work import COLOURS, paint
from tests.fake_model import FakeModels
from tests.fakes import FakeLibrary


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """red.png, green.png, blue.png and dark.png."""
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / f"{name}.png", colour)
    return tmp_path / "photos"


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    return Locations.at(os.fsencode(tmp_path / "library"))


@pytest.fixture
def models() -> FakeModels:
    return FakeModels()


@pytest.fixture
def library(locations: Locations, models: FakeModels) -> Iterator[Library]:
    """Open, with its model loaded; it watches nothing yet."""
    with Library.open(locations, models=models, workers=1) as opened:
        opened.load_model()
        yield opened


@pytest.fixture
def fake_library(locations: Locations) -> FakeLibrary:
    """One in memory, for tests of the engine around it."""
    locations.create()
    return FakeLibrary(locations)


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "catalog.db")


@pytest.fixture
def catalog(path: bytes) -> Iterator[Catalog]:
    opened = Catalog(path)
    opened.model_id = "model"
    yield opened
    opened.close()


@pytest.fixture
def folder(catalog: Catalog) -> Folder:
    return catalog.add_folder(b"/photos")
