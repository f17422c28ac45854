"""Processes killed with SIGKILL at random moments: while they scan, decode, commit, save an index, change a schema."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlite_utils import Database

from engine.catalog import Catalog
from engine.catalog_file import CatalogFile
from engine.migrations import catalog_migrations
from engine.vector_index import VectorIndex
from tests.torture.scenario import (
    Figures,
    fingerprints,
    open_library,
    paint_photos,
    percentile,
    settle,
    states,
    untouched,
    whole,
)

PHOTOS = 400
OLD_ROWS = 5_000
LABELS = 20_000
MODULES = ["tests.torture.kills", "tests.torture.habits"]


class Victim:
    """A process of its own that works until it is killed; what it says on its pipe counts as acknowledged."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("forkserver")  # a new one each time would import for a second
        context.set_forkserver_preload(MODULES)
        self._ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=work, args=(theirs, *arguments))
        self._process.start()
        theirs.close()
        self.said: list[Any] = []

    def hear(self, seconds: float) -> None:
        """Everything that it says within this time, or until it ends."""
        deadline = time.monotonic() + seconds
        try:
            while self._ours.poll(max(deadline - time.monotonic(), 0.0)):
                self.said.append(self._ours.recv())
        except EOFError:
            return

    def wait_for_word(self) -> None:
        self.said.append(self._ours.recv())

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def leave(self, within_s: float) -> int | None:
        """Asks it to end; its exit status, None where it does not."""
        self._process.terminate()
        self._process.join(within_s)
        return self._process.exitcode

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # it was done already
            os.kill(self._process.pid or 0, signal.SIGKILL)
        self._process.join()
        self.hear(0.0)  # what was said before counts, also when it was not read yet
        self._ours.close()


def index_for_ever(mouth: Connection, library: str, photos: str) -> None:
    """Says how many photos are searchable whenever that changes, and edits tags and marks meanwhile."""
    with open_library(Path(library)) as opened:
        mouth.send(("ready", opened.progress().ready))
        opened.add_folder(os.fsencode(photos))
        last, edits = -1, 0
        while True:
            more = opened.step(0.02)
            ready = opened.progress().ready
            if ready != last:
                last = ready
                mouth.send(("ready", ready))
                paths = [os.fsencode(path) for path in sorted(Path(photos).iterdir())[:5]]
                outcome = opened.tags.change((), paths, add=[f"trip/{os.getpid()}-{edits}"], remove=())
                if outcome.edit is not None:
                    mouth.send(("tag", f"trip/{os.getpid()}-{edits}"))
                    edits += 1
            if not more and opened.idle:
                opened.request_scan()


