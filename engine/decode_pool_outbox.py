"""How tasks reach a worker. On Linux it has no right to open files: somebody opens them for it."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import sys
import threading
from multiprocessing.connection import Connection
from typing import Protocol

from engine.decode_pool_frames import pack_task
from engine.decoder_file import open_photo
from engine.photo import DecodeTask

OPENED = 0  # the byte behind a task; another one is the errno of why the file could not be opened
OPENS_FOR_WORKERS = sys.platform == "linux"


class Outbox(Protocol):
    def send(self, task: DecodeTask) -> None:
        """Raises OSError where the worker is gone."""
        ...

    def close(self) -> None: ...


class PlainOutbox:
    """For workers that open files themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, task: DecodeTask) -> None:
        self._connection.send_bytes(pack_task(task))

    def close(self) -> None:
        pass


class OpeningOutbox:
    """Opens each file in a thread: a share that does not answer holds up this worker and nobody else.

    The thread has a descriptor of its own for the pipe, because it may outlive the worker by as long as a file takes
    to be opened.
    """

    def __init__(self, connection: Connection) -> None:
        self._pipe = os.dup(connection.fileno())
        self._tasks: queue.SimpleQueue[DecodeTask | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="afterimage-open", daemon=True).start()

    def send(self, task: DecodeTask) -> None:
        self._tasks.put(task)

    def close(self) -> None:
        """What was not sent yet never is."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._tasks.get_nowait()
        self._tasks.put(None)

    def _run(self) -> None:
        with Connection(self._pipe) as connection, socket.socket(fileno=os.dup(self._pipe)) as beside:
            while (task := self._tasks.get()) is not None:
                try:
                    _send(connection, beside, task)
                except OSError:
                    return  # the worker is gone; whoever listens to it hears of that


def outbox(connection: Connection) -> Outbox:
    return OpeningOutbox(connection) if OPENS_FOR_WORKERS else PlainOutbox(connection)


def _send(connection: Connection, beside: socket.socket, task: DecodeTask) -> None:
    try:
        descriptor = open_photo(task.path)
    except OSError as error:
        connection.send_bytes(pack_task(task))
        beside.sendall(bytes([min(error.errno or 255, 255)]))
        return
    try:
        connection.send_bytes(pack_task(task))
        socket.send_fds(beside, [bytes([OPENED])], [descriptor])
    finally:
        os.close(descriptor)


def receive_file(beside: socket.socket) -> int:
    """The worker's side: the descriptor of the file of the task that came before it. Raises OSError as opening it did,
    EOFError where the pool is gone."""
    told, descriptors, _, _ = socket.recv_fds(beside, 1, 1)
    if not told:
        raise EOFError
    if told[0] != OPENED or not descriptors:
        raise OSError(told[0], os.strerror(told[0]))
    return descriptors[0]
