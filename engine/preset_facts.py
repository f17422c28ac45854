"""All that is known of a model as one plain object, for the command line and the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.model_parts import TRANSFORMERS, how_to_get, is_here
from engine.preset_install import size_here
from engine.presets import QWEN_RERANKER, Preset, Presets


@dataclass(frozen=True, slots=True)
class InUse:
    """Of one library: the model that answers, the one that will, and by name the abilities that models have through
    what was trained and calibrated here."""

    serving: str
    chosen: str
    learned: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


def facts_of(presets: Presets, preset: Preset, now: InUse) -> dict[str, Any]:
    """One plain object; what is not known is null. `bytes` is what a download fetches, or what the model takes here.
    `kind` is "search", or "blip_itm" or "qwen3_vl" for a ready cross-encoder; `reranked_by` names the one that is
    installed, where the model has no head of its own. `rerank_cost_ms`: to `see` a photo and to `match`
    one that was seen, here. `lacks` is the part of the application that it needs and this build does not have, `needs`
    how to get that: it cannot be served without."""
    facts, folder = preset.facts, presets.folder(preset.name)
    abilities = {**preset.abilities, **now.learned.get(preset.name, {})}
    wants = is_here(TRANSFORMERS) and not abilities["rerank"] and not preset.reranks_others
    by = _reranker(presets) if wants else None
    ships = folder is not None and folder.parent == presets.shipped
    here = _files_size(folder) if ships and folder else size_here(presets, preset.name)
    return {
        "name": preset.name,
        "title": facts.get("title", preset.name),
        "licence": facts.get("licence"),
        "licence_url": facts.get("licence_url"),
        "licence_note": facts.get("licence_note"),
        "bytes": here if preset.installed else facts.get("download_bytes"),
        "bytes_exact": preset.installed or bool(facts.get("download_bytes_exact")),
        "languages": facts.get("languages"),
        "language_codes": facts.get("language_codes"),
        "installed": preset.installed,
        "in_use": preset.name == now.serving,
        "chosen": preset.name == now.chosen,
        "ships": ships,
        "bytes_here": here,
        "kind": facts.get("kind") or "search",
        "abilities": {**abilities, "rerank": abilities["rerank"] or by is not None},
        "reranked_by": by,
        "rerank_cost_ms": _rerank_cost(presets, preset) if preset.reranks_others else None,
        "lacks": preset.lacks or None,
        "needs": how_to_get(preset.lacks) if preset.lacks else None,
        "recall": facts.get("recall"),
        "cost": facts.get("cost"),
        "open_clip": facts.get("open_clip"),
        "repository": preset.repository,
        "commit": _commit(presets, preset),
        "imported_from": facts.get("imported_from"),
    }


def _reranker(presets: Presets) -> str | None:
    """The installed cross-encoder. One that needs a graphics card counts once it was at work on one."""
    name = presets.reranker()
    if name is not None and presets.get(name).facts.get("kind") == QWEN_RERANKER and not presets.cost(name):
        return None
    return name


def _rerank_cost(presets: Presets, preset: Preset) -> dict[str, float] | None:
    cost = presets.cost(preset.name) if preset.installed else {}
    return {"see": cost["see_ms"], "match": cost["match_ms"]} if {"see_ms", "match_ms"} <= cost.keys() else None


def _commit(presets: Presets, preset: Preset) -> str | None:
    pin = presets.pin(preset.name)
    return pin.commit if pin is not None and pin.commit else preset.commit


def _files_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
