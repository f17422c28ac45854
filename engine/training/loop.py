"""The one loop that every stage of every training runs in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from engine.training.interrupt import PutDown
from engine.training.progress import Budget, Log, prefetch, written

LOG_EVERY = 25
MERIT = "dev_mr"


def nothing(*_: Any) -> None:
    """For who does not want to hear."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes, and where it is put down so that it can be taken up again.

    look: judges the model on dev; every `look_every` rounds, or every `look_every_s` seconds where that is 0, and
    at the end. best: where the weights of the look with the highest MERIT are kept; `patience` looks without a higher
    one end the run (0: never). begin: hears of each turn of `turn` rounds before its first batch is made, and again of
    the turn in which a run is taken up. hear: told of each round: (run, facts). stop: whether a person wants the run to
    be put down now; look and begin may raise PutDown for that.
    """

    budget: Budget
    log: Log
    checkpoint: Path
    look: Callable[[Any], dict[str, float]]
    look_every_s: float = 120.0
    look_every: int = 0
    save_every_s: float = 300.0
    best: Path | None = None
    patience: int = 0
    turn: int = 0
    begin: Callable[[int], None] = nothing
    hear: Callable[[Any, dict[str, float]], None] = nothing
    stop: Callable[[], bool] = bool


@dataclass(slots=True)
class Standing:
    """What a run remembers of its looks. due: one that was put down before its end."""

    best: float = -1.0
    best_step: int = 0
    stale: int = 0
    over: bool = False
    due: bool = False


class Run(Protocol):
    """A training that can be put down and taken up again at any step. `shown`: while it lasts, the model is what it
    will be at the end."""

    step: int
    spent_s: float
    standing: Standing

    @property
    def recipe(self) -> Any: ...
    @property
    def model(self) -> nn.Module: ...
    def ready(self) -> None: ...
    def round(self, batch: Any, progress: float) -> dict[str, float]: ...
    def shown(self) -> AbstractContextManager[None]: ...
    def save(self, path: Path) -> None: ...


class Batches(Protocol):
    """Makes the batch of a step, the same each time it is asked."""

    def batch(self, step: int, recipe: Any) -> Any: ...


@dataclass(slots=True)
class _Clock:
    looked: float = field(default_factory=time.monotonic)
    saved: float = field(default_factory=time.monotonic)


def follow(run: Run, source: Batches, course: Course) -> bool:
    """Rounds until the budget is spent or nothing is gained any more; looks at dev in between, and at the end.

    False where a person stopped it before; then it is saved as it is.
    """
    try:
        _follow(run, source, course)
    except PutDown:
        _save(run, course)
        return False
    return True


def _follow(run: Run, source: Batches, course: Course) -> None:
    clock = _Clock()
    looked_at = -1
    if run.standing.due:
        _look(run, course)
        looked_at = run.step
    while not run.standing.over and course.budget.progress(run.step) < 1:
        if course.turn:
            course.begin(run.step // course.turn)
        for batch in prefetch(_batches(run, source, course)):
            progress = course.budget.progress(run.step)
            if progress >= 1:
                break
            run.ready()
            facts = run.round(batch, progress)
            course.hear(run, facts)
            run.standing.due = due = _look_is_due(run, course, clock)
            if due or run.step % LOG_EVERY == 0:
                course.log.write(step=run.step, progress=progress, **facts)
            if course.stop():
                raise PutDown
            if due:
                _look(run, course)
                clock.looked = clock.saved = time.monotonic()
                looked_at = run.step
                if run.standing.over:
                    break
            elif time.monotonic() - clock.saved > course.save_every_s:
                _save(run, course)
                clock.saved = time.monotonic()
    if looked_at != run.step and not run.standing.over:
        run.standing.due = True
        _look(run, course)


def _batches(run: Run, source: Batches, course: Course) -> Iterator[Any]:
    """From where the run is to the end of the turn: later batches may depend on what is mined in between."""
    step = run.step
    end = (step // course.turn + 1) * course.turn if course.turn else None
    while end is None or step < end:
        yield source.batch(step, run.recipe)
        step += 1


def _look_is_due(run: Run, course: Course, clock: _Clock) -> bool:
    if course.look_every:
        return run.step % course.look_every == 0
    return time.monotonic() - clock.looked > course.look_every_s


def _look(run: Run, course: Course) -> None:
    with run.shown():
        facts = course.look(run.model.eval())
        standing, merit = run.standing, facts.get(MERIT)
        if better := merit is not None and merit > standing.best:
            standing.best, standing.best_step, standing.stale = merit, run.step, 0
            if course.best is not None:
                written(course.best, lambda path: torch.save(run.model.state_dict(), path))
    if merit is not None and not better:
        standing.stale += 1
        standing.over = 0 < course.patience <= standing.stale
    run.standing.due = False
    # Noted before it is saved: a run killed in between repeats the look, and no look goes missing.
    course.log.write(step=run.step, **facts)
    _save(run, course)


def _save(run: Run, course: Course) -> None:
    run.spent_s = course.budget.spent_s
    run.save(course.checkpoint)
