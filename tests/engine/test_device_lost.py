"""What a graphics card that stops working costs: this process, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from engine.engine_loop import EngineLoop
from engine.errors import DeviceLost
from engine.library import Library
from engine.locations import Locations
from engine.model_loader import ModelLoader
from engine.photo import PhotoState
from tests.engine.library_at_work import COLOURS, paint, work
from tests.fake_model import FakeBiEncoder, FakeLoadedModel, FakeModels, FakeTokens


class LostBiEncoder(FakeBiEncoder):
    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, FakeTokens]:
        raise DeviceLost("the device cuda stopped working: CUDA error: unknown error")


class LostModels(FakeModels):
    def __init__(self) -> None:
        super().__init__()
        self.model = FakeLoadedModel(LostBiEncoder())


def turn_for(loop: EngineLoop, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        loop.turn(0.05)


def photos(tmp_path: Path) -> bytes:
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / f"{name}.png", colour)
    return os.fsencode(tmp_path / "photos")


def test_the_engine_ends_and_the_next_one_indexes_every_photo(locations: Locations, tmp_path: Path) -> None:
    folder = photos(tmp_path)
    for _ in range(4):  # more often than a photo is tried
        library = Library.open(locations, models=LostModels(), workers=1)  # type: ignore[arg-type]
        library.add_folder(folder)
        library.load_model()
        loop = EngineLoop(library)
        with pytest.raises(DeviceLost):
            turn_for(loop, 60.0)
        loop.close()
    with Library.open(locations, models=FakeModels(), workers=1) as library:  # type: ignore[arg-type]
        library.load_model()
        work(library)
        assert library.progress().ready == len(COLOURS)
        assert library.doctor()["photos"][PhotoState.UNREADABLE.name.lower()] == 0


def test_a_device_that_is_lost_while_the_model_is_loaded_is_told() -> None:
    def load() -> None:
        raise DeviceLost("the device cuda stopped working")

    rung: list[bool] = []
    loader = ModelLoader(load, lambda: rung.append(True))
    loader.start()
    loader.join()
    assert loader.finished
    assert rung
    assert loader.failure is not None
    assert "cuda stopped" in loader.failure.sentence()
