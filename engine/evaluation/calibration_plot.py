"""Diagrams: what is said of matches against what is so, and what leaving a photo out shows."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import AfterimageError

NEEDS = "install matplotlib beside Afterimage, or leave --plot out"


def draw(path: bytes, curves: Mapping[str, list[list[float]]], *, title: str) -> None:
    """A PNG of one line for each curve, by name: bins of (said, so, how many). Raises AfterimageError."""
    figure, axes = _empty()
    axes.plot((0, 1), (0, 1), color="0.7", linewidth=1, label="as it should be")
    for name, bins in curves.items():
        axes.plot([said for said, _, _ in bins], [so for _, so, _ in bins], marker="o", markersize=4, label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability that was said", ylabel="share that matches", title=title)
    axes.set_aspect("equal")
    axes.legend(loc="upper left", frameon=False)
    _save(figure, path)


def draw_left_out(path: bytes, curve: Sequence[Sequence[float]], *, ceiling: float, title: str) -> None:
    """A PNG of what each least probability does to captions: (least, nothing, own first), the two in percent, beside
    the share whose own photo is first at all. Raises AfterimageError."""
    figure, axes = _empty()
    least = [row[0] for row in curve]
    axes.plot(least, [row[1] for row in curve], marker="o", markersize=4, label="photo left out: nothing is found")
    axes.plot(least, [row[2] for row in curve], marker="o", markersize=4, label="photo there: it is found first")
    axes.axhline(ceiling, color="0.5", linewidth=1, linestyle="--", label=f"it is first at all: {ceiling:.0f} %")
    axes.set(xlim=(0, 1), ylim=(0, 100), xlabel="least probability", ylabel="% of captions", title=title)
    axes.legend(loc="center right", frameon=False)
    _save(figure, path)


def _empty() -> tuple[Any, Any]:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise AfterimageError("A diagram cannot be drawn without matplotlib", remedy=NEEDS) from error
    figure = Figure(figsize=(5.2, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _save(figure: Any, path: bytes) -> None:
    try:
        figure.savefig(os.fsdecode(path), format="png", dpi=140)
    except OSError as error:
        raise AfterimageError("The diagram cannot be written", path=path, remedy="name another file") from error
