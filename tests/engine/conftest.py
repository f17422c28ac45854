"""What most tests of a library begin with: four photos of one colour each, and an empty library beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library import Library
from engine.locations import Locations
from tests.engine.library_at_work import COLOURS, paint
from tests.fake_model import FakeModels


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
