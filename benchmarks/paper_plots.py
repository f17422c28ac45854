"""The pictures of docs/results.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import paper

COLOURS = {"be": "#7a8594", "coop": "#d9622b", "ce": "#2b6cb0"}


def draw(reports: dict[str, dict[str, Any]], folder: Path) -> dict[str, str]:
    """Writes what the reports allow; returns file names with their captions."""
    import matplotlib

    matplotlib.use("Agg")
    plots = {
        "results_k.png": ("main", "coop_at", _heads, "Recall by how many are reranked"),
        "results_lambda.png": ("main", "lambda", _shares, "Recall by the share of the cosine"),
        "results_latency.png": ("latency", "sizes", _latency, "Seconds per query by photos"),
    }
    drawn = {}
    for name, (report, key, plot, caption) in plots.items():
        if key in reports.get(report, {}):
            figure = plot(reports[report])
            figure.savefig(folder / name, dpi=110, metadata={"Software": None})
            drawn[name] = caption
    return drawn


def _axes(x: str, y: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _heads(report: dict[str, Any]) -> Any:
    figure, axes = _axes("photos reranked (k)", "sentence to photo, %")
    heads = [int(k) for k in report["coop_at"]]
    for cut, style in (("r1", "-"), ("r5", "--"), ("r10", ":")):
        values = [figures["ir"][cut] for figures in report["coop_at"].values()]
        axes.plot(heads, values, style, marker="o", color=COLOURS["coop"], label=f"COOP R@{cut[1:]}")
        axes.axhline(report["be"]["ir"][cut], linestyle=style, color=COLOURS["be"], label=f"BE R@{cut[1:]}")
    axes.set_xticks(heads)
    axes.legend(ncols=3, fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.18))
    return figure


def _shares(report: dict[str, Any]) -> Any:
    figure, axes = _axes("λ: 0 cross-encoder alone, 1 bi-encoder", "sentence to photo R@1, %")
    shares = sorted(report["lambda"], key=float)
    axes.plot(
        [float(share) for share in shares],
        [report["lambda"][share]["ir"]["r1"] for share in shares],
        marker="o",
        color=COLOURS["coop"],
        label="score sum",
    )
    for role, name in (("coop", "the model's own score"), ("be", "bi-encoder")):
        axes.axhline(report[role]["ir"]["r1"], linestyle="--", color=COLOURS[role], label=name)
    axes.legend(fontsize=8, frameon=False)
    return figure


def _latency(report: dict[str, Any]) -> Any:
    figure, axes = _axes("photos", "seconds per query")
    sizes = [int(size) for size in report["sizes"]]
    rows = list(report["sizes"].values())
    head = next(iter(rows[0]["coop_s"]))
    series = {
        "be": ("BE", [row["be_s"] for row in rows]),
        "coop": (f"COOP, k = {head}", [row["coop_s"][head] for row in rows]),
        "ce": ("CE", [row["ce_s"] for row in rows]),
    }
    for role, (name, values) in series.items():
        axes.plot(sizes, values, marker="o", color=COLOURS[role], label=name)
        axes.plot(
            [paper.LATENCY_PHOTOS],
            [paper.SECONDS_PER_QUERY[role]],
            marker="*",
            markersize=11,
            linestyle="",
            color=COLOURS[role],
            label=f"{role.upper()}, the paper",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.legend(fontsize=8, frameon=False, ncols=2)
    return figure
