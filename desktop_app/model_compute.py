"""How long a search may look closely, and where models compute: what is set, and how it is said. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_app.setting_look import Kind, SettingLook
from desktop_app.translation import tr

BUDGET, DEVICE = "rerank_budget", "device"
AUTO = "auto"
BUDGETS_MS = (100.0, 250.0, 500.0, 1_000.0, 3_000.0, 10_000.0)


@dataclass(frozen=True, slots=True)
class Budget:
    """`reranker`: the ready cross-encoder that it is for, if one is installed; `seen`, `unseen`: of how many photos,
    seen before or not, it can compare in this time (None until that was measured here)."""

    ms: float
    usual_ms: float
    reranker: str = ""
    seen: int | None = None
    unseen: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """`setting` is auto or a device; `now` where the model that answers computes; `here` what can be chosen. The last
    two are empty until a model is loaded."""

    setting: str
    now: str = ""
    here: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of settings, and the choice that is made in it."""

    look: SettingLook
    value: str


def read_budget(value: str) -> Budget:
    said = json.loads(value)
    return Budget(said["ms"], said["default_ms"], said["reranker"] or "", said["seen"], said["unseen"])


def read_device(value: str) -> Device:
    said: Mapping[str, Any] = json.loads(value)
    return Device(said["setting"], said["now"] or "", tuple(said.get("here") or ()))


def lines(budget: Budget | None, device: Device | None) -> tuple[Line, ...]:
    """What can be set: nothing is offered that would change nothing."""
    found = []
    if budget is not None and budget.reranker:
        found.append(Line(_budget_look(budget), f"{budget.ms:g}"))
    if device is not None and (len(device.here) > 1 or device.setting != AUTO):
        found.append(Line(_device_look(device), device.setting))
    return tuple(found)


def _budget_look(budget: Budget) -> SettingLook:
    times = sorted({*BUDGETS_MS, budget.ms, budget.usual_ms})
    choices = tuple((f"{ms:g}", _time(ms, usual=ms == budget.usual_ms)) for ms in times)
    return SettingLook(BUDGET, tr("Look closely for at most"), _reach(budget), Kind.CHOICE, choices)


def _reach(budget: Budget) -> str:
    name = budget.reranker
    if budget.seen is None or budget.unseen is None:
        return tr("So much longer a search may take where %s compares the best photos.") % name
    known = tr("In this time %s compares %d photos that it has seen before") % (name, budget.seen)
    return known + (tr(", or %d new ones.") % budget.unseen if budget.unseen else tr(", and no new ones."))


def _device_look(device: Device) -> SettingLook:
    known = (AUTO, *device.here)
    kinds = known if device.setting in known else (*known, device.setting)
    text = tr("Counts from the next start on.")
    if device.now:
        text = tr("Now on: %s. Another choice counts from the next start on.") % device_name(device.now)
    return SettingLook(DEVICE, tr("Compute on"), text, Kind.CHOICE, tuple((kind, device_name(kind)) for kind in kinds))


def device_name(device: str) -> str:
    """As people call it."""
    kind, _, number = device.partition(":")
    names = {AUTO: tr("Automatic"), "cpu": tr("Processor"), "cuda": tr("Graphics card"), "mps": tr("Apple graphics")}
    return f"{names.get(kind, kind)} {number}".strip()


def _time(ms: float, *, usual: bool) -> str:
    text = f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"
    return f"{text} ({tr('usual')})" if usual else text
