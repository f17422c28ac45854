"""Two small models for one library: `starter` knows colours as they are, `second` sees them turned around."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from engine.config import ModelInput
from engine.errors import ModelAltered
from engine.locations import Locations
from tests.fake_model import FakeBiEncoder, FakeLoadedModel, FakeTokens

SECOND_SIZE = 48


class SecondBiEncoder(FakeBiEncoder):
    """Wants larger photos, and takes blue for red: so that it is seen which model answers."""

    model_id = "second-id"
    model_input = ModelInput(SECOND_SIZE)

    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, FakeTokens]:
        assert pixels.shape[1:] == (SECOND_SIZE, SECOND_SIZE, 3)
        return super().encode_images(np.ascontiguousarray(pixels[:, :32, :32, ::-1]))


class TwoModels:
    """Loads by name; `loads` keeps the order. A name in `altered` cannot be loaded."""

    def __init__(self) -> None:
        self.starter = FakeLoadedModel(name="starter")
        self.second = FakeLoadedModel(SecondBiEncoder(), name="second", model_id="second-id")
        self.loads: list[str] = []
        self.altered: set[str] = set()

    def load(self, name: str) -> FakeLoadedModel:
        self.loads.append(name)
        if name in self.altered:
            raise ModelAltered(f"{name} was altered", remedy="get it again")
        return {"starter": self.starter, "second": self.second}[name]


def install_second(locations: Locations) -> None:
    """As far as the list of models looks."""
    folder = Path(os.fsdecode(locations.presets)) / "second"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text("{}")
