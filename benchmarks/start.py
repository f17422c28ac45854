"""From the start of the process to the first painted window, and to an engine that can search.

`python -m benchmarks.start [PHOTOS] [--size 100000] [--rounds 3] [--json]`; without a screen QT_QPA_PLATFORM=offscreen.

The library holds so many photos, mixed from those in PHOTOS. Memory and processor time are
those of the window's process and of the engine's, once it can search.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import psutil
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.photos import add_photos, photos_in
from benchmarks.report import json_of, show
from desktop_app import app as desktop
from engine.messages import EngineReady

LIMIT_MS = 60_000
FOREIGN = ("torch", "numpy", "hnswlib", "sqlite_utils")


class _Witness(QObject):
    """Notes the first paint of the window and the engine's greetings."""

    def __init__(self, born: float, window: desktop.AppWindow) -> None:
        super().__init__()
        self.seen: dict[str, Any] = {}
        self._born = born
        self._window = window
        window.window.installEventFilter(self)
        window.client.message.connect(self._hear)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and "painted_s" not in self.seen:
            self.seen["painted_s"] = round(time.time() - self._born, 3)
            self.seen["painted_cpu_s"] = round(time.process_time(), 3)
            self.seen["foreign_modules"] = [name for name in FOREIGN if name in sys.modules]
        return False

    def _hear(self, event: object) -> None:
        if isinstance(event, EngineReady):
            self.seen["search_ready_s" if event.model_loaded else "browse_ready_s"] = round(time.time() - self._born, 3)
            if event.model_loaded:
                self.seen |= _processes()
                QApplication.quit()


def _one_start(born: float, library: str) -> dict[str, Any]:
    app = desktop.application()
    window = desktop.AppWindow(app, desktop.Options(library=library.encode()), desktop.EngineClient)
    witness = _Witness(born, window)
    window.show()
    QTimer.singleShot(LIMIT_MS, app.quit)
    app.exec()
    window.close()
    return witness.seen


def _processes() -> dict[str, Any]:
    """Of the window and of the largest process that it has started."""
    us = psutil.Process()
    engine = max(us.children(recursive=True), key=lambda process: process.memory_info().rss)
    memory_mb = {"window": _mb(us.memory_info().rss), "engine": _mb(engine.memory_info().rss)}
    return {"engine_cpu_s": round(sum(engine.cpu_times()[:2]), 2), "memory_mb": memory_mb}


def _mb(size: int) -> float:
    return round(size / 2**20, 1)


@contextlib.contextmanager
def _library(photos_dir: str, size: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as library:
        if size:
            # In a process of its own: what it imports the window's start is not to find loaded.
            json_of(["-m", "benchmarks.synthetic_library", library, str(size), photos_dir])
        yield library


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    add_photos(parser)
    parser.add_argument("--size", type=int, default=100_000, help="photos in the library; 0: an empty one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one-start", type=float, metavar="BORN", help=argparse.SUPPRESS)
    parser.add_argument("--library", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.one_start is not None:
        print(json.dumps(_one_start(given.one_start, given.library)))
        return 0
    with _library(photos_in(given), given.size) as library:
        _in_a_process(library)  # the disk's cache, and Python's
        rounds = [_in_a_process(library) for _ in range(given.rounds)]
    moments = ("painted_s", "painted_cpu_s", "browse_ready_s", "search_ready_s", "engine_cpu_s")
    report: dict[str, Any] = {"photos": given.size}
    report |= {key: round(statistics.median(seen[key] for seen in rounds), 3) for key in moments}
    report["memory_mb"] = {who: max(seen["memory_mb"][who] for seen in rounds) for who in ("window", "engine")}
    report["foreign_modules_at_paint"] = ", ".join(
        sorted({name for seen in rounds for name in seen["foreign_modules"]})
    )
    show(report, as_json=given.json)
    return 0


def _in_a_process(library: str) -> dict[str, Any]:
    return json_of(["-m", "benchmarks.start", "--one-start", str(time.time()), "--library", library])


if __name__ == "__main__":
    sys.exit(main())
