"""Where the models of a library come from, unless a test brings some."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from engine.locations import Locations
from engine.model_settings import ModelSettings
from engine.model_switch import Models


class OwnModels:
    """`device`: where they compute, if not where the setting says. `light`: for one search. Imports torch when models
    are asked for, and only where these want it."""

    def __init__(self, locations: Locations, settings: ModelSettings, *, device: str | None, light: bool) -> None:
        self._locations = locations
        self._settings = settings
        self._device = device
        self._light = light

    def open(self, heads: Mapping[str, str]) -> Models:
        """With what reranks for models that have no head. `heads`: those that were chosen, by model."""
        whole = partial(self.alone, heads, self._settings.budget_at_start_ms)
        if not self._light:
            return whole()
        from engine.light_model import LightModels

        return LightModels(whole, self._locations, heads=heads)

    def alone(self, heads: Mapping[str, str], rerank_budget_ms: float = 0) -> Models:
        """Without it, save where there is a budget for it."""
        from engine.model_store import ModelStore

        fetched = Path(os.fsdecode(self._locations.presets))
        return ModelStore(
            fetched=fetched,
            measured=fetched.parent,  # beside each model's index
            device=self._device,
            device_setting=self._settings.device_at_start,
            rerank_budget_ms=rerank_budget_ms,
            heads=heads,
        )
