"""`afterimage train --head NAME`: a head for a model that is installed, trained, calibrated and used."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli_train import report, settings_of
from engine.engine_session import open_session
from engine.errors import UsageError
from engine.locations import Locations
from engine.messages import GetExamples, Reply, UseHead
from engine.presets import Presets

if TYPE_CHECKING:
    from engine.training.own_head import Home
    from engine.training.train_config import TrainConfig
    from engine.training.training_set import Material


def train_head(arguments: Namespace) -> int:
    """0 when the head is kept and chosen. Raises UsageError, TrainingDataError, ModelMissing, DiskFull."""
    _check(arguments)
    from engine.training import own_head
    from engine.training.own_calibration import calibrate

    locations = Locations.at(arguments.library)
    locations.create()
    home = home_of(locations)
    config = _config(arguments, own_head.EPOCHS)
    name = os.path.basename(os.path.normpath(config.model))
    folder = Path(os.fsdecode(locations.data)) / "models" / "training" / name
    run = own_head.Run(folder, resume=arguments.resume, before=_chosen(locations, config.model))
    own = own_head.train_head(config, _material(arguments), home, run)
    print(f"{report(own.outcome)}\n  kept as head {own.facts.key} of {config.model}")
    print(f"  {calibrate(own, home, device=config.device, progress=no_progress)}")
    goes_on = use(locations, config.model, own.facts.model_id, own.facts.key)
    how = "the running Afterimage sees to that" if goes_on else "by afterimage index, or with the window open"
    print(f"  it answers once it knows the photos of a library that uses {config.model}: {how}")
    return 0


def _chosen(locations: Locations, name: str) -> str:
    """The key of the head that is chosen for a model now, empty for its own."""
    with open_session(locations) as session:
        (value,) = (event.value for event in session.ask(GetExamples(1, name)) if isinstance(event, Reply))
    return str(json.loads(value)["head"])


def no_progress(label: str, done: int, total: int) -> None:
    """What is done after a training takes no time beside it."""


def home_of(locations: Locations) -> Home:
    from engine.training.own_head import Home

    return Home(Presets.of(locations), Path(os.fsdecode(locations.presets)).parent)


def use(locations: Locations, name: str, model_id: str, key: str) -> bool:
    """Tells the library, through its engine where one is running: True then, and the engine goes on with it."""
    with open_session(locations) as session:
        list(session.ask(UseHead(1, name, model_id, key)))
        return session.goes_on


def _check(arguments: Namespace) -> None:
    if not arguments.captions:
        raise UsageError("A head is trained on captions", remedy="add --captions FILE")
    if arguments.undo or arguments.dry_run:
        raise UsageError("--undo and --dry-run belong to --adapter", remedy="leave them out")
    if arguments.out:
        raise UsageError("A head of your own lies in the library's folder", remedy="leave --out out, or use --model")
    if bool(arguments.train) != bool(arguments.dev):
        raise UsageError("A split has two sides", remedy="name --train and --dev, or neither")
    if arguments.method not in (None, "ce") or arguments.stage not in (None, "adapter"):
        raise UsageError("--head leaves everything but the head as it is", remedy="use --model and --out for the rest")


def _config(arguments: Namespace, epochs: float) -> TrainConfig:
    from engine.training.learn import on_this_machine

    chosen: dict[str, Any] = {**vars(arguments), "model": arguments.head, "method": "ce", "stage": "adapter"}
    if not (arguments.steps or arguments.minutes or arguments.epochs or arguments.config or arguments.resume):
        chosen["epochs"] = epochs
    return on_this_machine(settings_of(Namespace(**{**chosen, "resume": False})), arguments.device, arguments.precision)


def _material(arguments: Namespace) -> Material:
    from engine.training.training_set import Material

    photos = arguments.photos or os.path.dirname(os.path.abspath(arguments.captions[0]))
    split = (arguments.train or b"", arguments.dev or b"")
    return Material(tuple(arguments.captions), photos, *split, arguments.test)
