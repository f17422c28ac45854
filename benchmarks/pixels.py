"""What it costs to bring a decoded photo to the engine: through the pipe, or through memory that both see.

    python -m benchmarks.pixels [--photos 2000]

Milliseconds a photo, of both sides together, from a process that has the pixels to one that has read them all.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory

SIZES = {"starter": 3 * 256**2, "large": 3 * 384**2}


def by_pipe(ours: Connection, size: int, photos: int) -> None:
    pixels = bytes(size)
    for _ in range(photos):
        ours.send_bytes(pixels)


def by_memory(ours: Connection, name: str, size: int, photos: int) -> None:
    memory, pixels = SharedMemory(name), bytes(size)
    for _ in range(photos):
        memory.buf[:size] = pixels
        ours.send_bytes(b"1")
        ours.recv_bytes()  # the place is free again
    memory.close()


def measure(kind: str, size: int, photos: int) -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    memory = SharedMemory(create=True, size=size)
    work, more = (by_pipe, ()) if kind == "pipe" else (by_memory, (memory.name,))
    process = context.Process(target=work, args=(theirs, *more, size, photos))
    process.start()
    started, taken = 0.0, 0
    for number in range(photos):
        if kind == "pipe":
            taken += len(ours.recv_bytes())
        else:
            ours.recv_bytes()
            taken += len(bytes(memory.buf[:size]))
            ours.send_bytes(b"1")
        started = started or time.perf_counter() if number == 0 else started
    seconds = time.perf_counter() - started
    process.join()
    memory.close()
    memory.unlink()
    assert taken == size * photos
    return 1000 * seconds / (photos - 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pixels", description=__doc__)
    parser.add_argument("--photos", type=int, default=2000)
    photos = parser.parse_args().photos
    for name, size in SIZES.items():
        found = {kind: round(min(measure(kind, size, photos) for _ in range(3)), 3) for kind in ("pipe", "memory")}
        print(json.dumps({"pixels": name, "bytes": size, "ms_a_photo": found}))


if __name__ == "__main__":
    main()
