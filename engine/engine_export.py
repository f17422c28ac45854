"""Exports that were asked for: each in a process of its own, so that a slow disk or share holds nobody up."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from multiprocessing import connection as mp
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine import frames
from engine import messages as m
from engine.engine_peer import Peer, failed
from engine.errors import AfterimageError, EngineGone, printable
from engine.export import Exporter, ExportItem, ExportPlan, told
from engine.offline import stay_offline

if TYPE_CHECKING:
    from engine.library import Library

STOPPED = "The export was stopped; copies that were finished are kept"
END_GRACE_S = 10.0
NICENESS = 5
TOLD_PROBLEMS = 100


class _Export:
    """Starts at once; nothing here ever blocks."""

    def __init__(self, request: int, plan: ExportPlan, items: Sequence[ExportItem]) -> None:
        self.finished = False
        self.request = request
        self._killed_s = float("inf")  # when patience with one that was stopped ends
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(theirs, request, plan, tuple(items)))
        self._process.start()
        theirs.close()

    @property
    def waitable(self) -> Connection | int:
        """Ready when it says something or, once it was stopped, when it has left."""
        return self._connection if self._killed_s == float("inf") else self._process.sentinel

    def receive(self) -> list[Any]:
        events = []
        while not self.finished and self._connection.poll():
            event = self._next()
            self.finished = not isinstance(event, m.ExportProgress)
            events.append(event)
        return events

    def _next(self) -> Any:
        try:
            return frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
        except (EOFError, OSError, ValueError):
            return failed(self.request, EngineGone("The export ended unexpectedly", remedy="begin it again"))

    def stop(self) -> None:
        """Asks it to leave. What it was writing is taken back on the way, which a slow disk may draw out."""
        self.finished = True
        self._killed_s = time.monotonic() + END_GRACE_S
        self._process.terminate()

    def has_left(self) -> bool:
        """After `stop`; one that takes too long is killed. True once, and then it is no more."""
        if self._process.is_alive():
            if time.monotonic() > self._killed_s:
                self._process.kill()
            return False
        self._process.close()
        self._connection.close()
        return True


class ExportCounter:
    """Owns the exports, each with the peer that wants it, and those that are leaving, each with whom to tell of it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._exports: list[tuple[_Export, Peer]] = []
        self._leaving: list[tuple[_Export, Peer | None]] = []

    @property
    def ending(self) -> bool:
        """Some were told to leave and have not left."""
        return bool(self._leaving)

    def take(self, peer: Peer, request: m.ExportRequest) -> None:
        """Begins or ends one. Raises UsageError."""
        if isinstance(request, m.StopExport):
            for export, owner in [each for each in self._exports if each[0].request == request.export]:
                if owner is peer:
                    self._stop(export, owner)
            peer.send(m.Reply(request.request))
            return
        plan = ExportPlan(request.folder, request.edge, request.quality, request.metadata, request.names)
        items = [*self._library.export_items(request.photo_ids), *map(ExportItem, request.paths)]
        self._exports.append((_Export(request.request, plan, items), peer))

    def connections(self) -> list[Connection | int]:
        return [export.waitable for export, _ in (*self._exports, *self._leaving)]

    def collect(self) -> None:
        """Passes on what they tell, and that a stopped one has left."""
        for export, peer in list(self._exports):
            for event in export.receive():
                peer.send(event)
            if export.finished:
                self._stop(export, peer, tell=False)
        for export, waiting in [each for each in self._leaving if each[0].has_left()]:
            self._leaving.remove((export, waiting))
            if waiting is not None and not waiting.gone:
                waiting.send(m.Failed(export.request, "Stopped", STOPPED, cancelled=True))

    def drop(self, peer: Peer) -> None:
        """Nobody waits any more."""
        for export, owner in [each for each in self._exports if each[1] is peer]:
            self._stop(export, owner)

    def close(self) -> None:
        """Stops all, and waits until they have left."""
        for export, peer in list(self._exports):
            self._stop(export, peer)
        deadline = time.monotonic() + 2 * END_GRACE_S
        while self._leaving and time.monotonic() < deadline:
            mp.wait(self.connections(), END_GRACE_S / 10)
            self.collect()

    def _stop(self, export: _Export, peer: Peer, *, tell: bool = True) -> None:
        export.stop()
        self._exports.remove((export, peer))
        self._leaving.append((export, peer if tell else None))


def _run(connection: Connection, request: int, plan: ExportPlan, items: tuple[ExportItem, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who waits, and ends us then
    signal.signal(signal.SIGTERM, _leave)
    stay_offline()
    event: Any
    try:
        event = m.Reply(request, json.dumps(_work(connection, request, plan, items)))
    except AfterimageError as error:
        event = failed(request, error)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        event = failed(request, None)
    _send(connection, event)


def _work(connection: Connection, request: int, plan: ExportPlan, items: tuple[ExportItem, ...]) -> dict[str, Any]:
    problems: list[tuple[str, str]] = []
    written = 0
    _send(connection, m.ExportProgress(request, 0, len(items)))
    with Exporter(plan, workers=max(1, (os.cpu_count() or 2) // 2), niceness=NICENESS) as exporter:
        for done, exported in enumerate(exporter.run(items), start=1):
            written += bool(exported.copy)
            if exported.problem and len(problems) < TOLD_PROBLEMS:
                problems.append(told(exported))
            _send(connection, m.ExportProgress(request, done, len(items)))
    return {"written": written, "folder": printable(plan.folder), "problems": problems}


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)  # so that whatever is half written is taken back on the way


def _send(connection: Connection, event: Any) -> None:
    try:
        connection.send_bytes(frames.encode(event))
    except OSError:
        raise SystemExit(0) from None  # the engine is gone
