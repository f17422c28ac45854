"""docs/performance.md out of what the benchmarks said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.paper_markdown import markdown
from benchmarks.performance_targets import summary

PAGE, PLOT = "performance.md", "performance_search.png"
Report = dict[str, Any]

HEAD = """# Performance

Everything here is made by `python -m benchmarks.performance PHOTOS`, where PHOTOS is a folder of a few hundred real
photos (where none is named pictures are drawn, which take as long to unpack); each section names its own command, and
`--json` gives the same as one object. Every share of a limit is of a limit that was measured in the same run. Larger
libraries are mixtures of real embeddings with noise, and real tokens (blank ones beyond 200,000 photos).

A load average beside a section tells how many processes wanted a processor when it ended: where it is above the number
of cores, other work was running, and times on the clock are too long. Processor times, memory and shares suffer less.
Targets are for two cores that do nothing else.

Where libraries are made matters: indexing writes a thumbnail for each photo, and making a file was seen to take 0.3 to
0.6 ms in one folder, 0.02 ms in another of the same disk and 0.02 ms on a file system made anew, for a reason that was
not found. `TMPDIR` names the folder; those of indexing here were taken on a file system made anew.
"""
SECTIONS = {
    "index": (
        "Indexing",
        "PHOTOS",
        "The limit is 1 / (1/D + 1/F): D photos/s decoded, F photos/s through the model, each alone on the same cores. "
        "All three are warm; `first photo s` is what the first photo of a new library waits for decoders to start.",
    ),
    "forward": (
        "The forward pass over photos",
        "",
        "Alone, in full batches. The limit is what the multiplications take at the rate of one large product in the "
        "same number format, measured in turns with it.",
    ),
    "cold": (
        "A search on the command line",
        "PHOTOS",
        "Seconds from the start of the process to its end. `alone`: nothing was running; the starter's text tower and "
        "reranker are then computed in numpy, because importing torch takes longer than everything else. "
        "`with_engine`: a window, or `afterimage index --watch`, has the library open. Python keeps what it has "
        "compiled, as where it is installed.",
    ),
    "search": (
        "Search, as the library grows",
        "PHOTOS",
        "To the retrieved hits and to the reranked order, in an engine, with the first page of hits.",
    ),
    "rerank": (
        "Reranking",
        "",
        "One sentence with k photos. The limit is what the multiplications take at the rate of one large product.",
    ),
    "start": (
        "Starting",
        "PHOTOS",
        "From the start of the process to the first painted window and to an engine that can search.",
    ),
    "grid": ("Scrolling", "", "Milliseconds a frame, without a screen."),
    "turns": (
        "Using the window",
        "",
        "Milliseconds of the longest turn of the event loop after each gesture, with 200,000 photos, without a screen.",
    ),
    "scan": ("Looking through folders", "", "The limit is the bare walk: every name, and one look at what it is."),
    "idle": ("Doing nothing", "PHOTOS", "An engine with nothing to do."),
    "allocator": ("Kept memory", "", "What it brings to keep freed memory for the next batch."),
}
NOTES = Path(__file__).parent / "performance_notes.md"


def write(reports: dict[str, Report], docs: Path) -> None:
    parts = [HEAD, summary(reports)]
    for name, (title, arguments, about) in SECTIONS.items():
        if name in reports:
            more = reports[name].get("at", {}).get("with", "")
            command = " ".join(f"python -m benchmarks.{name} {arguments} {more}".split())
            parts.append(f"## {title}\n\n{about}\n\n`{command}`{_where(reports[name])}\n\n{_table(reports[name])}")
        if name == "search" and name in reports:
            _draw(reports[name], docs / PLOT)
            parts.append(f"![Milliseconds of a search by the size of the library]({PLOT})\n")
    (docs / PAGE).write_text("\n".join([*parts, NOTES.read_text(encoding="utf-8")]), encoding="utf-8")


def _where(report: Report) -> str:
    at = report.get("at", {})
    return f" on {at['cores']} cores, load average {at['load_average']}, {at['day']}" if at else ""


def _table(report: Report) -> str:
    shown = {key: value for key, value in report.items() if key != "at"}
    return markdown(["", ""], [[f"{path}", f"{value}"] for path, value in _flat(shown, ())])


def _flat(report: Report, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Innermost numbers side by side: they are p50 and p95, or one row."""
    plain = {key: value for key, value in report.items() if not isinstance(value, dict)}
    if plain and path:
        yield " / ".join(path), ", ".join(f"{key.replace('_', ' ')} {_told(value)}" for key, value in plain.items())
    elif plain:
        yield from ((key.replace("_", " "), _told(value)) for key, value in plain.items())
    for key, value in report.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, (*path, key.replace("_", " ")))


def _told(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _draw(report: Report, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    sizes = {int(key.removeprefix("photos_")): row for key, row in report.items() if key.startswith("photos_")}
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot(xlabel="photos", ylabel="ms", xscale="log")
    for stage, colour in (("retrieved_ms", "#7a8594"), ("reranked_ms", "#d9622b")):
        for cut, style in (("p50", "-"), ("p95", "--")):
            values = [row["warm"][stage][cut] for row in sizes.values()]
            label = f"{stage.removesuffix('_ms')}, {cut}"
            axes.plot(list(sizes), values, style, marker="o", color=colour, label=label)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})
