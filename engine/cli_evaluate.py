"""`afterimage evaluate`: measures a model on captioned photos; opens no library and writes nothing."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.errors import FolderUnreachable

ROLES = {"be": "bi-encoder", "coop": "retrieve, then rerank", "ce": "rerank everything"}
DIRECTIONS = {"ir": "sentence to photo", "tr": "photo to sentence"}
COLUMNS = ("r1", "r5", "r10", "mr", "mrr10")

Progress = Callable[[str, int, int], None]


def evaluate(arguments: Namespace) -> int:
    """0 when it was measured. Raises FolderUnreachable, TrainingDataError, ModelMissing, ModelAltered."""
    if not os.path.isdir(arguments.photos):
        raise FolderUnreachable("There is no such folder", path=arguments.photos, remedy="check --photos")
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")  # before anything that could look for a network
    from engine.model_store import ModelStore
    from engine.training import evaluate as training

    model = ModelStore().load(arguments.model)
    with _display() as progress:
        report = training.evaluate(
            model,
            arguments.photos,
            arguments.captions,
            split=arguments.split,
            k=arguments.k,
            exhaustive=arguments.exhaustive or arguments.all_sentences,
            all_sentences=arguments.all_sentences,
            progress=progress,
        )
    print(json.dumps(report) if arguments.json else _table(report))
    return 0


def _table(report: dict[str, Any]) -> str:
    """Recalls in percent, one row per role and direction."""
    lines = [
        f"{report['photos']:,} photos, {report['sentences']:,} sentences, {report['seconds']:.1f} s",
        f"{'':42}" + "".join(f"{column:>8}" for column in COLUMNS),
    ]
    for role, role_name in ROLES.items():
        for direction, direction_name in DIRECTIONS.items():
            row = (report.get(role) or {}).get(direction)
            if row is not None:
                figures = "".join(f"{row[column]:8.2f}" for column in COLUMNS if column in row)
                lines.append(f"{role_name + ', ' + direction_name:42}{figures}")
    return "\n".join(lines)


@contextmanager
def _display() -> Iterator[Progress | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield show
