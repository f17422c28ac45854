"""`afterimage index FOLDER...`: scan, encode, and say how far it is."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from engine.config import WATCH_RESCAN_S
from engine.engine_session import Session, open_session
from engine.errors import printable
from engine.folder_access import require_readable
from engine.locations import Locations
from engine.messages import (
    FolderList,
    Index,
    IndexProgress,
    ListFolders,
    ListProblems,
    PrepareProgress,
    ProblemList,
    Reply,
    SayMissing,
)
from engine.photo import Problem

PLAIN_LINE_S = 5.0
LISTED_PROBLEMS = 20
INTERRUPTED_BY = 128  # and the signal's number
GOES_ON = "Stopped waiting. The Afterimage that is open goes on with it."

NONE_FOUND = (
    "No photo was found there. JPEG, PNG, WebP, GIF, TIFF, BMP and AVIF are read; HEIC, raw and JPEG XL by extras."
)

Show = Callable[[IndexProgress | PrepareProgress], None]


@dataclass(frozen=True, slots=True)
class _Round:
    """What one Index request came to; `forgotten` photos were passed over."""

    progress: IndexProgress
    problems: list[Problem]
    forgotten: int
    seconds: float

    @property
    def counts(self) -> tuple[int, ...]:
        return self.progress.ready, self.progress.missing, len(self.problems)


def index(arguments: Namespace) -> int:
    """0 when scan and queue are done, whatever became of single photos. Raises FolderUnreachable and what stops it."""
    folders = tuple(require_readable(folder) for folder in arguments.folders)
    with open_session(Locations.at(arguments.library), serve=True, device=arguments.device) as session:
        for folder in folders if arguments.deleted else ():
            list(session.ask(SayMissing(1, folder, deleted=True)))
        try:
            for summary in summaries(session, folders, rescan_s=WATCH_RESCAN_S if arguments.watch else None):
                print(summary, flush=True)
        except KeyboardInterrupt as interrupt:
            if not session.goes_on:
                raise
            print(GOES_ON, file=sys.stderr)
            return INTERRUPTED_BY + (interrupt.args[0] if interrupt.args else signal.SIGINT)
    return 0


def summaries(session: Session, folders: tuple[bytes, ...], *, rescan_s: float | None) -> Iterator[str]:
    """A sentence when scan and queue are done. With `rescan_s` it rests that long, looks again, and has another
    sentence whenever something changed, without an end."""
    request, before, told = 1, session.greeting.photos, None
    while True:
        round_ = _index_once(session, folders, request)
        if round_.counts != told:
            _list_problems(round_.problems)
            _list_doubts(session, folders, request + 2)
            if not any(round_.counts):
                print(NONE_FOUND, file=sys.stderr)
            yield _summary(round_, before)
        if rescan_s is None:
            return
        before, told = round_.progress.ready, round_.counts
        session.rest(rescan_s)
        request += 3


def _index_once(session: Session, folders: tuple[bytes, ...], request: int) -> _Round:
    """One Index request, and one for what could not be read."""
    started = time.monotonic()
    progress: IndexProgress | None = None
    forgotten = 0
    with _display() as show:
        for event in session.ask(Index(request, folders)):
            if isinstance(event, IndexProgress):
                progress = event
            if isinstance(event, IndexProgress | PrepareProgress):
                show(event)
            elif isinstance(event, Reply):
                forgotten = int(event.value or 0)
    if progress is None:
        raise AssertionError("an engine tells its progress before it replies")
    return _Round(progress, _problems(session, folders, request + 1), forgotten, time.monotonic() - started)


def _problems(session: Session, folders: Sequence[bytes], request: int) -> list[Problem]:
    """What could not be read below these folders."""
    return [
        problem
        for event in session.ask(ListProblems(request))
        if isinstance(event, ProblemList)
        for problem in event.problems
        if any(os.path.join(problem.path, b"").startswith(os.path.join(folder, b"")) for folder in folders)
    ]


def _list_problems(problems: Sequence[Problem]) -> None:
    for problem in problems[:LISTED_PROBLEMS]:
        remedy = f" ({problem.remedy})" if problem.remedy else ""
        print(f"not readable: {printable(problem.path)}: {problem.reason}{remedy}", file=sys.stderr)
    if len(problems) > LISTED_PROBLEMS:
        print(f"and {len(problems) - LISTED_PROBLEMS} more; see: afterimage doctor", file=sys.stderr)


def _list_doubts(session: Session, folders: Sequence[bytes], request: int) -> None:
    for event in session.ask(ListFolders(request)):
        for folder in event.folders if isinstance(event, FolderList) else ():
            if folder.in_doubt and folder.path in folders:
                name, remedy = printable(folder.path), "put them back, or run it with --deleted"
                print(f"{folder.in_doubt:,} photos of {name} are not where they were and stay searchable; {remedy}",
                      file=sys.stderr)  # fmt: skip


def _summary(round_: _Round, before: int) -> str:
    last, seconds = round_.progress, round_.seconds
    new = max(last.ready - before, 0)
    counted = (len(round_.problems), "unreadable"), (last.missing, "missing"), (round_.forgotten, "forgotten earlier")
    notes = [f"{new:,} new", *(f"{count:,} {what}" for count, what in counted if count)]
    pace = f", {new / seconds:.1f} photos/s" if new and seconds > 0 else ""
    plural = "photo" if last.ready == 1 else "photos"
    return f"{last.ready:,} {plural} searchable ({', '.join(notes)}) in {seconds:.1f} s{pace}"


@contextmanager
def _display() -> Iterator[Show]:
    """A bar on a terminal, now and then a line elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Looking", total=None, pace="")

        def show(now: IndexProgress | PrepareProgress) -> None:
            if _told(now):
                done, total = _counts(now)
                bar.update(task, description=_doing(now), completed=done, total=total, pace=_pace(now))

        yield show


class _Lines:
    """For logs: a line every PLAIN_LINE_S seconds."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PLAIN_LINE_S

    def __call__(self, now: IndexProgress | PrepareProgress) -> None:
        if time.monotonic() < self._next or not _told(now):
            return
        self._next = time.monotonic() + PLAIN_LINE_S
        done, total = _counts(now)
        print(f"{_doing(now)}: {done:,} of {total:,} photos {_pace(now)}".rstrip(), file=sys.stderr, flush=True)


def _told(now: IndexProgress | PrepareProgress) -> bool:
    """While a model is prepared there is nothing else to tell."""
    return bool(now.total) if isinstance(now, PrepareProgress) else now.active


def _counts(now: IndexProgress | PrepareProgress) -> tuple[int, int]:
    if isinstance(now, PrepareProgress):
        return now.done, now.total
    done = now.ready + now.unreadable
    return done, done + now.pending


def _doing(now: IndexProgress | PrepareProgress) -> str:
    if isinstance(now, PrepareProgress):
        return f"Preparing {now.name}"
    return "Looking" if now.scanning and not now.pending else "Indexing"


def _pace(now: IndexProgress | PrepareProgress) -> str:
    rate = f"{now.rate:.1f} photos/s" if now.rate else ""
    return f"{rate}, {plain_duration(now.seconds_left)} left" if rate and now.seconds_left is not None else rate


def plain_duration(seconds: float) -> str:
    """For people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
