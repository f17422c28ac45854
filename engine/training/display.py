"""What a person sees while a model learns: losses, recall on dev, and the time that is left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, TextIO

from engine.training.progress import Budget

LINE_EVERY_S = 30.0
KEEP = 0.95  # of the running mean of each loss
SHOWN = ("be_r1", "be_r10", "coop_r1", "coop_r10", "dev_mr")


class Display:
    """A bar on a terminal; elsewhere a line every half a minute, and one for each look at dev."""

    def __init__(self, label: str, *, stream: TextIO | None = None) -> None:
        self.budget = Budget(steps=1)
        self._label = label
        self._stream = stream or sys.stderr
        self._means: dict[str, float] = {}
        self._recalls = ""
        self._told_at = time.monotonic()
        self._bars: Any = None
        if self._stream.isatty():
            self._bars, self._task = _bars(self._stream, label)

    def __enter__(self) -> Display:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bars is not None:
            self._bars.stop()

    def round(self, run: Any, facts: dict[str, float]) -> None:
        """After each round: its losses."""
        for name, value in facts.items():
            self._means[name] = KEEP * self._means.get(name, value) + (1 - KEEP) * value
        if self._bars is not None:
            self._bars.update(self._task, completed=self.budget.progress(run.step), facts=self._facts(run.step))
        elif time.monotonic() - self._told_at > LINE_EVERY_S:
            self._say(run.step)

    def looked(self, step: int, facts: dict[str, float]) -> None:
        """After each look at dev: its recalls in percent."""
        self._recalls = "dev " + " ".join(f"{name} {facts[name]:.1f}" for name in SHOWN if name in facts)
        if self._bars is None:
            self._say(step)

    def settling(self) -> None:
        """When all rounds are done: what follows takes as long as several looks, and there is no bar any more."""
        print(f"{self._label}: choosing on dev how much each part of the score counts", file=self._stream, flush=True)

    def prepare(self, what: str, done: int, total: int) -> None:
        """While photos go through the tower before the first round."""
        if self._bars is not None:
            self._bars.update(self._task, facts=f"{what}: {done:,} of {total:,}")
        elif done == total or time.monotonic() - self._told_at > LINE_EVERY_S:
            self._told_at = time.monotonic()
            print(f"{self._label}: {what}: {done:,} of {total:,}", file=self._stream, flush=True)

    def _say(self, step: int) -> None:
        self._told_at = time.monotonic()
        share = 100 * self.budget.progress(step)
        print(f"{self._label}: {share:.0f} %  {self._facts(step)}", file=self._stream, flush=True)

    def _facts(self, step: int) -> str:
        losses = " ".join(f"{name} {value:.3f}" for name, value in self._means.items())
        left = self.budget.left_s(step)
        parts = [f"round {step:,}", losses, self._recalls, "" if left is None else f"{duration(left)} left"]
        return "  ".join(part for part in parts if part)


def duration(seconds: float) -> str:
    """ "4 s", "12 min", "3 h 20 min"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _bars(stream: TextIO, label: str) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        TaskProgressColumn(),
        TextColumn("{task.fields[facts]}"),
    )
    bars = Progress(*columns, console=Console(file=stream))
    return bars, bars.add_task(label, total=1.0, facts="")
