"""Milliseconds to compare one sentence with k photos, against what the multiplications alone would take.

`python -m benchmarks.rerank [--models starter] [--heads 20 50 100] [--json]`

The limit is the number of multiplications that are done (as torch counts them) over the rate of one large product of
the same kind, measured in the same run. Both count processor time, which other programs disturb less.
`without_torch`: the same scores, as a search on the command line computes them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.report import show
from engine.cross_encoder import LEAST_IN_PART
from engine.errors import AfterimageError
from engine.light_model import LightModels
from engine.locations import Locations
from engine.model_store import LoadedModel, ModelStore

SENTENCE = "a man rides a bicycle down a mountain"
ROUNDS = 25
ROWS, DEEP, WIDE = 3_200, 256, 768  # 50 photos of 64 tokens, matched by three readers


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rerank", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=["starter"], metavar="NAME|DIR")
    parser.add_argument("--heads", type=int, nargs="+", default=[20, 50, 100], metavar="K")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    rate = product_rate()
    report: dict[str, Any] = {"threads": torch.get_num_threads(), "gmac_per_cpu_s": round(rate / 1e9, 1), "skipped": {}}
    for name in given.models:
        try:
            report[Path(name).name] = measure(name, given.heads, rate)
        except (AfterimageError, ValueError) as reason:
            report["skipped"][Path(name).name] = str(reason)
    show(report, as_json=given.json)
    return 0


def product_rate() -> float:
    """Multiplications a second of processor time, of one large float32 product."""
    left, right = torch.randn(ROWS, DEEP), torch.randn(DEEP, WIDE)
    return ROWS * DEEP * WIDE / _seconds(lambda: left @ right)[1]


def measure(name: str, heads: list[int], rate: float) -> dict[str, Any]:
    """Raises ValueError for a model without a head of its own."""
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        locations = Locations.at(os.fsencode(scratch))
        store = ModelStore(measured=Path(os.fsdecode(locations.presets)).parent, device="cpu")
        whole = store.load(name)
        if whole.cross_encoder is None:
            raise ValueError("it has no head of its own")
        light = LightModels(lambda: store, locations, heads={}).load(name)
    report = _of_heads(whole, heads, rate)
    return {**report, "without_torch": _of_heads(light, heads, rate)} if light.light else report


def _of_heads(loaded: LoadedModel, heads: list[int], rate: float) -> dict[str, Any]:
    cross_encoder = loaded.cross_encoder
    assert cross_encoder is not None
    assert loaded.token_shape is not None
    prepared = cross_encoder.prepare(SENTENCE)
    rng = np.random.default_rng(0)
    report: dict[str, Any] = {"sentence_ms": _ms(lambda: cross_encoder.prepare(SENTENCE))}
    for k in heads:
        values = rng.integers(-127, 128, (k, *loaded.token_shape), np.int8)
        scales = np.full((k, loaded.token_shape[0]), 0.01, np.float16)
        cosines = np.zeros(k, np.float32)

        def score(photos: int = k) -> object:
            return cross_encoder.score(prepared, values[:photos], scales[:photos], cosines[:photos])  # noqa: B023

        with FlopCounterMode(display=False) as counted:  # of this thread, which computes a few by itself
            score(min(k, LEAST_IN_PART))
        seconds, cpu_s = _seconds(score)
        facts = {"ms": round(1000 * seconds, 1), "cpu_ms": round(1000 * cpu_s, 1)}
        facts["cpu_ms_per_photo"] = round(1000 * cpu_s / k, 2)
        if gmac := counted.get_total_flops() / 2e9 * k / min(k, LEAST_IN_PART):
            facts |= {"gmac": round(gmac, 3), "share_of_limit": round(gmac * 1e9 / rate / cpu_s, 3)}
        report[f"photos_{k}"] = facts
    return report


def _ms(work: Callable[[], object]) -> float:
    return round(1000 * _seconds(work)[0], 1)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Medians on the clock and on processors, after two that warm it."""
    times, cpu = [], []
    for _ in range(ROUNDS + 2):
        started, cpu_started = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - started)
        cpu.append(time.process_time() - cpu_started)
    return statistics.median(times[2:]), statistics.median(cpu[2:])


if __name__ == "__main__":
    sys.exit(main())
