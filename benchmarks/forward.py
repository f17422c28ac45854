"""How near a model's forward pass over photos comes to what multiplications alone would take.

`python -m benchmarks.forward [--models starter ViT-B-32-256] [--json]`

In every number format that the processor computes in hardware: photos/s in full batches, and the share of the rate of
one large product in the same format, measured in turns with it (`share_of_limit`; a network that is not made of large
products cannot come near it). An architecture of open_clip gets random weights. `onnx_runtime_float32`: the same shape
through ONNX Runtime, where that is installed and RCLIP_DATADIR names a folder that `benchmarks.rclip_model` has filled.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.index import SAME_SHAPE, SHIPPED, folder_of
from benchmarks.rclip_model import PLACE
from benchmarks.report import show
from engine.bi_encoder import BiEncoder
from engine.config import INDEX_BATCH
from engine.model_store import ModelStore
from engine.precision import candidates

ROWS, DEEP, WIDE = 2_080, 768, 3_072  # a layer of ViT-B/32 for a batch
ROUNDS, PRODUCTS = 5, 20
Work = Callable[[], object]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forward", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=[SHIPPED, SAME_SHAPE], metavar="NAME|DIR|ARCHITECTURE")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    report: dict[str, Any] = {"threads": torch.get_num_threads(), "skipped": {}}
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        for name in given.models:
            where = folder_of(name, Path(scratch), report["skipped"])
            if where is not None:
                report[Path(name).name] = measure(ModelStore(device="cpu").load(where).bi_encoder)
    report[SAME_SHAPE] = report.get(SAME_SHAPE, {}) | _onnx_runtime(report["skipped"])
    show(report, as_json=given.json)
    return 0


@torch.inference_mode()
def measure(bi_encoder: BiEncoder) -> dict[str, Any]:
    size = bi_encoder.model_input.size
    photos = torch.rand(INDEX_BATCH, 3, size, size).to(memory_format=torch.channels_last)
    with FlopCounterMode(display=False) as counted:
        bi_encoder.network.see(photos)
    gmac = counted.get_total_flops() / 2e9 / INDEX_BATCH
    report: dict[str, Any] = {"gmac_per_photo": round(gmac, 2)}
    for precision in candidates(torch.device("cpu")):
        seen_s, product_s = _in_turns(_seeing(bi_encoder, photos, precision), _product(getattr(torch, precision)))
        photos_per_s, gmac_per_s = INDEX_BATCH / seen_s, PRODUCTS * ROWS * DEEP * WIDE / 1e9 / product_s
        report[precision] = {
            "photos_per_s": round(photos_per_s, 1),
            "product_gmac_per_s": round(gmac_per_s, 1),
            "share_of_limit": round(photos_per_s * gmac / gmac_per_s, 3),
        }
    return report


def _seeing(bi_encoder: BiEncoder, photos: torch.Tensor, precision: str) -> Work:
    def see() -> object:
        with torch.autocast("cpu", getattr(torch, precision), enabled=precision != "float32"):
            return bi_encoder.network.see(photos)

    return see


def _product(kind: torch.dtype) -> Work:
    left, right = torch.randn(ROWS, DEEP, dtype=kind), torch.randn(WIDE, DEEP, dtype=kind)
    return lambda: [torch.nn.functional.linear(left, right) for _ in range(PRODUCTS)]


def _in_turns(*works: Work) -> list[float]:
    """Seconds of the fastest of each: another program's work must not decide."""
    best = [float("inf")] * len(works)
    for number in range(ROUNDS + 1):
        for at, work in enumerate(works):
            started = time.perf_counter()
            work()
            if number:  # the first warms it
                best[at] = min(best[at], time.perf_counter() - started)
    return best


def _onnx_runtime(skipped: dict[str, str]) -> dict[str, Any]:
    path = os.path.join(os.environ.get("RCLIP_DATADIR", ""), PLACE, "visual.onnx")
    try:
        import onnxruntime
    except ImportError:
        skipped["onnx_runtime"] = "it is not installed"
        return {}
    if not os.path.isfile(path):
        skipped["onnx_runtime"] = "RCLIP_DATADIR names no folder with its model"
        return {}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    asked = session.get_inputs()[0]
    photos = np.random.default_rng(0).random((INDEX_BATCH, *asked.shape[1:]), np.float32)
    (seconds,) = _in_turns(lambda: session.run(None, {asked.name: photos}))
    return {"onnx_runtime_float32": {"photos_per_s": round(INDEX_BATCH / seconds, 1)}}


if __name__ == "__main__":
    sys.exit(main())
