"""The reliability diagram: what is said of matches against what is so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from engine.errors import AfterimageError

NEEDS = "install matplotlib beside Afterimage, or leave --plot out"


def draw(path: bytes, curves: Mapping[str, list[list[float]]], *, title: str) -> None:
    """A PNG of one line for each curve, by name: bins of (said, so, how many). Raises AfterimageError."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise AfterimageError("A diagram cannot be drawn without matplotlib", remedy=NEEDS) from error
    figure = Figure(figsize=(5.2, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    axes.plot((0, 1), (0, 1), color="0.7", linewidth=1, label="as it should be")
    for name, bins in curves.items():
        axes.plot([said for said, _, _ in bins], [so for _, so, _ in bins], marker="o", markersize=4, label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability that was said", ylabel="share that matches", title=title)
    axes.set_aspect("equal")
    axes.legend(loc="upper left", frameon=False)
    try:
        figure.savefig(os.fsdecode(path), format="png", dpi=140)
    except OSError as error:
        raise AfterimageError("The diagram cannot be written", path=path, remedy="name another file") from error
