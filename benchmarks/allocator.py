"""What it brings to keep freed memory: processor time of a forward pass without and with it, each in its own process.

`python -m benchmarks.allocator [--json]`
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection

import numpy as np

from engine.config import INDEX_BATCH

ROUNDS = 12


def main(argv: list[str] | None = None) -> int:
    without, with_it = (_in_a_process(kept) for kept in (False, True))
    report = {
        "cpu_ms_per_batch_without": round(without, 1),
        "cpu_ms_per_batch_with": round(with_it, 1),
        "ratio": round(with_it / without, 3),
    }
    if "--json" in (argv if argv is not None else sys.argv[1:]):
        print(json.dumps(report))
    else:
        print("\n".join(f"{key:28} {value}" for key, value in report.items()))
    return 0


def _in_a_process(kept: bool) -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, kept))
    process.start()
    result: float = json.loads(ours.recv_bytes())
    process.join()
    return result


def _measure(answer: Connection, kept: bool) -> None:
    from engine import allocator, model_store

    if not kept:
        model_store.keep_freed_memory = lambda: None
    else:
        allocator.keep_freed_memory()
    bi_encoder = model_store.ModelStore().load("starter").bi_encoder
    size = bi_encoder.model_input.size
    pixels = np.random.default_rng(0).integers(0, 256, (INDEX_BATCH, size, size, 3), dtype=np.uint8)
    bi_encoder.encode_images(pixels)
    started = time.process_time()
    for _ in range(ROUNDS):
        bi_encoder.encode_images(pixels)
    answer.send_bytes(json.dumps((time.process_time() - started) / ROUNDS * 1000).encode())


if __name__ == "__main__":
    sys.exit(main())
