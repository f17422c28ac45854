"""Pieces of Markdown that the sections of docs/results.md share."""

from __future__ import annotations

from typing import Any

from benchmarks.paper_results import Measured

SIX = [(direction, cut) for direction in ("ir", "tr") for cut in ("r1", "r5", "r10")]
SIX_HEADER = ["", "IR R@1", "R@5", "R@10", "TR R@1", "R@5", "R@10", "sum"]
ROLE_NAMES = {"be": "JOINT+BE", "coop": "JOINT+COOP", "ce": "JOINT+CE", "ce_alone": "JOINT+CE, without the cosine"}
Results = dict[str, Measured]


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """A table."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def six(name: str, figures: dict[str, dict[str, float]]) -> list[str]:
    """The six recalls and their sum."""
    values = [figures[direction][cut] for direction, cut in SIX]
    return [name, *(f"{value:.1f}" for value in values), f"{sum(values):.1f}"]


def set_of(report: dict[str, Any]) -> str:
    return f"{report['photos']:,} photos, {report['sentences']:,} sentences"


def gain(row: dict[str, float], *, digits: int = 1) -> str:
    return f"{row['difference']:+.{digits}f} ({row['low']:+.{digits}f} to {row['high']:+.{digits}f})"


def intervals(report: dict[str, Any], name: str, what: str) -> str:
    """One row of differences with their intervals, or nothing."""
    found = report.get("intervals", {})
    if name not in found:
        return ""
    cells = [gain(found[name][direction][cut]) for direction, cut in SIX]
    note = f"{found['level']:g} % intervals, paired bootstrap over photos, {found['resamples']:,} resamples:\n"
    return note + "\n" + markdown(SIX_HEADER[:-1], [[what, *cells]])
