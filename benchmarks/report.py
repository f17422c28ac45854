"""How benchmarks speak: one JSON object of nested objects, or the same as an indented table.

A share of a limit stands under a key that ends in `of_limit`, with numbers only; what could not be measured stands
under `skipped` with the reason. Every share is of a limit that was measured in the same run.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.waiting_threads import ASLEEP


def show(report: dict[str, Any], *, as_json: bool) -> None:
    print(json.dumps(report) if as_json else "\n".join(_lines(report, 0)))


def _lines(report: dict[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for name, value in report.items():
        label = f"{'  ' * depth}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            lines += [label, *_lines(value, depth + 1)]
        else:
            lines.append(f"{label:40} {value:,}" if isinstance(value, int | float) else f"{label:40} {value}")
    return lines


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    import numpy as np  # not where the start of a window is measured

    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ran to its end: seconds on the clock and on processors, and the most memory it held."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    out: str
    err: str
    status: int


def run(command: Sequence[str], *, folder: str | None = None, env: dict[str, str] | None = None) -> Finished:
    """In a folder, with more in its environment. Through a small process between, so that what is counted is this
    command's alone."""
    between = [sys.executable, "-c", _BETWEEN, *command]
    done = subprocess.run(
        between, capture_output=True, text=True, check=True, cwd=folder, env=as_installed() | (env or {})
    )
    told = json.loads(done.stdout)
    return Finished(**told)


def as_installed() -> dict[str, str]:
    """The environment, in which threads wait as they do in the application, and Python keeps what it has compiled, as
    an installed one has it: where that is switched off, half of a start is compiling."""
    env = ASLEEP | dict(os.environ)
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env["PYTHONPYCACHEPREFIX"] = _compiled().name
    return env


@functools.cache
def _compiled() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="afterimage-benchmark-")


def json_of(command: Sequence[str], *, env: dict[str, str] | None = None) -> dict[str, Any]:
    """What a command prints as JSON. Raises RuntimeError with what it complained of."""
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, env={**as_installed(), **(env or {})}
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


_BETWEEN = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 2**20 if sys.platform == "darwin" else 2**10
told = {"wall_s": wall, "cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / unit}
told |= {"out": done.stdout.decode(errors="replace"), "err": done.stderr.decode(errors="replace")}
print(json.dumps(told | {"status": done.returncode}))
"""
