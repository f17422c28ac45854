"""A conversation with a library, for the command line: with the engine that holds it, or by turning the loop here."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol, Self

from engine import errors, frames
from engine.engine_socket import connect, listen
from engine.errors import AfterimageError, EngineGone, LibraryBusy
from engine.locations import Locations
from engine.messages import (
    CountSavedSearches,
    DropModelData,
    EngineReady,
    EstimateModel,
    Event,
    Failed,
    FindDuplicates,
    GetExamples,
    Index,
    ListModels,
    OfferRequest,
    Reply,
    Request,
    Search,
    SetDevice,
    SetRerankBudget,
    TagRequest,
    UseHead,
    UseModel,
)

if TYPE_CHECKING:
    from engine.engine_loop import EngineLoop
    from engine.engine_peer import MemoryPeer
from engine.safe_versions import require_safe_versions

PATIENCE_S = 5.0  # for an engine that does not answer, and for a lock that is being given back
# These also help a library whose model is gone.
MODEL_FREE = UseModel | ListModels | EstimateModel | DropModelData | SetRerankBudget | SetDevice | GetExamples | UseHead
MODEL_FREE |= OfferRequest | TagRequest
FINISH_S = 10.0  # for clients that still wait when this process is done


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

    def __init__(self, connection: Connection, greeting: EngineReady) -> None:
        self.greeting = greeting
        self._connection = connection

    def ask(self, request: Request) -> Iterator[Event]:
        try:
            self._connection.send_bytes(frames.encode(request))
            while True:
                event: Any = frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
                if event.request == request.request:
                    yield _checked(event)
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


class LocalSession:
    """With a loop of our own. Ctrl+C and SIGTERM end it between two turns, so that nothing is left half done."""

    goes_on = False

    def __init__(self, loop: EngineLoop, peer: MemoryPeer) -> None:
        self._loop = loop
        self._peer = peer
        self._interrupted: KeyboardInterrupt | None = None
        self._old_handlers: dict[int, Any] = {}
        loop.join(self._peer)
        greeting = self._peer.events.popleft()
        if not isinstance(greeting, EngineReady):
            raise AssertionError("a loop greets first")
        self.greeting = greeting

    def ask(self, request: Request) -> Iterator[Event]:
        if _needs_model(request):
            self._loop.load_model()
        if isinstance(request, Index):  # long enough a command to go on with a change of models
            self._loop.change_models()
        self._peer.requests.append(request)
        while True:
            self._turn()
            while self._peer.events:
                event = self._peer.events.popleft()
                if event.request == request.request:
                    yield _checked(event)
                    if isinstance(event, Reply):
                        return

    def rest(self, seconds: float) -> None:
        """Goes on serving the others meanwhile."""
        deadline = time.monotonic() + seconds
        while (left_s := deadline - time.monotonic()) > 0:
            self._turn(left_s)
            self._peer.events.clear()

    def _turn(self, longest_s: float = 60.0) -> None:
        if self._interrupted is not None:
            raise self._interrupted
        self._loop.turn(longest_s)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        if self._interrupted is not None:  # asked twice: at once
            raise self._interrupted
        self._interrupted = KeyboardInterrupt(number)
        self._loop.wake()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._old_handlers[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            deadline = time.monotonic() + FINISH_S
            while self._loop.has_clients and self._interrupted is None and time.monotonic() < deadline:
                self._loop.turn(1.0)
            self._loop.close()
        finally:
            for number, handler in self._old_handlers.items():
                signal.signal(number, handler)


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
            return _open_here(locations, model, serve, device, light)
        except LibraryBusy:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def _open_here(locations: Locations, model: str | None, serve: bool, device: str | None, light: bool) -> Session:
    if light:  # so little is computed that a second thread mostly waits for the first, and it waits by spinning
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # which numpy reads when it is imported
    # Not at the top: where an engine is running they would be a third of what its answer takes.
    from engine.engine_loop import EngineLoop
    from engine.engine_peer import MemoryPeer
    from engine.library import Library

    require_safe_versions()
    library = Library.open(locations, model=model, device=device, light=light)
    if library.notice is not None:
        print(f"afterimage: {library.notice.sentence()}", file=sys.stderr)
    try:
        door = listen(locations.socket) if serve else None
    except OSError:
        door = None  # a disk that takes no sockets: others have to wait until we are done
    return LocalSession(EngineLoop(library, door=door), MemoryPeer())


def _needs_model(request: Request) -> bool:
    match request:
        case FindDuplicates():
            return request.near
        case Search():
            return request.describes
        case CountSavedSearches():
            return True
    return not isinstance(request, MODEL_FREE)


def _checked(event: Event) -> Event:
    """Raises a Failed as the error that it was in the engine."""
    if not isinstance(event, Failed):
        return event
    known = getattr(errors, event.error, None)
    kind = known if isinstance(known, type) and issubclass(known, AfterimageError) else AfterimageError
    error = kind(event.problem, path=event.path, remedy=event.remedy)
    error.exit_status = event.status
    raise error
