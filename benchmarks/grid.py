"""Frame times of the photo grid while it scrolls through 200,000 rows, without a screen.

    python -m benchmarks.grid [--rows 200000] [--frames 400] [--days 4000] [--squares] [--size 1920x1200] [--json]
    QT_SCALE_FACTOR=2 python -m benchmarks.grid --size 3840x2160

The rows are photos of so many days, each with its heading (0: none, as in the results of a search). A frame is one step
of the scroll bar with everything that is painted for it, skeletons and thumbnails alike; hits and thumbnails come as in
the window: pages on demand, JPEGs read by the loader's threads, none twice. Times are in milliseconds: as they pass,
and (cpu) what the window's own thread works, which is what remains of them where nothing else keeps the processor busy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from benchmarks.turns_library import draw_pictures, packed_days, packed_rows, pictures_for, thumbnail_of
from desktop_app.collector import settle_collector
from desktop_app.result_rows import unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.photo_grid import PhotoGrid
from engine.search_hit import SearchHit


class DrawnPages(QObject):
    """Answers the model as an engine does: with hits that another thread has made, in another turn of the loop."""

    _made = Signal(int, object)

    def __init__(self, model: ResultsModel, pictures: list[bytes]) -> None:
        super().__init__()
        self._model, self._pictures, self._maker = model, pictures, ThreadPoolExecutor(1)
        self._made.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)
        model.page_needed.connect(self._ask)

    @Slot(int, int)
    def _ask(self, first: int, count: int) -> None:
        self._maker.submit(self._make, first, count)

    def _make(self, first: int, count: int) -> None:
        rows = [(row, thumbnail_of(row, self._pictures)) for row in range(first, first + count)]
        self._made.emit(first, [SearchHit(row + 1, b"/p/%d.jpg" % row, file, 3000, 2000) for row, file in rows])

    @Slot(int, object)
    def _hand_over(self, first: int, hits: list[SearchHit]) -> None:
        self._model.set_hits(first, hits, result=1)

    def close(self) -> None:
        self._maker.shutdown()


def spin(app: QApplication, done: Callable[[], bool]) -> tuple[float, float]:
    """(total, longest turn of the event loop) until it is done, in milliseconds."""
    start, longest = time.perf_counter(), 0.0
    while not done():
        turn = time.perf_counter()
        app.processEvents()
        longest = max(longest, time.perf_counter() - turn)
    return 1e3 * (time.perf_counter() - start), 1e3 * longest


def scroll(app: QApplication, grid: PhotoGrid, frames: int, pixels: int) -> dict[str, float]:
    """Frames as fast as they come: the readers have no pause in which they are in nobody's way."""
    bar, times, worked = grid.verticalScrollBar(), [], []
    for _ in range(frames):
        start, cpu = time.perf_counter(), time.thread_time()
        bar.setValue((bar.value() + pixels) % max(1, bar.maximum()))
        app.processEvents()
        times.append(1e3 * (time.perf_counter() - start))
        worked.append(1e3 * (time.thread_time() - cpu))
    return {**percentiles(times), **{f"cpu_{name}": value for name, value in percentiles(worked).items()}}


def percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    worst = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return {"p50": round(statistics.median(ordered), 2), "p99": round(worst, 2), "max": round(ordered[-1], 2)}


def measure(
    rows: int, frames: int, *, days: int = 4_000, squares: bool = False, size: tuple[int, int] = (1920, 1200)
) -> dict[str, Any]:
    app, rng = QApplication.instance() or QApplication(["benchmark"]), random.Random(7)
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        loader = ThumbnailLoader()
        model, grid = ResultsModel(loader), PhotoGrid(DARK)
        pages = DrawnPages(model, draw_pictures(folder, pictures_for(rows), (512, 341), rng))
        grid.setModel(model)
        grid.set_squares(squares)
        ratio = grid.devicePixelRatioF()
        grid.resize(round(size[0] / ratio), round(size[1] / ratio))
        grid.show()
        app.processEvents()
        arrays, in_days = packed_rows(rows, rng), packed_days(rows, days, rng)
        start = time.perf_counter()
        model.set_rows(1, unpacked(rows, *arrays, days=in_days))
        packed = time.perf_counter()
        grid.viewport().repaint()
        first_paint = time.perf_counter()
        laid_out, longest = spin(app, lambda: grid.laid_out)
        found: dict[str, Any] = {
            "rows": rows,
            "days": len(in_days) // 8,
            "squares": squares,
            "pixels": f"{size[0]} x {size[1]}, {ratio:g} to one of the window",
            "frames": frames,
            "fill_ms": round(1e3 * (packed - start), 1),
            "first_paint_ms": round(1e3 * (first_paint - packed), 2),
            "layout_ms": round(laid_out, 1),
            "layout_longest_turn_ms": round(longest, 2),
            "calm_scroll_ms": scroll(app, grid, frames, 40),
            "fast_scroll_ms": scroll(app, grid, frames, 900),
            "jumps_ms": scroll(app, grid, frames, 333_333),
        }
        grid.close()
        pages.close()
        loader.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--days", type=int, default=4_000)
    parser.add_argument("--squares", action="store_true")
    parser.add_argument("--size", default="1920x1200", help="in pixels of the screen; see QT_SCALE_FACTOR")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    settle_collector()
    found = measure(options.rows, options.frames, days=options.days, squares=options.squares, size=(width, height))
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
