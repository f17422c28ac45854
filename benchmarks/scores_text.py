"""The report of benchmarks.scores as a page of text."""

from __future__ import annotations

from typing import Any


def as_text(report: dict[str, Any]) -> str:
    """Targets first, then what they are made of."""
    lines = [f"{report['model']} {report['model_id'][:8]}, head {report['head'][:8] or 'none'}", ""]
    for name, row in report["targets"].items():
        lines.append(f"{name:56}{row['value']:>9.3g}  {row['target']:10}{'met' if row['met'] else 'MISSED'}")
    if "all" in report:
        lines += ["", *_reliability(report), "", *_nothing(report), "", *_left_out(report), "", *_counts(report)]
    if report.get("people", {}).get("pairs"):
        people = report["people"]
        lines += ["", f"graded by people, {people['pairs']} pairs with captions of other photos: said / matches"]
        lines.append("  " + "  ".join(f"{said:.2f}/{so:.2f}" for said, so, _ in people["curve"]))
    for name in ("negation", "deletion", "missing", "binding"):
        if name in report:
            lines += ["", f"{name}: {_short(report[name])}"]
    return "\n".join(lines)


def _reliability(report: dict[str, Any]) -> list[str]:
    lines = [f"{'probabilities':24}{'searches':>9}{'ECE':>8}{'ECE 1st':>9}{'Brier':>8}{'Brier 1st':>11}{'base':>8}"]
    rows = {name: report[name] for name in ("all", "concepts", "phrases", "captions", "without_rerank", "thirds")}
    rows |= {f"concepts, {size} photos": row for size, row in report["sizes"].items()}
    for name, row in rows.items():
        figures = [row[key] for key in ("ece", "ece_first", "brier_skill", "brier_skill_first", "base")]
        ece, first, skill, first_skill, base = figures
        lines.append(
            f"{name:24}{row['searches']:>9,}{ece:>8.3f}{first:>9.3f}{skill:>8.3f}{first_skill:>11.3f}{base:>8.3f}"
        )
    return lines


def _nothing(report: dict[str, Any]) -> list[str]:
    lines = []
    for name in ("nothing", "nothing_without_rerank", "nothing_small", "nothing_thirds"):
        row = report[name]
        lines.append(
            f"{name}: nothing {row['nothing']} %, found {row['found']} % (anything from {row['least']:.2f} on)"
        )
        lines.append("  least/nothing/found  " + "  ".join(f"{t:.2f}/{n:.0f}/{f:.0f}" for t, n, f in row["curve"]))
    return lines


def _left_out(report: dict[str, Any]) -> list[str]:
    row = report["left_out"]
    curve = "  ".join(f"{t:.2f}/{n:.0f}/{f:.1f}" for t, n, f in row["curve"][::2])
    return [f"left out: ceiling {row['ceiling']} %", f"  threshold/nothing/own first  {curve}"]


def _counts(report: dict[str, Any]) -> list[str]:
    return [
        f"{name}: range holds {row['holds']} % of {row['searches']}, expected {row['bias']:.2f} times what is there"
        for name, row in (("counts", report["counts"]), ("counts of scenes", report["counts_scene"]))
    ]


def _short(facts: dict[str, Any]) -> str:
    """Plain facts, and shares with their intervals."""
    parts = []
    for name, value in facts.items():
        if isinstance(value, int | float | str):
            parts.append(f"{name} {value}")
        elif isinstance(value, dict) and "low" in value:
            middle = value.get("share", value.get("difference"))
            parts.append(f"{name} {middle} ({value['low']} to {value['high']})")
    return ", ".join(parts)
