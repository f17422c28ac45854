"""One decode process: takes tasks from a pipe and answers each, within its limits, until the pipe ends."""

from __future__ import annotations

import itertools
import math
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection

from engine import cage
from engine.config import ModelInput
from engine.decode_pool_frames import pack_outcome, unpack_task
from engine.decode_pool_outbox import OPENS_FOR_WORKERS, receive_file
from engine.decode_pool_pixels import SharedPixels
from engine.errors import PhotoUnreadable
from engine.offline import stay_offline
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, DecodeTask

READY = b"ready"
MEMORY_LIMIT_BYTES = 1536 * 2**20  # for one photo, beyond what the process needs anyway
SEND_BUFFER_BYTES = 2 * 2**20


def run(
    connection: Connection, model_input: ModelInput, pixels: SharedPixels | None, *, niceness: int, cpu_limit_s: float
) -> None:
    """The body of a worker process. A photo that needs more than `cpu_limit_s` of processor time ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that owns the pool
    _mute()
    stay_offline()
    from engine.decoder import warm_up  # before the memory limit, and before the first photo waits for it

    warm_up()
    _limit(niceness)
    _widen(connection)
    beside = socket.socket(fileno=os.dup(connection.fileno())) if OPENS_FOR_WORKERS else None
    walls = cage.enter() if beside is not None else ()  # a photo may be made to take a decoder over
    try:
        connection.send_bytes(b" ".join((READY, ", ".join(walls).encode())))
        for answer in itertools.count():
            task = unpack_task(connection.recv_bytes())
            _allow_cpu(cpu_limit_s)
            opening = partial(receive_file, beside) if beside is not None else None
            outcome = _work(task, model_input, opening)
            if pixels is not None and isinstance(outcome, DecodedPhoto):
                pixels.put(answer, outcome.pixels)
            connection.send_bytes(pack_outcome(outcome, apart=pixels is not None))
    except (EOFError, OSError):
        return  # the pool is gone, or its process: nobody is left to tell


def _work(task: DecodeTask, model_input: ModelInput, opening: Callable[[], int] | None) -> DecodeOutcome:
    from engine.decoder import decode, render
    from engine.decoder_words import read_words

    try:
        if task.words_only:
            return read_words(task, opening)
        return render(task, opening) if task.rendition_edge else decode(task, model_input, opening)
    except PhotoUnreadable as error:
        return DecodeFailure(task.photo_id, error.problem, error.remedy, final=error.final, vanished=error.vanished)
    except Exception as error:
        # a bug of ours: said with its place, because this process has nowhere else to say it
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}:{place.lineno}"
        return DecodeFailure(task.photo_id, f"The decoder failed ({type(error).__name__} in {where})", "report this")


def _mute() -> None:
    """Codecs written in C print what they dislike about a photo; it would tear progress bars and leak into logs. And
    what is typed into a terminal is not for them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _limit(niceness: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    if niceness:
        os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = _address_space_bytes() + MEMORY_LIMIT_BYTES
        if hard == resource.RLIM_INFINITY or hard > soft:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space_bytes() -> int:
    """What is mapped already: a spawned process imports its parent's main module, whatever that needs."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _allow_cpu(seconds: float) -> None:
    """Ends a worker that spins after its owner died and can no longer end it."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + seconds)
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _widen(connection: Connection) -> None:
    """Lets finished photos wait in the pipe, so that a worker goes on while the engine is busy with the model."""
    if sys.platform != "win32":
        with socket.socket(fileno=os.dup(connection.fileno())) as pipe:
            pipe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
