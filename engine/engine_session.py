"""A conversation with a library, for the command line: with the engine that holds it, or by turning the loop here."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, Self

from engine import errors, frames
from engine.engine_line import Line, connect
from engine.errors import AfterimageError, EngineGone, LibraryBusy
from engine.locations import Locations
from engine.messages_search import EngineReady, Failed, Reply

if TYPE_CHECKING:
    from engine.messages import Event, Request

PATIENCE_S = 5.0  # for an engine that does not answer, and for a lock that is being given back


class Session(Protocol):
    """`greeting` is the state of the library at the start; `goes_on` says that what was asked for is done even if this
    command ends. Close it, or use it in a `with`."""

    greeting: EngineReady
    goes_on: bool

    def ask(self, request: Request) -> Iterator[Event]:
        """The events of a request up to its Reply (included). Raises the error of its Failed; EngineGone."""
        ...

    def rest(self, seconds: float) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class RemoteSession:
    """With a running engine, through its socket."""

    goes_on = True

    def __init__(self, connection: Line, greeting: EngineReady) -> None:
        self.greeting = greeting
        self._connection = connection

    def ask(self, request: Request) -> Iterator[Event]:
        try:
            self._connection.send_bytes(frames.encode(request))
            while True:
                event: Any = frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
                if event.request == request.request:
                    yield checked(event)
                    if isinstance(event, Reply):
                        return
        except (EOFError, OSError, ValueError) as error:
            raise EngineGone("The running Afterimage closed before it could answer", remedy="try again") from error

    def rest(self, seconds: float) -> None:
        """Waits, and takes in the news, so that the engine never finds this end full."""
        deadline = time.monotonic() + seconds
        try:
            while self._connection.poll(max(deadline - time.monotonic(), 0.0)):
                self._connection.recv_bytes(frames.MAX_FRAME_BYTES)
        except (EOFError, OSError) as error:
            raise EngineGone("The running Afterimage has closed", remedy="run the command again") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()


def open_session(
    locations: Locations,
    *,
    model: str | None = None,
    serve: bool = False,
    device: str | None = None,
    light: bool = False,
) -> Session:
    """The running engine of this library, or the Library itself; with `serve` others reach it through the socket.
    `device`: where the model computes, if not where the library's setting says; a running engine stays where it is.
    `light`: a Library that is opened here is opened for one search.

    Raises LibraryBusy where another process holds it and has not answered for PATIENCE_S, LibraryDamaged, DiskFull.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = connect(locations.socket, answer_s=max(deadline - time.monotonic(), 0.1))
        if answer is not None:
            if device is not None:
                print("The Afterimage that is open computes where it does; --device is not heeded.", file=sys.stderr)
            return RemoteSession(*answer)
        try:
            from engine.engine_session_here import open_here  # a third of what the answer of an engine takes

            return open_here(locations, model=model, serve=serve, device=device, light=light)
        except LibraryBusy:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def checked(event: Event) -> Event:
    """Raises a Failed as the error that it was in the engine."""
    if not isinstance(event, Failed):
        return event
    known = getattr(errors, event.error, None)
    kind = known if isinstance(known, type) and issubclass(known, AfterimageError) else AfterimageError
    error = kind(event.problem, path=event.path, remedy=event.remedy)
    error.exit_status = event.status
    raise error
