"""Our end of an engine's door: how the command line and a second start reach the engine of a library.

It speaks as `multiprocessing.connection` does at the other end, without importing that: a search that finds an engine
would spend a fifth of its time on it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Self

from engine import frames
from engine.locations import Locations
from engine.messages_search import EngineReady, Failed, Reply

LONGEST_ADDRESS = 100  # bytes; macOS takes 103, Linux 107
ANSWER_S = 5.0
_SIZE = struct.Struct("!i")  # before each message


class Line(Protocol):
    """One end of a connection. Ends of it that were closed raise OSError or EOFError."""

    def send_bytes(self, data: bytes) -> None: ...

    def recv_bytes(self, longest: int = frames.MAX_FRAME_BYTES) -> bytes: ...

    def poll(self, seconds: float) -> bool: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: Any) -> None: ...


class SocketLine:
    """Over a connected socket, which it closes."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send_bytes(self, data: bytes) -> None:
        self._socket.sendall(_SIZE.pack(len(data)) + data)

    def recv_bytes(self, longest: int = frames.MAX_FRAME_BYTES) -> bytes:
        """One message. Raises OSError where it is said to be longer."""
        (size,) = _SIZE.unpack(self._received(_SIZE.size))
        if not 0 <= size <= longest:
            raise OSError(f"a message of {size} bytes")
        return self._received(size)

    def _received(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(min(size - len(parts), 2**20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def poll(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return bool(selector.select(max(seconds, 0.0)))

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()


def connect(path: bytes, *, answer_s: float = ANSWER_S) -> tuple[Line, EngineReady] | None:
    """The running engine of a library and its greeting; None when there is none, or none that answers in time."""
    try:
        line = _dial(path, answer_s)
    except OSError:
        return None
    try:
        if line.poll(answer_s):
            greeting = frames.decode(line.recv_bytes(frames.MAX_FRAME_BYTES))
            if isinstance(greeting, EngineReady):
                return line, greeting
    except (EOFError, OSError, ValueError):
        pass  # it left, or speaks another version: the same as no engine
    line.close()
    return None


def raise_running_window(library: bytes | str | None, folders: Sequence[bytes] = ()) -> bool:
    """Asks the window that shows this library (None: the default one) to come forward and to add these folders.

    False when there is none. Folders are absolute paths.
    """
    answer = connect(Locations.at(library).socket)
    if answer is None:
        return False
    from engine.messages import RaiseWindow

    line, _ = answer
    with line:
        try:
            line.send_bytes(frames.encode(RaiseWindow(1, tuple(folders))))
            deadline = time.monotonic() + ANSWER_S
            while line.poll(max(deadline - time.monotonic(), 0.0)):
                event = frames.decode(line.recv_bytes(frames.MAX_FRAME_BYTES))
                if isinstance(event, Reply | Failed) and event.request == 1:
                    return isinstance(event, Reply)
        except (EOFError, OSError, ValueError):
            return False
    return False


def _dial(path: bytes, timeout_s: float) -> Line:
    if sys.platform == "win32":
        from multiprocessing import connection

        piped: Line = connection.Client(pipe_name(path), "AF_PIPE")
        return piped
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        client.settimeout(timeout_s)  # a full queue of an engine that hangs
        with short(path) as address:
            client.connect(address)
        client.setblocking(True)
    except BaseException:
        client.close()
        raise
    return SocketLine(client)


@contextlib.contextmanager
def short(path: bytes) -> Iterator[bytes]:
    """A name of at most LONGEST_ADDRESS bytes for the path while the block runs."""
    if len(path) <= LONGEST_ADDRESS:
        yield path
        return
    import tempfile

    temporary = tempfile.gettempdir()
    folder = os.fsencode(tempfile.mkdtemp(prefix="ai", dir=temporary if len(temporary) < 60 else "/tmp"))
    link = os.path.join(folder, b"d")
    os.symlink(os.path.dirname(path), link)
    try:
        yield os.path.join(link, os.path.basename(path))
    finally:
        os.unlink(link)
        os.rmdir(folder)


def pipe_name(path: bytes) -> str:
    import hashlib

    return rf"\\.\pipe\afterimage-{hashlib.blake2b(os.path.abspath(path), digest_size=12).hexdigest()}"
