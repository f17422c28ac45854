"""States of the search, to be looked at: see `looks`. Photos come from AFTERIMAGE_DATA where it is set."""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import struct
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_app.app import AppWindow
from desktop_app.widgets.word_button import WordButton
from engine import messages as m
from engine.search_hit import SearchHit
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

SENTENCE = "two dogs playing in the snow with an umbrella"
SHAPES = ((1024, 683), (683, 1024), (1024, 768), (1024, 683), (900, 900), (1024, 576))
COLOURS = ("#3f7fc4", "#e98b5a", "#558a4c", "#7c2f2a", "#20304f", "#f2b56b", "#8aa0b8", "#2f5f36")

Stage = Callable[[AppWindow, MemoryEngine], None]


def photos(scratch: Path, count: int = 60) -> list[bytes]:
    """Copies, so that each state begins with all of them; drawn for the first."""
    return [os.fsencode(shutil.copy2(path, scratch)) for path in _drawn_once(count)]


@cache
def _drawn_once(count: int) -> list[Path]:
    folder = tempfile.TemporaryDirectory(prefix="afterimage-looks-")
    atexit.register(folder.cleanup)
    return drawn(Path(folder.name), count)


def drawn(scratch: Path, count: int) -> list[Path]:
    """Of dogs in the snow first, unsquashed to shapes that cameras have."""
    data = os.environ.get("AFTERIMAGE_DATA")
    if not data:
        made = [jpeg(scratch / f"photo_{n}.jpg", *SHAPES[n % 6], colour=COLOURS[n % 8]) for n in range(count)]
        return [Path(os.fsdecode(path)) for path in made]
    folder = Path(data) / "flickr8k"
    score: dict[str, int] = {}
    with open(folder / "captions.tsv", newline="") as file:
        for name, caption in csv.reader(file, delimiter="\t"):
            words = caption.lower()
            score[name] = score.get(name, 0) + 3 * ("dog" in words and "snow" in words) + ("dog" in words)
    made = []
    for n, name in enumerate(sorted((each for each in score if each.endswith(".jpg")), key=lambda each: -score[each])):
        if n == count:
            break
        picture = QImage(str(folder / "images" / name))
        width, height = SHAPES[(n * 7) % 6]
        smooth = Qt.TransformationMode.SmoothTransformation
        path = scratch / f"IMG_{2100 + n * 3}.jpg"
        picture.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).save(str(path), "JPEG", 90)
        made.append(path)
    return made


def hits(scratch: Path) -> tuple[SearchHit, ...]:
    made = []
    for n, path in enumerate(photos(scratch)):
        width, height = SHAPES[(n * 7) % 6]
        likely = max(0.97 - 0.055 * n, 0.46 * 0.93**n)
        camera = {"camera": "FUJIFILM X100V", "lens": "23mm f/2", "file_size": 8_412_345}
        made.append(hit(n + 1, path, path=path, width=4 * width, height=4 * height, probability=likely, **camera))
    return tuple(made)


def sight(word: str, *, found: bool, at: tuple[float, float] = (0.5, 0.5), size: float = 1.6) -> m.WordSight:
    """A warm spot on an 8 x 8 grid."""
    start = SENTENCE.index(word)
    cells = [
        2.718 ** -(((x + 0.5 - 8 * at[0]) ** 2 + (y + 0.5 - 8 * at[1]) ** 2) / (2 * size**2))
        for y in range(8)
        for x in range(8)
    ]
    heat = struct.pack("<64f", *cells)
    return m.WordSight(word, start, start + len(word), 0.9 if found else 0.1, found, 8, 8, heat)


def search(window: AppWindow, engine: MemoryEngine, sentence: str = SENTENCE, *, matching: int = 11) -> None:
    engine.finds_all, engine.matching = True, matching
    engine.facts = {"searched": 48_312, "total": 48_312, "looked_closely": 50, **engine.facts}
    if matching:
        engine.facts |= {"expected": 12.0, "expected_low": 9.3, "expected_high": 14.8}
    window.window.search.setFocus()
    window.window.search.setText(sentence)
    window.window.search.search_now.emit()
    until(lambda: window.session.results is not None and window.session.results.sentence == sentence)
    until(lambda: window.model.hit(0) and not window.session._parts.search.under_way)
    QTest.qWait(400)


