"""Who the engine talks to: the window and the command line behind a connection, or the command line in this process."""

from __future__ import annotations

from collections import deque
from multiprocessing.connection import Connection
from typing import Protocol

from engine import frames
from engine.errors import AfterimageError
from engine.messages import Event, Failed, Message

MOST_AT_ONCE = 64  # messages of one peer before the others have their turn
MAX_REQUEST_BYTES = 16 * 2**20


def failed(request: int, error: AfterimageError | None) -> Failed:
    """A known failure as a message; None is a bug, whose traceback is in the log."""
    if error is None:
        return Failed(request, "Bug", "Something went wrong inside Afterimage", remedy="its log has the details")
    return Failed(request, type(error).__name__, error.problem, error.path, error.remedy, error.exit_status)


class Peer(Protocol):
    """One end of a conversation. `gone` is set when it cannot be talked to any more."""

    window: bool
    gone: bool

    @property
    def waitable(self) -> Connection | None: ...

    def receive(self) -> list[Message]: ...

    def send(self, event: Event) -> None: ...

    def close(self) -> None: ...


class PipePeer:
    """Behind a pipe or a socket."""

    def __init__(self, connection: Connection, *, window: bool = False) -> None:
        self.window = window
        self.gone = False
        self._connection = connection

    @property
    def waitable(self) -> Connection | None:
        return self._connection

    def receive(self) -> list[Message]:
        """What has arrived. A peer that sends what is no frame is told so and dropped."""
        received: list[Message] = []
        try:
            while len(received) < MOST_AT_ONCE and self._connection.poll():
                received.append(frames.decode(self._connection.recv_bytes(MAX_REQUEST_BYTES)))
        except (EOFError, OSError):
            self.gone = True
        except ValueError as error:
            self.send(Failed(0, "UsageError", f"This message makes no sense: {error}", status=2))
            self.gone = True
        return received

    def send(self, event: Event) -> None:
        if self.gone:
            return
        try:
            self._connection.send_bytes(frames.encode(event))
        except OSError:  # it left, or has read nothing for too long
            self.gone = True

    def close(self) -> None:
        self.gone = True
        self._connection.close()


class MemoryPeer:
    """The command line that runs the engine's loop itself: two queues, no pipe."""

    def __init__(self) -> None:
        self.window = False
        self.gone = False
        self.requests: deque[Message] = deque()
        self.events: deque[Event] = deque()

    @property
    def waitable(self) -> Connection | None:
        return None

    def receive(self) -> list[Message]:
        received = list(self.requests)
        self.requests.clear()
        return received

    def send(self, event: Event) -> None:
        self.events.append(event)

    def close(self) -> None:
        self.gone = True
