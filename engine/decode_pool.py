"""Worker processes around the decoder. A crash or a hang costs the one photo that caused it; the others go on."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType

from engine import decode_pool_worker
from engine.config import DECODE_TIMEOUT_S, ModelInput
from engine.decode_pool_clock import PhotoClock, worker_at
from engine.decode_pool_frames import unpack_outcome
from engine.decode_pool_outbox import Outbox, outbox
from engine.decode_pool_pixels import SharedPixels
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, DecodeTask, KnownPhoto, ReadWords, RenderedPhoto

# Photos a worker may be ahead: it goes on while the engine is busy with a batch. More only of those that take little
# time, because a picture that somebody wants to see now waits behind them.
LOOK_AHEAD, LOOK_FAR_AHEAD = 8, 32
LOOK_AHEAD_S = 0.15
START_TIMEOUT_S = 60.0  # a cold disk under load
START_TRIES = 5
END_GRACE_S = 0.05  # a worker that is dying anyway keeps its own exit status, which tells why
BACK_OFF_S = 0.1
BACK_OFF_LIMIT_S = 10.0
# a task must fit the pipe beside another without blocking, so beyond these the pool itself compares
HASHES_IN_TASK = 128
CPU_LIMIT_TIMES = 6
SPARE_SLOTS = 2  # an urgent task, and the answer that is being written
LARGEST_FRAME_BYTES = 2**30  # the largest rendition is far below


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    outbox: Outbox
    clock: PhotoClock
    pixels: SharedPixels | None
    ready: bool = False
    answers: int = 0
    tasks: deque[DecodeTask] = field(default_factory=deque)

    @property
    def depth(self) -> int:
        """How many photos it may have."""
        far = LOOK_FAR_AHEAD if self.pixels is None else self.pixels.slots - SPARE_SLOTS
        return max(LOOK_AHEAD, min(far, self.clock.photos_in(LOOK_AHEAD_S)))


class DecodePool:
    """Decodes photos in up to `workers` processes, started when there is work.

    `limit` may be changed at any time. A photo may take `timeout_s` of a processor, by the clock at most six times as
    long, and no longer than `timeout_s` where it only waits. `niceness` lowers their priority where the platform has
    one. Not for use from several threads.
    """

    def __init__(
        self, model_input: ModelInput, workers: int, *, timeout_s: float = DECODE_TIMEOUT_S, niceness: int = 0
    ) -> None:
        self._model_input = model_input
        self.limit = workers
        self._timeout_s = timeout_s
        self._niceness = niceness
        self._workers: list[_Worker] = []
        self._urgent: deque[DecodeTask] = deque()
        self._waiting: deque[DecodeTask] = deque()
        self._done: list[DecodeOutcome] = []
        self._failures_in_a_row = 0
        self._start_after = 0.0
        self.walls: str | None = None  # what keeps a decoder in; None before the first one has started

    def __enter__(self) -> DecodePool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def free(self) -> int:
        """How many more photos it takes before they would only wait here. Renditions are always taken."""
        queued = sum(not task.rendition_edge for worker in self._workers for task in worker.tasks)
        depths = [worker.depth for worker in self._workers[: self.limit]]
        room = sum(depths) + LOOK_AHEAD * (self.limit - len(depths))
        return max(0, room - queued - len(self._waiting))

    @property
    def pending(self) -> int:
        """Tasks submitted whose outcome has not been handed out."""
        in_flight = sum(len(worker.tasks) for worker in self._workers)
        return in_flight + len(self._waiting) + len(self._urgent) + len(self._done)

    def look_at_walls(self, patience_s: float = 10.0) -> str | None:
        """What keeps a decoder in; starts one where none has started yet. None where none would."""
        end = time.monotonic() + patience_s
        if self.walls is None and not self._workers:
            self._start()
        while self.walls is None and self._workers and time.monotonic() < end:
            self._step(0.2)
        return self.walls

    def connections(self) -> list[Connection]:
        """To be waited on together with others; `poll` when one is ready, or when `next_due_s` has passed."""
        return [worker.connection for worker in self._workers]

    def next_due_s(self) -> float | None:
        """Seconds until `poll` has something to do even if no connection speaks; None while nothing is pending."""
        if self._done:
            return 0.0
        now = time.monotonic()
        due = [worker.clock.deadline for worker in self._workers if worker.tasks]
        if (self._waiting or self._urgent) and len(self._workers) < self.limit:
            due.append(self._start_after)
        return max(0.0, min(due) - now) if due else None

    def submit(self, task: DecodeTask) -> None:
        """Takes a task; one with `rendition_edge` goes before all that wait."""
        (self._urgent if task.rendition_edge else self._waiting).append(task)
        self._feed()

    def poll(self, timeout_s: float = 0) -> list[DecodeOutcome]:
        """The outcomes so far, one for every task; waits up to `timeout_s` for the first."""
        end = time.monotonic() + timeout_s
        while True:
            self._step(max(0.0, end - time.monotonic()))
            if self._done or not self.pending or time.monotonic() >= end:
                done, self._done = self._done, []
                return done

    def close(self) -> None:
        """Ends all workers at once; they own nothing. What was pending has no outcome."""
        for worker in self._workers:
            self._end(worker)
        self._workers.clear()
        self._waiting.clear()
        self._urgent.clear()
        self._done.clear()

    def _step(self, timeout_s: float) -> None:
        self._let_go()
        self._feed()
        due = self._next_wait(timeout_s)
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection), due):
            self._hear(by_connection[connection])  # type: ignore[index]
        for worker in list(self._workers):
            if self._is_silent(worker):
                self._bury(worker, hung=True)
        self._feed()

    def _let_go(self) -> None:
        """Of those above the limit, who have nothing to do."""
        for worker in [worker for worker in self._workers[self.limit :] if not worker.tasks]:
            self._workers.remove(worker)
            self._end(worker)

    def _is_silent(self, worker: _Worker) -> bool:
        """Past its deadline, and not only because nobody listened: what it said meanwhile is heard first."""
        if not worker.tasks or time.monotonic() <= worker.clock.deadline:
            return False
        self._hear(worker)
        if worker not in self._workers or not worker.tasks or time.monotonic() <= worker.clock.deadline:
            return False
        return not (worker.ready and worker.clock.put_off(self._timeout_s))

    def _next_wait(self, timeout_s: float) -> float:
        due = self.next_due_s()
        return timeout_s if due is None else min(timeout_s, due)

    def _feed(self) -> None:
        while self._urgent or self._waiting:
            urgent = bool(self._urgent)
            worker = self._worker_for(urgent=urgent)
            if worker is None:
                return
            queue = self._urgent if urgent else self._waiting
            task = queue.popleft()
            try:
                worker.outbox.send(_slim(task))
            except OSError:
                queue.appendleft(task)
                self._bury(worker)
                continue
            if worker.ready and not worker.tasks:
                worker.clock.begin(self._timeout_s)
            worker.tasks.append(task)

    def _worker_for(self, *, urgent: bool) -> _Worker | None:
        """The least busy worker with room, or a new one rather than a queue."""
        best = min(self._workers[: self.limit], key=lambda worker: len(worker.tasks), default=None)
        if best is not None and not best.tasks:
            return best
        if len(self._workers) < self.limit and time.monotonic() >= self._start_after:
            return self._start()
        return best if best is not None and len(best.tasks) < best.depth + urgent else None

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        limits = {"niceness": self._niceness, "cpu_limit_s": CPU_LIMIT_TIMES * self._timeout_s}
        least, most = LOOK_AHEAD + SPARE_SLOTS, LOOK_FAR_AHEAD + SPARE_SLOTS
        pixels = SharedPixels.make(least, most, self._model_input.photo_bytes)
        process = context.Process(
            target=decode_pool_worker.run,
            args=(theirs, self._model_input, pixels),
            kwargs=limits,
            name="afterimage-decode",
            daemon=True,
        )
        try:
            with _ctrl_c_held_back():
                process.start()
        except BaseException:
            if pixels is not None:
                pixels.close()
            raise
        theirs.close()
        clock = PhotoClock(START_TIMEOUT_S, worker_at(process.pid or 0))
        worker = _Worker(process, ours, outbox(ours), clock, pixels)
        self._workers.append(worker)
        return worker

    def _hear(self, worker: _Worker) -> None:
        try:
            while worker.connection.poll():
                self._take(worker, worker.connection.recv_bytes(LARGEST_FRAME_BYTES))
        except (EOFError, OSError, ValueError, LookupError):  # it ended, or a photo has taken it over
            self._bury(worker)

    def _take(self, worker: _Worker, frame: bytes) -> None:
        worker.clock.begin(self._timeout_s)
        if not worker.ready:
            worker.ready = True
            self.walls = frame.removeprefix(decode_pool_worker.READY).decode().strip()
            return
        apart = partial(worker.pixels.take, worker.answers) if worker.pixels is not None else None
        worker.answers += 1
        outcome = unpack_outcome(frame, self._model_input, apart=apart)
        outcome = replace(outcome, photo_id=worker.tasks[0].photo_id)
        _require_answer(worker.tasks[0], outcome)
        task = worker.tasks.popleft()
        if isinstance(outcome, DecodedPhoto) and outcome.file_hash in task.known_hashes:
            outcome = KnownPhoto(outcome.photo_id, outcome.file_hash, outcome.size, outcome.mtime_ns)
        self._done.append(outcome)
        self._failures_in_a_row = 0

    def _bury(self, worker: _Worker, *, hung: bool = False) -> None:
        """Ends a dead or hung worker, blames the photo it was at, and puts the one behind it back in front."""
        self._workers.remove(worker)
        exit_code = self._end(worker)
        self._failures_in_a_row += 1
        delay_s = min(BACK_OFF_S * 2 ** (self._failures_in_a_row - 2), BACK_OFF_LIMIT_S)
        self._start_after = time.monotonic() + (delay_s if self._failures_in_a_row > 1 else 0.0)
        if worker.tasks and (worker.ready or self._failures_in_a_row >= START_TRIES):
            task = worker.tasks.popleft()
            reason = self._reason(exit_code, hung=hung) if worker.ready else "The decoder could not be started"
            self._done.append(DecodeFailure(task.photo_id, reason, "it is tried again, then left out", final=False))
        for task in reversed(worker.tasks):
            (self._urgent if task.rendition_edge else self._waiting).appendleft(task)

    def _reason(self, exit_code: int | None, *, hung: bool) -> str:
        if hung:
            return f"Decoding took longer than {self._timeout_s:g} s"
        if exit_code is not None and exit_code < 0:
            return f"The decoder crashed on this photo ({signal.Signals(-exit_code).name})"
        return f"The decoder crashed on this photo (exit status {exit_code})"

    def _end(self, worker: _Worker) -> int | None:
        worker.outbox.close()
        worker.connection.close()
        if worker.pixels is not None:
            worker.pixels.close()
        process = worker.process
        process.join(END_GRACE_S)
        if process.is_alive():
            process.kill()
        process.join()
        exit_code = process.exitcode
        process.close()
        return exit_code


def _require_answer(task: DecodeTask, outcome: DecodeOutcome) -> None:
    """Raises ValueError for an answer to another question."""
    rendered = isinstance(outcome, RenderedPhoto)
    if not isinstance(outcome, DecodeFailure) and rendered != bool(task.rendition_edge):
        raise ValueError("an answer to another question")
    if not isinstance(outcome, DecodeFailure) and isinstance(outcome, ReadWords) != task.words_only:
        raise ValueError("an answer to another question")
    if isinstance(outcome, KnownPhoto) and outcome.file_hash not in task.known_hashes:
        raise ValueError("a hash that nobody asked for")


def _slim(task: DecodeTask) -> DecodeTask:
    return task if len(task.known_hashes) <= HASHES_IN_TASK else replace(task, known_hashes=())


@contextlib.contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """A terminal sends Ctrl+C to every process. One that is born in the block never sees it, not even while its
    interpreter starts and cannot ignore it yet; this process gets it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # would unblock the signal when it is started by the first process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
