"""A conversation with a library that this process opens itself, turning the engine's loop.

Apart from `engine_session`, because a command that finds an engine at work needs nothing of this.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from engine.engine_session import checked
from engine.engine_socket import listen
from engine.locations import Locations
from engine.messages import (
    CountSavedSearches,
    DropModelData,
    EngineReady,
    EstimateModel,
    Event,
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
    SuggestSentences,
    TagRequest,
    UseHead,
    UseModel,
)
from engine.safe_versions import require_safe_versions

if TYPE_CHECKING:
    from engine.engine_loop import EngineLoop
    from engine.engine_peer import MemoryPeer

# These also help a library whose model is gone.
MODEL_FREE = UseModel | ListModels | EstimateModel | DropModelData | SetRerankBudget | SetDevice | GetExamples | UseHead
MODEL_FREE |= OfferRequest | TagRequest
FINISH_S = 10.0  # for clients that still wait when this process is done


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
                    yield checked(event)
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


def open_here(locations: Locations, *, model: str | None, serve: bool, device: str | None, light: bool) -> LocalSession:
    """As `engine_session.open_session`, where no engine is running. Raises LibraryBusy, LibraryDamaged, DiskFull."""
    if light:  # so little is computed that a second thread mostly waits for the first, and it waits by spinning
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # which numpy reads when it is imported
    # Not at the top: numpy comes with them.
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
        case CountSavedSearches() | SuggestSentences():
            return True
    return not isinstance(request, MODEL_FREE)
