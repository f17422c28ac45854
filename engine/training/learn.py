"""From captioned photos to a model folder: everything that `afterimage train` does, for one network or for two."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from engine.allocator import keep_freed_memory
from engine.errors import UsageError
from engine.model_files import MANIFEST
from engine.presets import Presets
from engine.training.dev import Lists
from engine.training.device import choose_device, choose_precision
from engine.training.display import Display
from engine.training.export import export
from engine.training.network_run import NetworkRun, Workshop
from engine.training.run_record import WORK, write_down
from engine.training.start import begin
from engine.training.train_config import FILE, Method, TrainConfig, alone
from engine.training.training_set import Material, TrainingSet, read_training_set
from engine.training.vocabulary import learn_tokenizer

APART: tuple[Method, ...] = ("be", "ce")


@dataclass(frozen=True, slots=True)
class Request:
    """out: where the model folder is to be; cache: where kept maps and photos are, which several runs can share;
    presets: where the name of a model is looked up, by default among those that ship."""

    material: Material
    config: TrainConfig
    out: Path
    cache: Path
    resume: bool = False
    presets: Presets | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """folder: an ordinary model folder; dev: recalls in percent of the weights in it; curve: a picture, or None."""

    folder: Path
    rounds: int
    best_round: int
    seconds: float
    dev: dict[str, float]
    curve: Path | None


def learn(request: Request) -> list[Outcome]:
    """One network, or for "sep" two, in the folders `be` and `ce`.

    Raises TrainingDataError, UsageError, ModelMissing, ModelAltered, PhotoUnreadable, DiskFull; KeyboardInterrupt where
    a person stops it, with everything saved.
    """
    keep_freed_memory()
    torch.set_flush_denormal(True)
    _repeat_exactly()
    data = read_training_set(request.material)
    _check_folder(request)
    tokenizer = _tokenizer(request, data) if request.config.architecture else None
    if request.config.method != "sep":
        return [_network(request, data, tokenizer)[0]]
    outcomes, lists = [], None
    for method in APART:
        part = replace(request, config=alone(request.config, method), out=request.out / method)
        outcome, lists = _network(part, data, tokenizer, lists=lists)
        outcomes.append(outcome)
    return outcomes


def _repeat_exactly() -> None:
    """Several threads add up the gradients of gathered rows in any order otherwise, and a run that is taken up again
    ends elsewhere than one that was never stopped."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def on_this_machine(config: TrainConfig, device: str, precision: str) -> TrainConfig:
    """Settles "auto". Raises UsageError for a device that is not here."""
    chosen = choose_device(device)
    exactness: Any = choose_precision(precision, chosen)
    return replace(config, device=chosen, precision=exactness)


def _network(
    request: Request, data: TrainingSet, tokenizer: str | None, *, lists: Lists | None = None
) -> tuple[Outcome, Lists]:
    """The outcome, and what the network retrieves on dev."""
    started = time.monotonic()
    start = begin(request.config, data.train.sentences(), tokenizer=tokenizer, presets=request.presets)
    with Display(request.config.method) as display:
        run = NetworkRun(Workshop(data, request.config, request.out, request.cache, lists), start, display)
        run.learn()
    dev = run.settle()
    retrieved = run.lists()
    _write(request, run)
    seconds = time.monotonic() - started
    standing = run.training.standing
    return Outcome(request.out, run.training.step, standing.best_step, seconds, dev, run.draw()), retrieved


def _write(request: Request, run: NetworkRun) -> None:
    model, config = run.training.model.cpu(), request.config
    facts = {**run.start.config, "head": run.start.config["head"] if config.reranks else None}
    (request.out / FILE).write_text(config.to_json(), encoding="utf-8")
    weights = model if config.reranks else model.clip
    export(request.out, weights, facts, tokenizer=run.start.tokenizer, words=list(run.start.words))


def _tokenizer(request: Request, data: TrainingSet) -> str:
    """Learned once: merges of equal count come in another order each time, and both networks have to read alike."""
    path = request.out / WORK / "tokenizer.json"
    if not path.exists():
        path.write_text(learn_tokenizer(data.train.sentences(), size=request.config.vocabulary), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _check_folder(request: Request) -> None:
    """Nothing that is there is written over unasked. Writes down what is asked for."""
    there = [path for path in (request.out / WORK / FILE, request.out / MANIFEST) if path.exists()]
    if there and not request.resume:
        problem, remedy = (
            "There is a training or a model in this folder",
            "add --resume to go on, or name another folder",
        )
        raise UsageError(problem, path=os.fsencode(request.out), remedy=remedy)
    write_down(request.out, request.config)
