"""The engine process: the window's pipe and the library's socket in, a Library in the middle."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from engine import config
from engine.errors import AfterimageError, LibraryBusy
from engine.locations import Locations
from engine.offline import stay_offline
from engine.waiting_threads import wait_asleep

if TYPE_CHECKING:
    from engine.engine_socket import Door
    from engine.library import Library

# The window imports this file to spawn it, and would import whatever stands here before its first paint.

BACKGROUND_NICENESS = 10  # of the decoders: whatever a person does at the same time goes first
LOCK_WAIT_S = 5.0  # a command line that is about to end, or an engine that was just killed


def run(connection: Connection | None, library: bytes | None, model: str | None = None) -> None:
    """Serves a library until the window is gone (EOF on its pipe), a Shutdown, or SIGTERM or SIGINT.

    A library that cannot be opened is told as Failed(request=0) before any EngineReady; the process then leaves with 3.
    Without a pipe it is a headless engine, reached through its socket.
    """
    stay_offline()
    wait_asleep()
    from engine.engine_loop import EngineLoop
    from engine.engine_peer import PipePeer, failed
    from engine.safe_mode import FAILED_STARTS, StartMark

    os.umask(0o077)  # what a library holds is for its owner only
    window = PipePeer(connection, window=True) if connection is not None else None
    try:
        opened = _open(Locations.at(library), model)
    except AfterimageError as error:
        if window is None:
            print(error.sentence(), file=sys.stderr)
        else:
            window.send(failed(0, error))
        sys.exit(error.exit_status)
    opened.settings.in_background = True
    start = StartMark(opened.locations.data)
    safe = start.begin() >= FAILED_STARTS
    opened.bugs.watch_crashes()
    rescan_s = None if safe else config.RESCAN_S
    loop = EngineLoop(opened, door=open_door(opened.locations), rescan_s=rescan_s, safe=safe)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: loop.leave())
    if window is not None:
        loop.join(window)
    loop.load_model()
    if not safe:
        loop.change_models()
    try:
        while not loop.leaving:
            loop.turn()
            if loop.settled or loop.leaving:
                start.settle()
    finally:
        loop.close()


def _open(locations: Locations, model: str | None) -> Library:
    """The Library with half of the cores for its decoders, at low priority. Waits a little for a lock that is being
    given back."""
    from engine.library import Library
    from engine.safe_versions import require_safe_versions

    require_safe_versions()
    workers = max(1, (os.cpu_count() or 2) // 2)
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            return Library.open(locations, model=model, workers=workers, niceness=BACKGROUND_NICENESS)
        except LibraryBusy:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def open_door(locations: Locations) -> Door | None:
    """The socket of a library whose lock this process holds; a disk that takes no sockets costs only the socket."""
    from engine.engine_socket import listen

    with contextlib.suppress(OSError):
        return listen(locations.socket)
    print("No socket in the data folder: the command line has to wait until this is closed.", file=sys.stderr)
    return None
