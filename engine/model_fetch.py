"""A model on its way from a hub into a library: a process with the network fetches and verifies its files, then one
without makes a model of them. Both can be killed at any moment; the next run goes on."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from engine import errors, frames
from engine.download import Fetched, Order, allow_network, fetch
from engine.download_progress import Progress
from engine.engine_peer import failed
from engine.errors import AfterimageError, DiskFull, DownloadFailed
from engine.messages import Event, Failed, FetchProgress, FetchStage, Reply
from engine.offline import stay_offline
from engine.presets import Pin, Preset, Presets, check_name

HUB = "https://huggingface.co"
KEPT = "what was fetched is kept; run the same command again"


def wanted(presets: Presets, name: str, *, own_name: str | None = None) -> Preset:
    """A model of the list, or OWNER/REPOSITORY of a hub, which is then called `own_name` or as the repository is.
    Raises ModelMissing, UsageError."""
    if "/" not in name:
        return presets.get(name)
    called = check_name(own_name or name.rpartition("/")[2])
    known = presets.all().get(called)
    if known is not None and known.repository not in (None, name):
        remedy = f"give it another --name, or: afterimage models download {called}"
        raise errors.UsageError(f"{called!r} is the name of another model", remedy=remedy)
    facts: dict[str, Any] = {"title": name, "repository": name}
    return Preset(called, facts, presets.folder(called) is not None)


def server_of(mirror: str | None = None) -> str:
    """Where a download comes from."""
    return (mirror or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def order_of(presets: Presets, preset: Preset, *, mirror: str | None = None) -> Order:
    """What is to be fetched for a preset, from `mirror`, HF_ENDPOINT or the hub. Raises DownloadFailed where the list
    names no place to fetch it from, UsageError for an address that is none, ModelMissing where this build could not
    serve what comes."""
    preset.require_parts()
    endpoint = server_of(mirror)
    if not endpoint.startswith(("https://", "http://")):
        raise errors.UsageError(f"{endpoint!r:.200} is no address of a server", remedy="begin it with https://")
    if preset.repository is None:
        raise DownloadFailed(f"{preset.name} is nowhere to be fetched from", remedy="afterimage models import DIR")
    pin = presets.pin(preset.name)
    pinned = pin is not None and pin.source == preset.repository
    return Order(
        preset.name,
        preset.repository,
        pin.files if pin is not None and pinned else preset.files,
        os.fsencode(presets.staging(preset.name)),
        endpoint,
        commit=pin.commit if pin is not None and pinned else preset.commit,
        agreed_bytes=preset.facts.get("download_bytes"),
    )


class ModelFetch:
    """Starts at once. `receive` never blocks and has FetchProgress, then one Reply or Failed, all with the id
    `request`; `connection` says when there is something. Use it in a `with`: leaving early is a pause."""

    def __init__(self, order: Order, presets: Presets, *, request: int = 1) -> None:
        self.finished = False
        self._order = order
        self._presets = presets
        self._request = request
        self._installing = False
        self._start(_run_fetch, order)

    @property
    def connection(self) -> Connection:
        return self._connection

    @property
    def pid(self) -> int:
        """Of the process at work."""
        return self._process.pid or 0

    def receive(self) -> list[Event]:
        """What has arrived."""
        events: list[Event] = []
        while not self.finished and self._connection.poll():
            event = self._next()
            if isinstance(event, Reply) and not self._installing:
                self._stop()
                self._installing = True
                self._start(_run_install, self._order, self._presets)
                continue
            self.finished = isinstance(event, Reply | Failed)
            events.append(event)
        return events

    def events(self) -> Iterator[FetchProgress]:
        """Blocks until the model is installed. Raises what went wrong."""
        while not self.finished:
            self._connection.poll(None)
            for event in self.receive():
                if isinstance(event, FetchProgress):
                    yield event
                elif isinstance(event, Failed):
                    raise _known(event)

    def pause(self) -> None:
        """What was fetched is kept; another ModelFetch goes on with it."""
        self.finished = True
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.pause()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=target, args=(theirs, self._request, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self._connection.close()

    def _next(self) -> Any:
        try:
            return frames.decode(self._connection.recv_bytes(frames.MAX_FRAME_BYTES))
        except (EOFError, OSError, ValueError):
            problem = f"The download of {self._order.name} ended unexpectedly"
            return failed(self._request, DownloadFailed(problem, remedy=KEPT))


def _run_fetch(connection: Connection, request: int, order: Order) -> None:
    """The process with the network."""
    _begin()
    allow_network(order.endpoint)

    def work() -> None:
        fetch(order, Progress(lambda event: _send(connection, event), request=request, name=order.name))

    _answer(connection, request, work)


def _run_install(connection: Connection, request: int, order: Order, presets: Presets) -> None:
    """The process that reads what was fetched, and has no network."""
    _begin()
    stay_offline()
    from engine.preset_install import install, look_at

    def work() -> None:
        _send(connection, FetchProgress(request, order.name, FetchStage.INSTALLING))
        staged = presets.staging(order.name)
        plan = Fetched.from_json((staged / "plan.json").read_bytes())
        origin = Pin(plan.repository, plan.commit, plan.files, "", order.endpoint)
        install(presets, order.name, look_at(staged), origin=origin, spare_bytes=order.spare_bytes)
        _clear(staged)

    _answer(connection, request, work)


def _begin() -> None:
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who waits, and ends us then


def _answer(connection: Connection, request: int, work: Callable[[], None]) -> None:
    try:
        work()
        event: Event = Reply(request)
    except AfterimageError as error:
        event = failed(request, error)
    except OSError as error:  # the disk's own refusals; the network's have been told by their names
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        kind, reason = (DiskFull, "The disk is full") if full else (AfterimageError, error.strerror or str(error))
        remedy = "check the free space and the permissions, then run the same command"
        event = failed(request, kind(reason, path=error.filename, remedy=remedy))
    except Exception:
        traceback.print_exc(file=sys.stderr)
        event = failed(request, None)
    _send(connection, event)


def _send(connection: Connection, event: Event) -> None:
    """Whoever waits for us is gone where it cannot be told: there is nothing left to do then."""
    try:
        connection.send_bytes(frames.encode(event))
    except OSError:
        os._exit(0)


def _clear(staged: Path) -> None:
    import shutil

    shutil.rmtree(staged, ignore_errors=True)


def _known(event: Failed) -> AfterimageError:
    kind = getattr(errors, event.error, AfterimageError)
    error: AfterimageError = kind(event.problem, path=event.path, remedy=event.remedy)
    error.exit_status = event.status
    return error
