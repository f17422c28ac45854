"""A model from this disk, looked at or taken in by a process of its own: its files may be large and are not trusted."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from engine import frames
from engine import messages as m
from engine.engine_peer import failed
from engine.errors import AfterimageError, EngineGone, ModelAltered
from engine.presets import Presets, check_name

ODD = re.compile(r"[^A-Za-z0-9._-]+")  # what the name of a folder may hold and that of a model may not


class ModelIntake:
    """Starts at once. `receive` never blocks and has one Reply or Failed in the end; `connection` says when. A process
    that is stopped leaves the model installed or not, never half of it."""

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

    def receive(self) -> list[m.Reply | m.Failed]:
        """What has arrived."""
        if self.finished or not self._connection.poll():
            return []
        self.finished = True
        try:
            event = frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
        except (EOFError, OSError, ValueError):
            error = EngineGone("The look at the model ended unexpectedly", remedy="try again")
            return [failed(self._request, error)]
        return [event] if isinstance(event, m.Reply | m.Failed) else []

    def stop(self) -> None:
        self.finished = True
        self._process.terminate()
        self._process.join()
        self._connection.close()


def _run(connection: Connection, request: m.LookAtModel | m.ImportModel, presets: Presets) -> None:
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the engine, which ends us
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")  # before anything that could look for a network
    event: m.Reply | m.Failed
    try:
        value = _look(request) if isinstance(request, m.LookAtModel) else _take_in(request, presets)
        event = m.Reply(request.request, value)
    except AfterimageError as error:
        event = failed(request.request, error)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        event = failed(request.request, None)
    try:
        connection.send_bytes(frames.encode(event))
    except OSError:
        os._exit(0)  # nobody waits any more


def _look(request: m.LookAtModel) -> str:
    from engine.preset_install import look_at

    source = look_at(Path(os.fsdecode(request.path)))
    name = check_name(ODD.sub("-", source.folder.name).strip("-._"))
    return json.dumps({"name": name, "weights": source.weights, "bytes": source.size, "sha256": source.sha256})


def _take_in(request: m.ImportModel, presets: Presets) -> str:
    from engine.preset_install import install, look_at

    name, path = check_name(request.name), Path(os.fsdecode(request.path))
    source = look_at(path)
    if source.sha256 != request.sha256:
        weights = os.fsencode(source.folder / source.weights)
        raise ModelAltered("the weights have changed since they were confirmed", path=weights, remedy="look at them")
    install(presets, name, source)
    return name
