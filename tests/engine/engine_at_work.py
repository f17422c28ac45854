"""The engine's loop as tests turn it, with a peer in memory."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine import messages as m
from engine.engine_loop import EngineLoop
from engine.engine_peer import MemoryPeer, PipePeer
from tests.fakes import FakeLibrary


class Engine:
    """A loop with one peer in memory."""

    def __init__(self, library: FakeLibrary, **options: Any) -> None:
        self.library = library
        self.loop = EngineLoop(library, **options)  # type: ignore[arg-type]
        self.peer = self.join()

    def join(self) -> MemoryPeer:
        peer = MemoryPeer()
        self.loop.join(peer)
        return peer

    def ask(self, *requests: m.Request, peer: MemoryPeer | None = None) -> None:
        (peer or self.peer).requests += requests

    def until(self, condition: Callable[[], bool], *, within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"it did not happen in time: {self.peer.events}"
            self.loop.turn(0.02)

    def ended(self, *requests: int, peer: MemoryPeer | None = None) -> list[m.Event]:
        """Turns until these requests have ended; returns all events."""
        events = (peer or self.peer).events
        self.until(lambda: set(requests) <= {e.request for e in events if isinstance(e, m.Reply | m.Failed)})
        return list(events)

    def end(self, request: int) -> Any:
        """Its Reply or Failed."""
        ends = [event for event in self.ended(request) if isinstance(event, m.Reply | m.Failed)]
        return next(event for event in ends if event.request == request)

    def installed(self, request: int) -> set[str]:
        """Names of models, asked for with this request."""
        self.ask(m.ListModels(request))
        return {row["name"] for row in json.loads(self.end(request).value) if row["installed"]}


def of(events: list[m.Event], kind: type, request: int | None = None) -> list[Any]:
    return [event for event in events if isinstance(event, kind) and request in (None, event.request)]


def window_of(engine: Engine) -> Connection:
    ours, theirs = Pipe()
    engine.loop.join(PipePeer(theirs, window=True))
    return ours


def name_photos(folder: Path) -> bytes:
    """Files that a FakeLibrary takes for photos of what their names say."""
    folder.mkdir()
    for name in ("dog.jpg", "dog on snow.jpg", "cat.jpg"):
        (folder / name).write_bytes(b"")
    return os.fsencode(folder)
