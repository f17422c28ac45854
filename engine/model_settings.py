"""What a person sets for all models of a library: how long reranking may take, and where models compute."""

from __future__ import annotations

from typing import Any

from engine.catalog import Catalog
from engine.model_switch import ModelSwitch
from engine.presets import Presets
from engine.rerank_budget import RerankBudget, report, rerank_budget_ms, set_rerank_budget

DEVICE = "device"
AUTO = "auto"


class ModelSettings:
    """Belongs to the thread that owns the catalog."""

    def __init__(self, catalog: Catalog, presets: Presets, switch: ModelSwitch) -> None:
        self._catalog = catalog
        self._presets = presets
        self._switch = switch
        self.device_at_start = catalog.setting(DEVICE)
        self.budget_at_start_ms = rerank_budget_ms(catalog)

    def budget(self, ms: float | None = None) -> RerankBudget:
        """Sets it, for searches from now on, or only tells. A cross-encoder that was not worth loading at the start is
        loaded at the next. Raises UsageError."""
        change, served = self._switch.change, self._switch.served
        if ms is not None:
            set_rerank_budget(self._catalog, ms)
            for at_work in (served, change.served if change is not None else None):
                if at_work is not None:
                    at_work.searcher.budget_ms = ms
        return report(self._catalog, self._presets, served.stage if served is not None else None)

    def device(self, name: str = "") -> dict[str, Any]:
        """Sets where models compute from the next start on, or only tells: the setting, where the model that answers is
        `now`, and the devices that are `here`, which only a loaded model knows. Raises UsageError for a device that is
        not here."""
        if name:
            from engine.placed_model import choose_device  # torch: not before it is needed

            choose_device(name)
            self._catalog.set_setting(DEVICE, name)
        loaded = self._switch.loaded
        setting = self._catalog.setting(DEVICE) or AUTO
        if loaded is None:
            return {"setting": setting, "now": None, "here": None}
        from engine.placed_model import devices_here

        return {"setting": setting, "now": loaded.bi_encoder.device, "here": devices_here()}
