"""How long the window's thread is busy in one go while people use it on a large library, without a screen.

    python -m benchmarks.turns [--rows 200000] [--rounds 5] [--only NAME ...] [--json]

The whole window on a library that is drawn, with pages, thumbnails and large photos coming as they would from an
engine. Each gesture is made several times; counted is the longest turn of the event loop from the gesture until
everything has come to rest: the median and the worst of the rounds, in milliseconds. A click or a key in the middle of
it would have waited so long. Times are as they pass, and (cpu) what the window's own thread works, which is what
remains of them where nothing else keeps the processor busy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.report import show
from benchmarks.turns_library import DrawnLibrary
from desktop_app.app import AppWindow, Options, application
from desktop_app.collector import settle_collector

SIZE_PX = (1920, 1200)
REST_S = 0.25  # without anything to do
LONGEST_S = 20.0
BUSY_S = 0.0005
MARKED = 20_000  # photos at once: more than are told of one by one
KEY = Qt.Key
SHIFT, CTRL, PLAIN = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Seconds on the clock, and of the window's thread."""

    wall_s: float = 0.0
    cpu_s: float = 0.0

    def or_longer(self, other: Turn) -> Turn:
        return Turn(max(self.wall_s, other.wall_s), max(self.cpu_s, other.cpu_s))


def timed(act: Callable[[], object]) -> Turn:
    wall, cpu = time.perf_counter(), time.thread_time()
    act()
    return Turn(time.perf_counter() - wall, time.thread_time() - cpu)


@dataclass(frozen=True, slots=True)
class Stage:
    app: QApplication
    window: AppWindow
    library: DrawnLibrary

    @property
    def rows(self) -> int:
        return self.window.model.rowCount()

    def turn(self, act: Callable[[], object]) -> Turn:
        """The longest turn: of the act itself, or of one that follows it."""
        turn = timed(act)
        return turn.or_longer(self.rest())

    def rest(self) -> Turn:
        """Runs the event loop until nothing is left to do; its longest turn."""
        longest, quiet_since, deadline = Turn(), time.perf_counter(), time.perf_counter() + LONGEST_S
        while (now := time.perf_counter()) - quiet_since < REST_S and now < deadline:
            turn = timed(self._pass)
            longest = longest.or_longer(turn)
            if turn.cpu_s > BUSY_S:
                quiet_since = time.perf_counter()
            else:
                time.sleep(0.0005)  # as a window that waits, so that the others get on
        return longest

    def _pass(self) -> None:
        """One pass of the loop, with what `exec` does besides: widgets that were given up go."""
        self.app.processEvents()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> Callable[[], None]:
        return lambda: QTest.keyClick(self.app.focusWidget() or self.window.window, key, modifier)

    def say(self, sentence: str) -> Callable[[], None]:
        def act() -> None:
            self.window.window.search.replace_text(sentence)
            self.window.window.search.search_now.emit()

        return act

    def photos(self) -> None:
        """The grid at its top, nothing selected."""
        window = self.window.window
        window.show_grid()
        window.grid.clearSelection()
        window.grid.verticalScrollBar().setValue(0)
        window.grid.setFocus()
        self.rest()


Gesture = Callable[[Stage], Iterator[Callable[[], object]]]


