"""`afterimage evaluate`: measures a model on captioned photos; opens no library and writes nothing."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import FolderUnreachable, UsageError
from engine.locations import Locations

ROLES = {"be": "bi-encoder", "coop": "retrieve, then rerank", "ce": "rerank everything"}
ROLES |= {"ce_alone": "rerank everything, without cosine"}
DIRECTIONS = {"ir": "sentence to photo", "tr": "photo to sentence"}
COLUMNS = ("r1", "r5", "r10", "mr", "mrr10")
NAME_WIDTH = 54

Progress = Callable[[str, int, int], None]


def evaluate(arguments: Namespace) -> int:
    """0 when it was measured. Raises FolderUnreachable, TrainingDataError, ModelMissing, ModelAltered, UsageError."""
    sets: list[tuple[str, bytes]] = arguments.sets or []
    if not sets:
        raise UsageError("There are no sentences to search with", remedy="add --captions TSV or --language NAME=TSV")
    names = [name for name, _ in sets]
    if len(set(names)) < len(names):
        raise UsageError("Two files of captions have the same name", remedy="name them: --language NAME=TSV")
    if arguments.qb_split and not arguments.qb_norm:
        raise UsageError("--qb-split chooses from a query bank", remedy="add --qb-norm TSV")
    for option in ("photos", "distractors"):
        folder = getattr(arguments, option)
        if folder is not None and not os.path.isdir(folder):
            raise FolderUnreachable("There is no such folder", path=folder, remedy=f"check --{option}")
    reports = _measure(arguments, sets)
    if arguments.json:
        print(json.dumps(next(iter(reports.values())) if len(reports) == 1 else {"sets": reports}))
    elif len(reports) == 1:
        print(table(next(iter(reports.values()))))
    else:
        print("\n\n".join(f"{name}: {table(report)}" for name, report in reports.items()))
    return 0


def _measure(arguments: Namespace, sets: list[tuple[str, bytes]]) -> dict[str, dict[str, Any]]:
    from engine.evaluation.evaluate import evaluate as measure
    from engine.evaluation.scorer import Measures
    from engine.model_store import ModelStore

    # Beside the scores it is remembered how photos are computed: other runs must not compute them otherwise.
    measured = Path(os.fsdecode(arguments.cache)) if arguments.cache else None
    fetched = Path(os.fsdecode(Locations.at(arguments.library).presets))
    store = ModelStore(fetched=fetched, measured=measured, device=arguments.device, learned=fetched.parent)
    model = store.load(arguments.model, head=arguments.head)
    measures = Measures(
        heads=tuple(dict.fromkeys(k for k in arguments.k if k != arguments.k[0])),
        lambdas=tuple(arguments.lambdas),
        fold_size=arguments.folds,
        distractors=arguments.distractors,
        resamples=arguments.bootstrap,
        judgments=tuple(arguments.judgments),
        aspect=arguments.aspect,
        rerank=arguments.rerank,
        reranker=store.load(arguments.reranker) if arguments.reranker else None,
        bank=arguments.qb_norm,
        bank_split=arguments.qb_split,
        heats=tuple(arguments.qb_heat),
        dear=store.load(arguments.cascade) if arguments.cascade else None,
        cache=arguments.cache,
    )
    reports = {}
    for name, captions in sets:
        with _display() as progress:
            reports[name] = measure(
                model,
                arguments.photos,
                captions,
                split=arguments.split,
                k=arguments.k[0],
                exhaustive=arguments.exhaustive or arguments.all_sentences,
                all_sentences=arguments.all_sentences,
                progress=progress,
                measures=measures,
            )
    return reports


def table(report: dict[str, Any]) -> str:
    """Recalls in percent, one row per role and direction; below them what else was measured."""
    extras = f", {report['distractors']:,} distractors" if "distractors" in report else ""
    extras += f", cut to {report['aspect']}" if "aspect" in report else ""
    extras += f", {report['uncaptioned']:,} photos without a sentence left out" if "uncaptioned" in report else ""
    lines = [
        f"{report['photos']:,} photos, {report['sentences']:,} sentences{extras}, {report['seconds']:.1f} s",
        f"{'':{NAME_WIDTH}}" + "".join(f"{column:>8}" for column in COLUMNS),
    ]
    for role, role_name in ROLES.items():
        lines += _rows(role_name, report.get(role))
    for k, row in report.get("coop_at", {}).items():
        lines += _rows(f"rerank {k}", row)
    for share, row in report.get("lambda", {}).items():
        lines += _rows(f"rerank by {1 - float(share):g} CE + {share} cosine", row)
    if folds := report.get("folds"):
        lines.append(f"mean of {folds['count']} folds of {folds['size']:,} photos, {folds['left_over']:,} left over")
        for role, role_name in ROLES.items():
            lines += _rows(role_name, folds.get(role))
    for heat, facts in report.get("qb_norm", {}).get("at", {}).items():
        lines += _normalised(heat, facts)
    lines += _cascade(report.get("cascade", {}))
    lines += _differences(report.get("intervals", {}))
    for name, facts in report.get("agreement", {}).items():
        lines += _agreement(name, facts)
    if "scored" in report and report["scored"]["pairs"]:
        lines.append(f"{report['scored']['pairs']:,} pairs scored, {report['scored']['pairs_per_s']:,.0f} a second")
    return "\n".join(lines)


def _rows(name: str, figures: dict[str, dict[str, float]] | None) -> list[str]:
    return [
        f"{name + ', ' + direction_name:{NAME_WIDTH}}"
        + "".join(f"{figures[direction][column]:8.2f}" for column in COLUMNS if column in figures[direction])
        for direction, direction_name in DIRECTIONS.items()
        if figures and direction in figures
    ]


def _normalised(heat: str, facts: dict[str, Any]) -> list[str]:
    shares = f"{facts['active']:.1f} % of the photos, for {facts['applied']:.1f} % of the sentences"
    lines = [f"normalised by the query bank, heat {heat}: hubs are {shares}"]
    for role, name in {"be": "bi-encoder", "coop": "then reranked", "coop_moved": "then reranked with it"}.items():
        lines += _rows(f"normalised {name}", facts.get(role))
    return lines + _differences(facts.get("intervals", {}))


def _cascade(facts: dict[str, Any]) -> list[str]:
    lines = [f"cascade, reordered by {facts['dear']}"] if facts else []
    for k, row in facts.get("at", {}).items():
        lines += _rows(f"the first {k}", row)
        after = "".join(f", {share:.1f} % after {asked}" for asked, share in row["after"].items())
        cost = f"work of encoding: {row['lifetime']:.1f} % of all by the second"
        lines.append(f"    photos that it encoded: {row['encoded']:.1f} %{after}; {cost}")
    return lines


def _differences(intervals: dict[str, Any]) -> list[str]:
    lines = []
    for name, directions in intervals.items():
        if not isinstance(directions, dict):
            continue
        for direction, cuts in directions.items():
            figures = "".join(
                f"   {cut} {row['difference']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
                for cut, row in cuts.items()
            )
            lines.append(f"{name.replace('_', ' ')}, {DIRECTIONS[direction]}:{figures}")
    return lines


def _agreement(name: str, facts: dict[str, Any]) -> list[str]:
    """Kendall's tau of each role's scores with the grades."""
    roles = "".join(f"   {role.replace('_', ' ')} {facts[role]:.4f}" for role in ROLES if facts.get(role) is not None)
    lines = [f"agreement with {name}, {facts['pairs']:,} pairs, tau-b:{roles}"]
    for difference, row in facts.get("intervals", {}).items():
        change = f"{row['difference']:+.4f} ({row['low']:+.4f} to {row['high']:+.4f})"
        lines.append(f"    {difference.replace('_', ' ')} {change}")
    return lines


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
