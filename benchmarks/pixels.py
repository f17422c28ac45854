"""What it costs to bring a decoded photo to the engine, and how far a decoder can be ahead of it: through the pipe, or
through memory that both see.

    python -m benchmarks.pixels [--photos 2000] [--json]

Milliseconds a photo, of both sides together, from a process that has the pixels to one that has read them all; and how
many photos there is room for while the engine is busy with a batch. A pipe holds what the system allows (on Linux
net.core.wmem_max).
"""

from __future__ import annotations

import argparse
import multiprocessing
import socket
import time
from multiprocessing.connection import Connection

from benchmarks.report import show
from engine.decode_pool import LOOK_AHEAD, LOOK_FAR_AHEAD
from engine.decode_pool_pixels import SharedPixels
from engine.decode_pool_worker import SEND_BUFFER_BYTES

EDGES = {"starter": 256, "large": 384}
ROUNDS = 3


def write(ours: Connection, shared: SharedPixels | None, size: int, photos: int) -> None:
    pixels = bytes(size)
    for number in range(photos):
        if shared is None:
            ours.send_bytes(pixels)
        else:
            shared.put(number, pixels)
            ours.send_bytes(b"1")
            ours.recv_bytes()  # it was read


def measure(shared: SharedPixels | None, size: int, photos: int) -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=write, args=(theirs, shared, size, photos))
    process.start()
    started, taken = 0.0, 0
    for number in range(photos):
        said = ours.recv_bytes()
        taken += len(said if shared is None else shared.take(number))
        if shared is not None:
            ours.send_bytes(b"1")
        started = started or time.perf_counter()
    seconds = time.perf_counter() - started
    process.join()
    assert taken == size * photos
    return 1000 * seconds / (photos - 1)


def room(size: int) -> int:
    """Photos that a pipe takes while nobody reads."""
    one, other = socket.socketpair()
    with one, other:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        one.setblocking(False)
        sent = 0
        try:
            while True:
                sent += one.send(bytes(size))
        except BlockingIOError:
            return sent // size


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pixels", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report = {}
    for name, edge in EDGES.items():
        size = 3 * edge**2
        ways = {"pipe": None, "memory": SharedPixels.make(LOOK_AHEAD, LOOK_FAR_AHEAD, size)}
        report[name] = {
            way: {
                "ms_a_photo": round(min(measure(shared, size, given.photos) for _ in range(ROUNDS)), 3),
                "room_for_photos": room(size) if shared is None else shared.slots,
            }
            for way, shared in ways.items()
        }
    show(report, as_json=given.json)


if __name__ == "__main__":
    main()
