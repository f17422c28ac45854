"""The engine's door for the command line and a second start: a socket in the data folder, for its owner only.

AF_UNIX, mode 0600 (a named pipe on Windows); never TCP. A path that is too long for the kernel's 104 to 108 bytes is
reached through a short link in the temporary folder, which is removed as soon as the address is bound or connected.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import queue
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from multiprocessing import connection as mp
from multiprocessing.connection import Connection

from engine import frames
from engine.locations import Locations
from engine.messages import EngineReady, Failed, RaiseWindow, Reply

LONGEST_ADDRESS = 100  # bytes; macOS takes 103, Linux 107
STALLED_S = 1.0  # a client that stops in the middle of a frame, or reads nothing, is dropped after this
ANSWER_S = 5.0


class EngineSocket:
    """Listens; whoever opens it must hold the library's lock, because a stale socket is removed first."""

    def __init__(self, path: bytes) -> None:
        self._path = path
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.waitable = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old_mask = os.umask(0o177)
        try:
            with _short(path) as address:
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
        self._listener = mp.Listener(_pipe_name(path), "AF_PIPE")
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


def connect(path: bytes, *, answer_s: float = ANSWER_S) -> tuple[Connection, EngineReady] | None:
    """The running engine of a library and its greeting; None when there is none, or none that answers in time."""
    try:
        connection = _dial(path, answer_s)
    except OSError:
        return None
    try:
        if connection.poll(answer_s):
            greeting = frames.decode(connection.recv_bytes(frames.MAX_FRAME_BYTES))
            if isinstance(greeting, EngineReady):
                return connection, greeting
    except (EOFError, OSError, ValueError):
        pass  # it left, or speaks another version: the same as no engine
    connection.close()
    return None


def raise_running_window(library: bytes | str | None, folders: Sequence[bytes] = ()) -> bool:
    """Asks the window that shows this library (None: the default one) to come forward and to add these folders.

    False when there is none. Folders are absolute paths.
    """
    answer = connect(Locations.at(library).socket, answer_s=2.0)
    if answer is None:
        return False
    connection, _ = answer
    with connection:
        try:
            connection.send_bytes(frames.encode(RaiseWindow(1, tuple(folders))))
            deadline = time.monotonic() + ANSWER_S
            while connection.poll(max(deadline - time.monotonic(), 0.0)):
                event = frames.decode(connection.recv_bytes(frames.MAX_FRAME_BYTES))
                if isinstance(event, Reply | Failed) and event.request == 1:
                    return isinstance(event, Reply)
        except (EOFError, OSError, ValueError):
            return False
    return False


def _dial(path: bytes, timeout_s: float) -> Connection:
    if sys.platform == "win32":
        return mp.Client(_pipe_name(path), "AF_PIPE")
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        client.settimeout(timeout_s)  # a full queue of an engine that hangs
        with _short(path) as address:
            client.connect(address)
        client.setblocking(True)
    except BaseException:
        client.close()
        raise
    return Connection(client.detach())


@contextlib.contextmanager
def _short(path: bytes) -> Iterator[bytes]:
    """A name of at most LONGEST_ADDRESS bytes for the path while the block runs."""
    if len(path) <= LONGEST_ADDRESS:
        yield path
        return
    temporary = tempfile.gettempdir()
    folder = os.fsencode(tempfile.mkdtemp(prefix="ai", dir=temporary if len(temporary) < 60 else "/tmp"))
    link = os.path.join(folder, b"d")
    os.symlink(os.path.dirname(path), link)
    try:
        yield os.path.join(link, os.path.basename(path))
    finally:
        os.unlink(link)
        os.rmdir(folder)


def _pipe_name(path: bytes) -> str:
    return rf"\\.\pipe\afterimage-{hashlib.blake2b(os.path.abspath(path), digest_size=12).hexdigest()}"
