"""The engine's door for the command line and a second start: a socket in the data folder, for its owner only.

AF_UNIX, mode 0600 (a named pipe on Windows); never TCP. A path that is too long for the kernel's 104 to 108 bytes is
reached through a short link in the temporary folder, which is removed as soon as the address is bound or connected.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import socket
import struct
import sys
import threading
from multiprocessing import connection as mp
from multiprocessing.connection import Connection

from engine.engine_line import pipe_name, short

STALLED_S = 1.0  # a client that stops in the middle of a frame, or reads nothing, is dropped after this


class EngineSocket:
    """Listens; whoever opens it must hold the library's lock, because a stale socket is removed first."""

    def __init__(self, path: bytes) -> None:
        self._path = path
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.waitable = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old_mask = os.umask(0o177)
        try:
            with short(path) as address:
                self.waitable.bind(address)
        except BaseException:
            self.waitable.close()
            raise
        finally:
            os.umask(old_mask)
        self.waitable.listen(16)
        self.waitable.setblocking(False)

    def accept(self) -> Connection | None:
        """The next client, or None when it has left already."""
        try:
            client, _ = self.waitable.accept()
        except OSError:
            return None
        client.setblocking(True)
        limit = struct.pack("ll", int(STALLED_S), 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        return Connection(client.detach())

    def close(self) -> None:
        self.waitable.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)


class EnginePipe:
    """The same door on Windows, where a listening pipe cannot be waited on: a thread accepts and wakes the loop."""

    def __init__(self, path: bytes) -> None:
        self._listener = mp.Listener(pipe_name(path), "AF_PIPE")
        self._accepted: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self.waitable, self._waker = multiprocessing.Pipe(duplex=False)
        threading.Thread(target=self._accept_all, name="engine-pipe", daemon=True).start()

    def _accept_all(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                self._accepted.put(self._listener.accept())
                self._waker.send_bytes(b"1")

    def accept(self) -> Connection | None:
        self.waitable.recv_bytes()
        return self._accepted.get()

    def close(self) -> None:
        self._listener.close()


Door = EngineSocket | EnginePipe


def listen(path: bytes) -> Door:
    """Opens the door of the library whose lock this process holds. Raises OSError where the disk takes no socket."""
    return EnginePipe(path) if sys.platform == "win32" else EngineSocket(path)
