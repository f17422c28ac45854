"""Frame times of the photo grid while it scrolls through 200,000 rows, without a screen.

    python -m benchmarks.grid [--rows 200000] [--frames 400] [--days 4000] [--squares] [--json]

The rows are photos of so many days, each with its heading (0: none, as in the results of a search). A frame is one step
of the scroll bar with everything that is painted for it, skeletons and thumbnails alike; hits and thumbnails come as in
the window: pages on demand, JPEGs read by the loader's threads. Times are in milliseconds: as they pass, and (cpu) what
the window's own thread works, which is what remains of them where nothing else keeps the processor busy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import struct
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QApplication

from desktop_app.result_rows import unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.photo_grid import PhotoGrid
from engine.photo import SearchHit

ASPECTS = (1.5, 1.5, 1.5, 1.33, 1.33, 0.67, 0.75, 1.0, 1.78)
PICTURES = 200


def draw_thumbnails(folder: str, rng: random.Random) -> list[bytes]:
    """As large as the engine's, and noisy enough to cost a real decode."""
    paths = []
    for number in range(PICTURES):
        image = QImage(512, 341, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        gradient = QLinearGradient(0, 0, 512, 341)
        for stop in range(8):
            gradient.setColorAt(stop / 7, QColor(*(rng.randrange(256) for _ in range(3))))
        painter.fillRect(image.rect(), gradient)
        for _ in range(400):
            painter.setPen(QColor(*(rng.randrange(256) for _ in range(3))))
            painter.drawLine(rng.randrange(512), rng.randrange(341), rng.randrange(512), rng.randrange(341))
        painter.end()
        paths.append(os.path.join(folder, f"{number}.jpg"))
        image.save(paths[-1], quality=85)
    return [os.fsencode(path) for path in paths]


def answer_pages(model: ResultsModel, thumbnails: list[bytes]) -> Callable[[int, int], None]:
    def answer(first: int, count: int) -> None:
        rows = range(first, first + count)
        hits = [SearchHit(row + 1, b"/p/%d.jpg" % row, thumbnails[row % len(thumbnails)], 3000, 2000) for row in rows]
        model.set_hits(first, hits, result=1)

    return answer


def packed_rows(rows: int, rng: random.Random) -> tuple[bytes, bytes, bytes]:
    aspects = [rng.choice(ASPECTS) for _ in range(rows)]
    tones = [rng.randrange(1 << 24) for _ in range(rows)]
    ids = struct.pack(f"<{rows}q", *range(1, rows + 1))
    return ids, struct.pack(f"<{rows}f", *aspects), struct.pack(f"<{rows}I", *tones)


def packed_days(rows: int, days: int, rng: random.Random) -> bytes:
    """(day, rows) in pairs, latest first: outings of a few photos or a few hundred."""
    if not days:
        return b""
    cuts = sorted(rng.sample(range(1, rows), min(days, rows) - 1))
    counts = [end - start for start, end in zip([0, *cuts], [*cuts, rows], strict=True)]
    runs = [(20_000 - 2 * at, count) for at, count in enumerate(counts)]
    return struct.pack(f"<{2 * len(runs)}i", *(value for run in runs for value in run))


def spin(app: QApplication, done: Callable[[], bool]) -> tuple[float, float]:
    """(total, longest turn of the event loop) until it is done, in milliseconds."""
    start, longest = time.perf_counter(), 0.0
    while not done():
        turn = time.perf_counter()
        app.processEvents()
        longest = max(longest, time.perf_counter() - turn)
    return 1e3 * (time.perf_counter() - start), 1e3 * longest


def scroll(app: QApplication, grid: PhotoGrid, frames: int, pixels: int) -> dict[str, float]:
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


def measure(rows: int, frames: int, *, days: int = 4_000, squares: bool = False) -> dict[str, object]:
    app, rng = QApplication.instance() or QApplication(["benchmark"]), random.Random(7)
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        loader = ThumbnailLoader()
        model, grid = ResultsModel(loader), PhotoGrid(DARK)
        model.page_needed.connect(answer_pages(model, draw_thumbnails(folder, rng)))
        grid.setModel(model)
        grid.set_squares(squares)
        grid.resize(1920, 1200)
        grid.show()
        app.processEvents()
        arrays, in_days = packed_rows(rows, rng), packed_days(rows, days, rng)
        start = time.perf_counter()
        model.set_rows(1, unpacked(rows, *arrays, days=in_days))
        packed = time.perf_counter()
        grid.viewport().repaint()
        first_paint = time.perf_counter()
        laid_out, longest = spin(app, lambda: grid.laid_out)
        found: dict[str, object] = {
            "rows": rows,
            "days": len(in_days) // 8,
            "squares": squares,
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
        loader.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--days", type=int, default=4_000)
    parser.add_argument("--squares", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.rows, options.frames, days=options.days, squares=options.squares)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
