"""A model from this disk, looked at or taken in by a process of its own: its files may be large and are not trusted."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from engine import frames
from engine import messages as m
from engine.engine_peer import failed
from engine.errors import AfterimageError, EngineGone, ModelAltered
from engine.offline import stay_offline
from engine.presets import Presets, check_name

TAKES_A_MOMENT = 50_000_000  # bytes
TELL_S = 0.2
ODD = re.compile(r"[^A-Za-z0-9._-]+")  # what the name of a folder may hold and that of a model may not


class ModelIntake:
    """Starts at once. `receive` never blocks and has FetchProgress where there is much to read, then one Reply or
    Failed; `connection` says when. A process that is stopped leaves the model installed or not, never half of it."""

    def __init__(self, request: m.LookAtModel | m.ImportModel, presets: Presets) -> None:
        self.finished = False
        self._request = request.request
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(theirs, request, presets), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def connection(self) -> Connection:
        return self._connection

    def receive(self) -> list[m.FetchProgress | m.Reply | m.Failed]:
        """What has arrived."""
        events: list[m.FetchProgress | m.Reply | m.Failed] = []
        while not self.finished and self._connection.poll():
            event = self._next()
            self.finished = not isinstance(event, m.FetchProgress)
            events.append(event)
        return events

    def _next(self) -> m.FetchProgress | m.Reply | m.Failed:
        try:
            event = frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
            if isinstance(event, m.FetchProgress | m.Reply | m.Failed):
                return event
        except (EOFError, OSError, ValueError):
            pass  # told below: nobody knows what it would have said
        return failed(self._request, EngineGone("The look at the model ended unexpectedly", remedy="try again"))

    def stop(self) -> None:
        self.finished = True
        self._process.terminate()
        self._process.join()
        self._connection.close()


def _run(connection: Connection, request: m.LookAtModel | m.ImportModel, presets: Presets) -> None:
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the engine, which ends us
    stay_offline()
    event: m.Reply | m.Failed
    try:
        tell = _Teller(connection, request)
        value = _look(request, tell) if isinstance(request, m.LookAtModel) else _take_in(request, presets, tell)
        event = m.Reply(request.request, value)
    except AfterimageError as error:
        event = failed(request.request, error)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        event = failed(request.request, None)
    _send(connection, event)


class _Teller:
    """How far the reading is, now and then, where it takes more than a moment."""

    def __init__(self, connection: Connection, request: m.LookAtModel | m.ImportModel) -> None:
        self._connection = connection
        self._request = request.request
        self._name = request.name if isinstance(request, m.ImportModel) else ""
        self._next_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if total >= TAKES_A_MOMENT and (now >= self._next_s or done == total):
            self._next_s = now + TELL_S
            self._tell(m.FetchStage.VERIFYING, done, total)

    def installing(self) -> None:
        self._tell(m.FetchStage.INSTALLING, 0, 0)

    def _tell(self, stage: m.FetchStage, done: int, total: int) -> None:
        _send(self._connection, m.FetchProgress(self._request, self._name, stage, done, total))


def _send(connection: Connection, event: m.Event) -> None:
    try:
        connection.send_bytes(frames.encode(event))
    except OSError:
        os._exit(0)  # nobody waits any more


def _look(request: m.LookAtModel, tell: _Teller) -> str:
    from engine.preset_install import look_at

    source = look_at(Path(os.fsdecode(request.path)), tell)
    name = check_name(ODD.sub("-", source.folder.name).strip("-._"))
    found = {"name": name, "weights": source.weights, "bytes": source.size, "sha256": source.sha256}
    return json.dumps({**found, "kind": source.kind or "search"})


def _take_in(request: m.ImportModel, presets: Presets, tell: _Teller) -> str:
    from engine.preset_install import install, look_at

    name, path = check_name(request.name), Path(os.fsdecode(request.path))
    source = look_at(path, tell)
    if source.sha256 != request.sha256:
        weights = os.fsencode(source.folder / source.weights)
        raise ModelAltered("the weights have changed since they were confirmed", path=weights, remedy="look at them")
    tell.installing()
    install(presets, name, source)
    return name