def results(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    grid = window.window.grid
    QTest.mouseMove(grid.viewport(), grid.visualRect(window.model.index(1)).center())
    grid._hover(1)


def uncalibrated(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine, matching=-1)


def inspected(window: AppWindow, engine: MemoryEngine) -> None:
    explained(engine)
    search(window, engine)
    window.window.show_inspector(True)
    window.window.grid.set_current_row(2)
    until(lambda: len(window.window.inspector.findChildren(WordButton)) > 4)
    QTest.qWait(300)


def less_likely(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    window.window.grid.fold.button.click()
    window.window.grid.verticalScrollBar().setValue(160)
    QTest.qWait(1500)


def nothing(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine, "a submarine in a bathtub", matching=0)


def unknown(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine, "a spaceship above the snow spaceship")


def language(window: AppWindow, engine: MemoryEngine) -> None:
    engine.facts["language"] = "de"
    search(window, engine, "zwei Hunde spielen im Schnee", matching=3)


def chips(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine, 'dogs in the snow before:2020 camera:x100 in:"Lofoten" -umbrella rating:>=4 type:raw')


def examples(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine, "but at night")
    grid = window.window.grid
    until(lambda: window.model.thumbnail(0) and window.model.thumbnail(5))
    grid.setFocus()
    grid.set_current_row(0)
    QTest.keyClick(grid, Qt.Key.Key_M)
    until(lambda: window.model.thumbnail(5))
    grid.set_current_row(5)
    QTest.keyClick(grid, Qt.Key.Key_L)
    until(lambda: len(window.window.field.chips) == 2)
    QTest.qWait(300)


def explained(engine: MemoryEngine) -> None:
    engine.words = (
        sight("two", found=True, at=(0.45, 0.6), size=2.2),
        sight("dogs", found=True, at=(0.42, 0.62)),
        sight("playing", found=True, at=(0.5, 0.5), size=2.0),
        sight("snow", found=True, at=(0.5, 0.9), size=2.6),
        sight("umbrella", found=False),
    )
    engine.explained = {"probability": 0.87, "missing": "umbrella"}


def previewed(window: AppWindow, engine: MemoryEngine, word: str = "") -> None:
    explained(engine)
    search(window, engine)
    window.window.open_preview(2)
    words = window.window.preview.findChildren(WordButton)
    until(lambda: any(each.piece.sight for each in window.window.preview.findChildren(WordButton)))
    words = {each.piece.text: each for each in window.window.preview.findChildren(WordButton)}
    if word:
        words[word].setFocus()
    QTest.qWait(400)


def why(window: AppWindow, engine: MemoryEngine) -> None:
    previewed(window, engine)


def why_lit(window: AppWindow, engine: MemoryEngine) -> None:
    previewed(window, engine, "dogs")


def missing(window: AppWindow, engine: MemoryEngine) -> None:
    previewed(window, engine, "umbrella")


def judged(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    grid = window.window.grid
    grid.setFocus()
    grid.set_current_row(4)
    QTest.keyClick(grid, Qt.Key.Key_N)
    grid.set_current_row(1)
    QTest.keyClick(grid, Qt.Key.Key_Y)
    grid.context_requested.emit(1, grid.viewport().mapToGlobal(QPoint(300, 60)))


def badges(window: AppWindow, engine: MemoryEngine) -> None:
    engine.alike = {1: engine.hits[20:23], 4: engine.hits[23:24], 6: engine.hits[30:41]}
    search(window, engine)


def group(window: AppWindow, engine: MemoryEngine) -> None:
    badges(window, engine)
    window.window.grid.alike_wanted.emit(0)
    until(lambda: window.window.line.offers_back)


def error(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    window.session._parts.feed.add_folders([b"/media/usb/Holidays 2019"])
    until(lambda: window.window.banner.isVisible())


def indexing(window: AppWindow, engine: MemoryEngine) -> None:
    engine.facts = {"searched": 31_204}
    engine.folders = tuple(replace(each, pending=17_108, ready=31_204) for each in engine.folders)
    window.session._parts.feed.ask_lists()
    search(window, engine)
    engine.tell(m.IndexProgress(0, 31_204, 17_108, 0, 0, 38.0, 449.0, True))


def pasted(window: AppWindow, _: MemoryEngine) -> None:
    until(lambda: window.model.hit(3))
    QGuiApplication.clipboard().setImage(QImage(os.fsdecode(window.model.hit(3).path)))
    window.window.grid.setFocus()
    QTest.keyClick(window.window.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(300)


SEARCH_STATES: dict[str, Stage] = {
    "results": results,
    "uncalibrated": uncalibrated,
    "inspected": inspected,
    "less-likely": less_likely,
    "nothing-matches": nothing,
    "unknown-words": unknown,
    "language": language,
    "chips": chips,
    "examples": examples,
    "why": why,
    "why-lit": why_lit,
    "missing": missing,
    "judged": judged,
    "badges": badges,
    "group": group,
    "error": error,
    "indexing-results": indexing,
    "pasted": pasted,
}


def menus(window: AppWindow) -> list[QMenu]:
    """Open ones, which are windows of their own."""
    return [menu for menu in window.window.findChildren(QMenu) if menu.isVisible()]
