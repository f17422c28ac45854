"""Starts, feeds, hears and restarts the engine process."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from desktop_app.remedies import in_window
from desktop_app.translation import tr
from engine import frames, worker
from engine.errors import AfterimageError
from engine.messages import EngineReady, Event, Failed, Reply, Request, Shutdown

DEATHS_WINDOW_S = 60.0
DEATHS_ALLOWED = 3

Target = Callable[[Connection, bytes | None, str | None], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before the first, second, third restart, and for an engine that was asked to leave."""

    backoff_s: tuple[float, ...] = (0.2, 1.0, 3.0)
    stop_s: float = 5.0


GAVE_UP = (
    "The search engine ended %d times within a minute. Your photos and the library are safe. "
    "Start it again; if it keeps ending, close Afterimage and open it anew."
)


class _Writer(threading.Thread):
    """Hands frames over in their order. A busy engine reads when it can, and more than the pipe holds, as of a mark for
    200,000 photos, would make the window wait for it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(name="engine-writer", daemon=True)
        self._connection = connection
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()

    def put(self, frame: bytes | None) -> None:
        """None ends it, once everything before is handed over."""
        self._frames.put(frame)

    def run(self) -> None:
        for frame in iter(self._frames.get, None):
            with contextlib.suppress(OSError):  # it is dying: the reader notices, and every request is answered then
                self._connection.send_bytes(frame)


class EngineClient(QObject):
    """The window's end of the pipe. Every signal is emitted on the thread that this object lives in.

    Each request ends in exactly one Reply or Failed, also when the engine dies over it: Failed(error="EngineGone").
    `started` says that an engine is ready (again): whoever shows its state should ask for it now.
    """

    message = Signal(object)  # every event, decoded
    started = Signal()
    died = Signal(int)  # deaths within the last minute; a restart follows
    gave_up = Signal(str)  # one sentence with a remedy; `start` tries again

    _arrived = Signal(int, object)
    _ended = Signal(int)

    def __init__(
        self,
        library: bytes | None = None,
        *,
        model: str | None = None,
        target: Target = worker.run,
        patience: Patience | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._model = model
        self._target = target
        self._patience = patience or Patience()
        self._ids = itertools.count(1)
        self._deaths: deque[float] = deque()
        self._open_requests: set[int] = set()
        self._generation = 0  # events of an engine that is gone are told apart by it
        self._ready = False
        self._refusal = ""  # why the engine would not start at all
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._reader: threading.Thread | None = None
        self._writer: _Writer | None = None
        self._restart = QTimer(self, singleShot=True)
        self._restart.timeout.connect(self._spawn)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._bury, Qt.ConnectionType.QueuedConnection)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def next_id(self) -> int:
        """An id for the next request; never 0, never used twice."""
        return next(self._ids)

    @Slot()
    def start(self) -> None:
        """Starts the engine; does nothing while one runs. Forgets earlier deaths."""
        if self._process is None:
            self._deaths.clear()
            self._spawn()

    def send(self, request: Request) -> None:
        """Hands a request to the engine; without one, Failed(error="EngineGone") follows as `message`."""
        frame = frames.encode(request)
        if self._writer is None:
            QTimer.singleShot(0, self, lambda: self.message.emit(_gone(request.request)))
            return
        self._open_requests.add(request.request)
        self._writer.put(frame)

    @Slot()
    def stop(self) -> None:
        """Asks the engine to leave, waits for it a while, then ends it. No thread and no process stays behind."""
        self._restart.stop()
        atexit.unregister(self.stop)
        process, connection, reader, writer = self._process, self._connection, self._reader, self._writer
        self._process = self._connection = self._reader = self._writer = None
        self._generation += 1
        self._open_requests.clear()
        if process is None or connection is None or reader is None or writer is None:
            return
        writer.put(frames.encode(Shutdown(self.next_id())))
        writer.put(None)
        process.join(self._patience.stop_s)
        _end(process)
        writer.join()
        reader.join()
        connection.close()
        process.close()

    @Slot()
    def _spawn(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=self._target, args=(theirs, self._library, self._model), name="afterimage-engine", daemon=False
        )
        self._generation += 1
        self._ready, self._refusal = False, ""
        atexit.register(self.stop)  # multiprocessing would wait for it for ever
        self._process.start()
        theirs.close()  # so that its death is our EOF
        self._reader = threading.Thread(
            target=self._read, args=(self._connection, self._generation), name="engine-reader", daemon=True
        )
        self._reader.start()
        self._writer = _Writer(self._connection)
        self._writer.start()

    def _read(self, connection: Connection, generation: int) -> None:
        """The reader thread: until EOF, or a frame that is none (then the engine cannot be trusted further)."""
        try:
            while True:
                self._arrived.emit(generation, frames.decode(connection.recv_bytes(frames.MAX_FRAME_BYTES)))
        except (EOFError, OSError, ValueError):
            self._ended.emit(generation)

    @Slot(int, object)
    def _deliver(self, generation: int, event: Event) -> None:
        if generation != self._generation:
            return
        if isinstance(event, EngineReady) and not self._ready:
            self._ready = True
            self.started.emit()
        if isinstance(event, Failed) and event.request == 0 and not self._ready:
            remedy = in_window(event.remedy)
            self._refusal = AfterimageError(event.problem, path=event.path, remedy=remedy).sentence()
        if isinstance(event, Reply | Failed):
            self._open_requests.discard(event.request)
        self.message.emit(event)

    @Slot(int)
    def _bury(self, generation: int) -> None:
        if generation != self._generation or self._process is None or self._connection is None or self._writer is None:
            return
        self._process.join(0.1)
        _end(self._process)
        self._process.close()
        self._writer.put(None)
        self._writer.join()
        self._connection.close()
        self._process = self._connection = self._reader = self._writer = None
        atexit.unregister(self.stop)
        for request in sorted(self._open_requests):
            self.message.emit(_gone(request))
        self._open_requests.clear()
        self._judge()

    def _judge(self) -> None:
        """Start again, or say that it makes no sense."""
        if self._refusal:
            self.gave_up.emit(self._refusal)
            return
        now = time.monotonic()
        self._deaths.append(now)
        while now - self._deaths[0] > DEATHS_WINDOW_S:
            self._deaths.popleft()
        if len(self._deaths) >= DEATHS_ALLOWED:
            self.gave_up.emit(tr(GAVE_UP) % len(self._deaths))
            return
        self.died.emit(len(self._deaths))
        backoff_s = self._patience.backoff_s
        self._restart.start(round(1000 * backoff_s[min(len(self._deaths), len(backoff_s)) - 1]))


def _end(process: SpawnProcess) -> None:
    """Makes sure that a process is over: asked first, then not."""
    for end in (process.terminate, process.kill):
        if process.is_alive():
            end()
            process.join(1.0)


def _gone(request: int) -> Failed:
    return Failed(request, "EngineGone", "The search engine ended before it could answer", remedy="try again")
