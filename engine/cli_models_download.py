"""`afterimage models download`: says what it is, asks, and shows how far it is."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.cli_models import DECLINED, confirmed, installed
from engine.cli_models_table import describe, plain_size
from engine.messages import FetchProgress, FetchStage
from engine.model_fetch import ModelFetch, order_of, wanted
from engine.preset_facts import InUse, facts_of
from engine.presets import STARTER, Presets

PLAIN_LINE_S = 5.0
DOING = {
    FetchStage.ASKING: "Asking the server",
    FetchStage.FETCHING: "Fetching",
    FetchStage.WAITING: "Waiting",
    FetchStage.VERIFYING: "Verifying",
    FetchStage.INSTALLING: "Installing",
}

Show = Callable[[FetchProgress], None]


def download(presets: Presets, arguments: Namespace) -> int:
    """0 when the model is installed, 1 when the answer was no. Raises NoNetwork, DownloadFailed, ModelAltered, DiskFull
    and LibraryBusy, where another process fetches it."""
    preset = wanted(presets, arguments.name, own_name=arguments.own_name)
    if preset.installed:
        print(f"{preset.name} is installed already")
        return 0
    order = order_of(presets, preset, mirror=arguments.mirror)
    print("\n".join(describe(facts_of(presets, preset, InUse(STARTER, STARTER)))), file=sys.stderr)
    print(f"from         {order.endpoint}", file=sys.stderr)
    if not arguments.yes and not confirmed("Fetch it?"):
        print("Nothing was fetched.", file=sys.stderr)
        return DECLINED
    started = time.monotonic()
    last = FetchProgress(1, preset.name, FetchStage.ASKING)
    with ModelFetch(order, presets) as fetch, display() as show:
        for event in fetch.events():
            last = event if event.total else last
            show(event)
    took = f" ({plain_size(last.total)} verified in {time.monotonic() - started:.0f} s)"
    print(installed(presets, preset.name, took=took))
    return 0


@contextmanager
def display() -> Iterator[Show]:
    """A bar on a terminal, now and then a line elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Asking the server", total=None, pace="")

        def show(now: FetchProgress) -> None:
            total = now.total or None
            bar.update(task, description=DOING[now.stage], completed=now.done, total=total, pace=_pace(now))

        yield show


class _Lines:
    """For logs: a line at once when something else begins, and every PLAIN_LINE_S seconds."""

    def __init__(self) -> None:
        self._next = float("-inf")
        self._told: FetchStage | None = None

    def __call__(self, now: FetchProgress) -> None:
        if time.monotonic() < self._next and now.stage == self._told:
            return
        self._next, self._told = time.monotonic() + PLAIN_LINE_S, now.stage
        share = f" {now.done:,} of {now.total:,} bytes" if now.total else ""
        pace = f" {_pace(now)}" if _pace(now) else ""
        print(f"{DOING[now.stage]}{share}{pace}", file=sys.stderr, flush=True)


def _pace(now: FetchProgress) -> str:
    if now.note:
        return f"({now.note})"
    if not now.rate:
        return ""
    left = f", {_duration(now.seconds_left)} left" if now.seconds_left is not None else ""
    return f"{plain_size(round(now.rate))}/s{left}"


def _duration(seconds: float) -> str:
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"
