"""Small engines for the window's tests: real processes that answer as the real one would, without a library."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing.connection import Connection

from engine import frames
from engine.messages import AddFolder, EngineReady, Event, Failed, ListFolders, Reply, Request, Shutdown


def _requests(connection: Connection) -> Request:
    return frames.decode(connection.recv_bytes())  # type: ignore[return-value]


def _say(connection: Connection, event: Event) -> None:
    connection.send_bytes(frames.encode(event))


def obedient(connection: Connection, library: bytes | None, model: str) -> None:
    """Replies to everything with its process id; a ListFolders kills it."""
    _say(connection, EngineReady("0", 1, 0, 0))
    while True:
        try:
            request = _requests(connection)
        except EOFError:
            return
        if isinstance(request, ListFolders):
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(request, AddFolder):
            _say(connection, Failed(request.request, "FolderUnreachable", "There is no such folder", request.path))
            continue
        _say(connection, Reply(request.request, str(os.getpid())))
        if isinstance(request, Shutdown):
            return


def dying(connection: Connection, library: bytes | None, model: str) -> None:
    """Dies as soon as it is started."""
    os._exit(7)


def refusing(connection: Connection, library: bytes | None, model: str) -> None:
    """Says why it cannot start, and leaves."""
    _say(connection, Failed(0, "LibraryBusy", "Another process holds this library", library, "close it"))


def babbling(connection: Connection, library: bytes | None, model: str) -> None:
    """Sends what is no frame."""
    connection.send_bytes(b"\xff" * 100)
    threading.Event().wait()


def deaf(connection: Connection, library: bytes | None, model: str) -> None:
    """Never answers and does not leave when asked."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _say(connection, EngineReady("0", 1, 0, 0))
    threading.Event().wait()