def results(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.say("after:2001")
    yield stage.say("")


def order(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.say("sort:oldest")
    yield stage.say("")


def refresh(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.library.change


def refresh_all_selected(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.selectAll()
    stage.rest()
    yield stage.library.change


def squares(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.press(KEY.Key_Q)
    yield stage.press(KEY.Key_Q)


def select_all(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.press(KEY.Key_A, CTRL)
    yield stage.press(KEY.Key_Escape)


def select_to_end(stage: Stage) -> Iterator[Callable[[], object]]:
    grid = stage.window.window.grid
    grid.set_current_row(0)
    stage.rest()
    yield stage.press(KEY.Key_End, SHIFT)
    yield lambda: grid.set_current_row(0)


def scroll_all_selected(stage: Stage) -> Iterator[Callable[[], object]]:
    grid, bar = stage.window.window.grid, stage.window.window.grid.verticalScrollBar()
    grid.selectAll()
    stage.rest()
    for step in range(1, 6):
        yield lambda step=step: bar.setValue(step * 2_000_003 % bar.maximum())


def mark_many(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.select_rows(range(min(MARKED, stage.rows)))
    stage.rest()
    yield stage.press(KEY.Key_5)


def mark_some(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.select_rows(range(stage.rows // 2, min(stage.rows // 2 + MARKED // 4, stage.rows)))
    stage.rest()
    yield stage.press(KEY.Key_5)


def tag_entry(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.select_rows(range(20))
    stage.rest()
    yield stage.press(KEY.Key_T)
    for key in (KEY.Key_P, KEY.Key_L, KEY.Key_A):
        yield stage.press(key)
    yield stage.press(KEY.Key_Escape)


def sidebar_tags(stage: Stage) -> Iterator[Callable[[], object]]:
    section = stage.window.tags.branches.section
    yield lambda: section.chosen.emit("/")
    yield lambda: section.fold_wanted.emit("places 0")
    yield lambda: section.fold_wanted.emit("places 0")
    yield lambda: section.chosen.emit("/")


def sidebar_folders(stage: Stage) -> Iterator[Callable[[], object]]:
    yield stage.window.session._parts.feed.ask_lists  # as every half second while photos are indexed


def filter_panel(stage: Stage) -> Iterator[Callable[[], object]]:
    box = stage.window.window.search
    box.setFocus()
    yield box.filters_wanted.emit
    yield box.filters_wanted.emit


def typing(stage: Stage) -> Iterator[Callable[[], object]]:
    box = stage.window.window.search
    box.setFocus()
    for key in (KEY.Key_D, KEY.Key_O, KEY.Key_G):
        yield stage.press(key)
    yield stage.say("")


def completing(stage: Stage) -> Iterator[Callable[[], object]]:
    box = stage.window.window.search
    box.setFocus()
    box.replace_text("camera:")
    stage.rest()
    for key in (KEY.Key_F, KEY.Key_U, KEY.Key_J):
        yield stage.press(key)
    yield stage.say("")


def theme(stage: Stage) -> Iterator[Callable[[], object]]:
    for name in ("light", "dark"):

        def choose(name: str = name) -> None:
            stage.window.settings.theme = name
            stage.window._choose_theme()

        yield choose


def resize(stage: Stage) -> Iterator[Callable[[], object]]:
    window, (width, height) = stage.window.window, SIZE_PX
    stage.window.window.grid.verticalScrollBar().setValue(1_000_000)
    stage.rest()
    for less in (8, 160, 480, 0):
        yield lambda less=less: window.resize(width - less, height)


def photo_size(stage: Stage) -> Iterator[Callable[[], object]]:
    grid = stage.window.window.grid
    grid.verticalScrollBar().setValue(1_000_000)
    stage.rest()
    for notches in (1, 1, -1, -1):
        yield lambda notches=notches: _wheel(grid.viewport(), notches, CTRL)


def wheel(stage: Stage) -> Iterator[Callable[[], object]]:
    viewport = stage.window.window.grid.viewport()
    for _ in range(4):
        yield lambda: _wheel(viewport, -1, PLAIN)


def pages(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.set_current_row(0)
    for _ in range(8):
        yield stage.press(KEY.Key_PageDown)


def arrows_beside_inspector(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.set_current_row(0)
    yield stage.press(KEY.Key_I)
    for _ in range(6):
        yield stage.press(KEY.Key_Right)
    yield stage.press(KEY.Key_I)


def years(stage: Stage) -> Iterator[Callable[[], object]]:
    scrubber = stage.window.window.grid.time.scrubber
    for share in (0.2, 0.5, 0.9, 0.0):
        yield lambda share=share: scrubber.scrolled.emit(share)


def leafing(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.set_current_row(0)
    yield stage.press(KEY.Key_Return)
    for _ in range(6):
        yield stage.press(KEY.Key_Right)
    yield stage.press(KEY.Key_Escape)


def looking_closely(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.open_preview(0)
    stage.rest()
    yield stage.press(KEY.Key_Z)
    yield stage.press(KEY.Key_Plus)
    yield stage.press(KEY.Key_H)
    yield stage.press(KEY.Key_Z)
    yield stage.press(KEY.Key_H)
    yield stage.press(KEY.Key_Escape)


def comparing(stage: Stage) -> Iterator[Callable[[], object]]:
    stage.window.window.grid.select_rows(range(4))
    stage.rest()
    yield stage.press(KEY.Key_C)
    yield stage.press(KEY.Key_Z)
    yield stage.press(KEY.Key_Z)
    yield stage.press(KEY.Key_Escape)


GESTURES: dict[str, Gesture] = {
    gesture.__name__: gesture
    for gesture in (
        results,
        order,
        refresh,
        refresh_all_selected,
        squares,
        select_all,
        select_to_end,
        scroll_all_selected,
        mark_some,
        mark_many,
        tag_entry,
        sidebar_tags,
        sidebar_folders,
        filter_panel,
        typing,
        completing,
        theme,
        resize,
        photo_size,
        wheel,
        pages,
        arrows_beside_inspector,
        years,
        leafing,
        looking_closely,
        comparing,
    )
}
LARGE = {"leafing", "looking_closely", "comparing"}


def _wheel(viewport: QWidget, notches: int, modifier: Qt.KeyboardModifier) -> None:
    at = QPoint(viewport.width() // 2, viewport.height() // 2)
    place, buttons = QPointF(at), Qt.MouseButton.NoButton
    away = QPointF(viewport.mapToGlobal(at))
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, away, QPoint(), QPoint(0, 120 * notches), buttons, modifier, phase, False)
    QApplication.sendEvent(viewport, event)


def measure(rows: int, rounds: int, names: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        app, library = application(), DrawnLibrary(folder, rows, large=not LARGE.isdisjoint(names))
        window = AppWindow(app, Options(library=os.fsencode(os.path.join(folder, "library"))), lambda _: library)
        window.window.resize(*SIZE_PX)
        window.show()
        stage = Stage(app, window, library)
        stage.rest()
        try:
            found = {name: _rounds(stage, GESTURES[name], rounds) for name in names}
        finally:
            window.close()
    return {"rows": rows, "rounds": rounds, "longest_turn_ms": found}


def _rounds(stage: Stage, gesture: Gesture, rounds: int) -> dict[str, float]:
    turns = []
    for _ in range(rounds):
        stage.photos()
        longest = Turn()
        for act in gesture(stage):
            longest = longest.or_longer(stage.turn(act))
        turns.append(longest)
    wall, cpu = [turn.wall_s for turn in turns], [turn.cpu_s for turn in turns]
    told = {"p50": statistics.median(wall), "max": max(wall), "cpu_p50": statistics.median(cpu), "cpu_max": max(cpu)}
    return {name: round(1e3 * seconds, 1) for name, seconds in told.items()}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.turns", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=GESTURES, default=list(GESTURES), metavar="NAME")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    settle_collector()
    show(measure(given.rows, given.rounds, given.only), as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
