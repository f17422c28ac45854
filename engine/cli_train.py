"""`afterimage train`: from captioned photos to a model folder that search, index and evaluate take."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UsageError
from engine.locations import Locations
from engine.presets import Presets

if TYPE_CHECKING:
    from engine.training.learn import Outcome
    from engine.training.train_config import TrainConfig

SETTINGS = ("method", "stage", "model", "architecture", "fusion", "be_loss", "negatives", "seed")
BUDGETS = ("steps", "minutes", "epochs")


def train(arguments: Namespace) -> int:
    """0 when the weights are written. Raises UsageError, TrainingDataError, ModelMissing, ModelAltered, DiskFull."""
    if arguments.adapter:
        from engine import cli_train_adapter

        return cli_train_adapter.train_adapter(arguments)
    if arguments.head:
        from engine import cli_train_head

        return cli_train_head.train_head(arguments)
    _require(arguments, ("captions", "photos", "train", "dev", "out"))
    from engine.training.learn import Request, learn, on_this_machine
    from engine.training.training_set import Material

    out = Path(os.fsdecode(arguments.out))
    config = on_this_machine(settings_of(arguments), arguments.device, arguments.precision)
    material = Material(tuple(arguments.captions), arguments.photos, arguments.train, arguments.dev, arguments.test)
    cache = Path(os.fsdecode(arguments.cache)) if arguments.cache else out / "training" / "cache"
    presets = Presets.of(Locations.at(arguments.library))
    for outcome in learn(Request(material, config, out, cache, resume=arguments.resume, presets=presets)):
        print(report(outcome))
    return 0


def _require(arguments: Namespace, names: tuple[str, ...]) -> None:
    missing = [f"--{name}" for name in names if not getattr(arguments, name)]
    for name in ("undo", "dry_run"):
        if getattr(arguments, name):
            raise UsageError(f"--{name.replace('_', '-')} belongs to --adapter", remedy="add it, or leave this out")
    if missing:
        raise UsageError(f"A training needs {', '.join(missing)}", remedy="see: afterimage train --help")


def report(outcome: Outcome) -> str:
    """What came out, in a few lines."""
    roles = {"be": "bi-encoder", "coop": "retrieve, then rerank"}
    lines = [
        f"{outcome.folder}: {outcome.rounds:,} rounds, best after {outcome.best_round:,}, {outcome.seconds:,.0f} s"
    ]
    for role, name in roles.items():
        found = {cut: outcome.dev[f"{role}_{cut}"] for cut in ("r1", "r5", "r10") if f"{role}_{cut}" in outcome.dev}
        if found:
            lines.append(f"  dev, {name}: " + "  ".join(f"{cut} {value:.1f}" for cut, value in found.items()))
    where = outcome.curve or "not drawn: matplotlib is not installed; the numbers are in training/curve.csv"
    lines.append(f"  curve: {where}")
    return "\n".join(lines)


def settings_of(arguments: Namespace) -> TrainConfig:
    """Defaults, then --config or the run that is taken up again, then what is typed. Raises UsageError."""
    from engine.training.run_record import begun_with
    from engine.training.train_config import build_config, read_config

    base = read_config(arguments.config) if arguments.config else None
    if base is None and arguments.resume:
        base = begun_with(Path(os.fsdecode(arguments.out)))
    return build_config(base, _typed(arguments))


def _typed(arguments: Namespace) -> dict[str, Any]:
    """What stands on the command line, by the names of the settings."""
    from engine.training.train_config import parsed

    given = {name: getattr(arguments, name) for name in SETTINGS if getattr(arguments, name) is not None}
    if "model" in given or "architecture" in given:
        given = {"model": "", "architecture": "", **given}
    budget = {name: getattr(arguments, name) for name in BUDGETS if getattr(arguments, name) is not None}
    if budget:
        given |= {**dict.fromkeys(BUDGETS, 0), **budget}
    return given | dict(parsed(text) for text in arguments.settings)