def index_until_asked_to_leave(mouth: Connection, library: str, photos: str) -> None:
    """Ends as the command line does: between two steps, and with everything closed."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    with open_library(Path(library)) as opened:
        opened.add_folder(os.fsencode(photos))
        mouth.send(opened.progress().ready)
        while not asked:
            if not opened.step(0.02) and opened.idle:
                opened.request_scan()


def save_for_ever(mouth: Connection, folder: str, dimension: int, seed: int) -> None:
    """Exchanges vectors and saves, again and again; says how many are in what was saved last."""
    numbers = np.random.default_rng(seed)
    index = VectorIndex(os.fsencode(folder), dimension)
    index.open(np.arange(LABELS))
    mouth.send(len(index))
    while True:
        new = numbers.integers(0, LABELS, 500)
        index.add(np.unique(new), unit_rows(np.unique(new), dimension))
        index.save()
        mouth.send(len(index))


def migrate(mouth: Connection, catalog: str) -> None:
    mouth.send("begins")
    CatalogFile(os.fsencode(catalog)).close()
    mouth.send("done")


def unit_rows(ids: np.ndarray, dimension: int) -> np.ndarray:
    """A vector for each id, always the same one."""
    rows = np.sin(np.outer(ids % 9973 + 1, np.arange(1, dimension + 1)))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def while_indexing(folder: Path, full: bool) -> Figures:
    """A1, A2, A3, A4: nothing that was searchable is lost, no tag either, and search is back in a moment."""
    kills = 120 if full else 8
    moments = random.Random(1)
    photos = folder / "photos"
    paint_photos(photos, PHOTOS)
    before = fingerprints(photos)
    acknowledged, tags, lost, again_s = 0, set[str](), 0, []
    library = folder / "library"
    for number in range(kills):
        if number % 10 == 0:  # from the beginning, scan and first commit too
            shutil.rmtree(library, ignore_errors=True)
            acknowledged, tags = 0, set()
        victim = Victim(index_for_ever, str(library), str(photos))
        victim.wait_for_word()
        victim.hear(moments.choice((0.05, 0.3, 0.8, 1.5)) * moments.random())
        victim.kill()
        acknowledged = max([acknowledged, *(value for what, value in victim.said if what == "ready")])
        tags |= {value for what, value in victim.said if what == "tag"}
        started = time.monotonic()
        with open_library(library) as opened:
            assert opened.doctor()["database"]["integrity"] == "ok"
            again_s.append(time.monotonic() - started)
            lost += max(acknowledged - opened.progress().ready, 0)
            gone = tags - {name for name, _ in opened.tags.all()}
            assert not gone, f"tags that were acknowledged are gone: {gone}"
            acknowledged = max(acknowledged, opened.progress().ready)
    assert lost == 0, f"{lost} photos that were searchable are gone"
    with open_library(library) as opened:
        opened.add_folder(os.fsencode(photos))
        settle(opened)
        whole(opened, PHOTOS)
        assert states(opened)["unreadable"] == 0, "kills put photos in quarantine"
    untouched(before, photos)
    return {"kills": kills, "lost": lost, "open_and_check_s": {"p50": percentile(again_s, 0.5), "max": max(again_s)}}


def while_saving(folder: Path, full: bool) -> Figures:
    """A1, A7: an index is the one before or the one after, and always right."""
    kills, dimension = (50, 64) if full else (8, 16)
    moments = random.Random(2)
    numbers = []
    for number in range(kills):
        victim = Victim(save_for_ever, str(folder / "index"), dimension, number)
        victim.wait_for_word()
        victim.hear(0.3 * moments.random())
        victim.kill()
        index = VectorIndex(os.fsencode(folder / "index"), dimension)
        index.open(np.arange(LABELS))
        assert index.verified, "a torn save counts"
        assert len(index) >= victim.said[-1] or len(victim.said) == 1, "a save that was told of is gone"
        chosen = np.arange(0, LABELS, 37)
        vectors = index.vectors_of(chosen)
        there = np.abs(vectors).sum(1) > 0
        if there.any():
            assert np.allclose(vectors[there], unit_rows(chosen[there], dimension), atol=2e-3), "wrong vectors"
        numbers.append(len(index))
    return {"kills": kills, "torn": 0, "vectors_at_the_end": numbers[-1]}


def old_catalog(path: Path, rows: int) -> None:
    """A catalog of the first schema with photos, contents and embeddings in it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        catalog_migrations.apply(Database(connection), stop_before=second_step())
        connection.execute("BEGIN")
        connection.execute("INSERT INTO folders (path) VALUES (?)", [b"/photos"])
        connection.execute("INSERT INTO models (id, model_id) VALUES (1, 'fake')")
        for number in range(1, rows + 1):
            connection.execute("INSERT INTO contents VALUES (?, ?, 0)", [number, number.to_bytes(32)])
            connection.execute("INSERT INTO embeddings VALUES (?, 1, ?, ?)", [number, bytes(16), 0xECBB4B55])
            connection.execute(
                """INSERT INTO photos (folder_id, path, state, size, mtime_ns, due_ns, added_ns, file_hash, content_id)
                VALUES (1, ?, 'ready', 1, 1, 1, 1, ?, ?)""",
                [b"/photos/%d.jpg" % number, number.to_bytes(32), number],
            )
        connection.execute("COMMIT")


def second_step() -> str:
    return catalog_migrations.pending(Database(memory=True))[1].name


def while_migrating(folder: Path, full: bool) -> Figures:
    """A1, A10: a schema is the old or the new one, with every row."""
    kills, rows = (30, OLD_ROWS) if full else (4, 800)
    fixture = folder / "old.db"
    old_catalog(fixture, rows)
    cut = 0
    for number in range(kills):
        path = folder / str(number) / "catalog.db"
        path.parent.mkdir()
        shutil.copy(fixture, path)
        victim = Victim(migrate, str(path))
        victim.wait_for_word()
        victim.hear((number + 0.5) / kills * (1.0 if full else 0.5))
        victim.kill()
        cut += "done" not in victim.said
        catalog = Catalog(os.fsencode(path))
        try:
            assert catalog.integrity() == "ok"
            assert catalog.contents_count() == sum(catalog.counts().values()) == rows
        finally:
            catalog.close()
        if "done" not in victim.said:
            continue
        copies = [name for name in os.listdir(path.parent) if ".before-" in name and not name.endswith(".tmp")]
        assert copies, "no copy was made before the schema changed"
    return {"kills": kills, "cut_before_the_end": cut, "lost": 0}
