"""What was aimed at, beside what was measured: the table at the top of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.paper_markdown import markdown

Report = dict[str, Any]
HEADER = ["", "target", "measured", "met", "load average"]


@dataclass(frozen=True, slots=True)
class Target:
    """`where`: the keys down to a number in the report of a benchmark; `*` stands for every key there, of which the
    worst counts. `least`: the number is to be at least so much, otherwise at most."""

    name: str
    where: str
    limit: float
    unit: str = ""
    least: bool = False


TARGETS = (
    Target("indexing, share of the limit", "index/*/*/*/share_of_limit", 0.9, least=True),
    Target("indexing, times as fast as rclip (small photos)", "index/edge_500/rclip/times_as_fast", 1.7, least=True),
    Target("first hits, 100,000 photos, p95", "search/photos_100000/warm/retrieved_ms/p95", 60, "ms"),
    Target("first hits, 1,000,000 photos, p95", "search/photos_1000000/warm/retrieved_ms/p95", 80, "ms"),
    Target(
        "first hits, 100,000 photos, with a wide filter, p95",
        "search/photos_100000/filter_wide/retrieved_ms/p95",
        60,
        "ms",
    ),
    Target(
        "first hits, 100,000 photos, with a narrow filter, p95",
        "search/photos_100000/filter_narrow/retrieved_ms/p95",
        60,
        "ms",
    ),
    Target("50 reranked, 100,000 photos, p95", "search/photos_100000/warm/reranked_ms/p95", 250, "ms"),
    Target(
        "first hits while photos are indexed, p95", "search/photos_100000/while_indexing/retrieved_ms/p95", 200, "ms"
    ),
    Target("a search on the command line, alone, 100,000 photos", "cold/photos_100000/alone/wall_s", 1.0, "s"),
    Target("the same beside an open window", "cold/photos_100000/with_engine/wall_s", 0.15, "s"),
    Target("window painted", "start/painted_s", 0.8, "s"),
    Target("first search possible, 100,000 photos", "start/search_ready_s", 4, "s"),
    Target("memory of the window", "start/memory_mb/window", 150, "MB"),
    Target("memory of the engine, 100,000 photos", "start/memory_mb/engine", 1_200, "MB"),
    Target("a frame while scrolling 200,000 photos, p99", "grid/calm_scroll_ms/p99", 1000 / 60, "ms"),
    Target("the same, by three quarters of a page a frame, p99", "grid/fast_scroll_ms/p99", 1000 / 60, "ms"),
    Target("the same, to another year a frame, p99", "grid/jumps_ms/p99", 1000 / 60, "ms"),
    Target("doing nothing, of a core", "idle/cpu_percent_of_a_core", 0.1, "%"),
    Target("doing nothing, written", "idle/bytes_written", 0, "bytes"),
)


def summary(reports: dict[str, Report]) -> str:
    """A table of what was measured of TARGETS; empty where nothing was."""
    rows = [row for target in TARGETS if (row := _row(target, reports)) is not None]
    return markdown(HEADER, rows) if rows else ""


def _row(target: Target, reports: dict[str, Report]) -> list[str] | None:
    found = list(_found(reports, target.where.split("/")))
    if not found:
        return None
    worst = min(found) if target.least else max(found)
    met = worst >= target.limit if target.least else worst <= target.limit
    sign = "≥" if target.least else "≤"
    load = reports[target.where.split("/")[0]].get("at", {}).get("load_average", "")
    return [
        target.name,
        f"{sign} {_told(target.limit, target)}",
        _told(worst, target),
        "yes" if met else "no",
        f"{load}",
    ]


def _found(report: Any, keys: list[str]) -> Iterator[float]:
    if not keys:
        if isinstance(report, int | float):
            yield report
        return
    for key, value in report.items() if isinstance(report, dict) else ():
        if keys[0] in ("*", key):
            yield from _found(value, keys[1:])


def _told(value: float, target: Target) -> str:
    return f"{round(value, 3 if value < 2 else 1):,} {target.unit}".strip()
