"""The course of a training as a table and, where matplotlib is installed, as a picture."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

LOSSES = ("be", "alignment", "listwise", "two_class", "distil", "penalty")
RECALLS = ("be_r1", "be_r10", "coop_r1", "coop_r10", "dev_mr")


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a run's log that tell of a step; what a killed run had noted beyond its checkpoint comes once."""
    kept: dict[tuple[int, bool], dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        facts = json.loads(line)
        if "step" in facts:
            kept[facts["step"], "dev_mr" in facts] = facts
    return [kept[key] for key in sorted(kept)]


def write_table(rows: list[dict[str, Any]], path: Path) -> None:
    """A CSV with one line a note of the log."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(rows)


def draw(rows: list[dict[str, Any]], path: Path, *, title: str) -> bool:
    """Losses above, dev recall below. False where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(8, 6), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    for axes, names, label in ((above, LOSSES, "loss"), (below, RECALLS, "dev recall, %")):
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            if points:
                axes.plot(*zip(*points, strict=True), label=name, marker="." if len(points) < 60 else None)
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize="small")
    below.set_xlabel("round")
    figure.suptitle(title, fontsize="medium")
    figure.savefig(path, dpi=120)
    return True
