"""States where something is wrong, or is not there yet, to be looked at: see `looks`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest

from desktop_app.app import AppWindow
from desktop_app.engine_client import GAVE_UP
from desktop_app.translation import tr
from desktop_app.window_state import Face
from engine import messages as m
from engine.photo import Folder, Problem
from tests.desktop_app.looks_search import search
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

Stage = Callable[[AppWindow, MemoryEngine], None]

SAFE = "Afterimage ended twice while it was starting, and is in safe mode: photos can be browsed, not described"
SAFE_REMEDY = "close it and open it again; if it ends again, choose another model first"
RESTORED = (
    "The catalog was damaged. The copy of 2026-11-20 19:04 took its place; the damaged one is kept, and 1,204 tags "
    "and marks that came later were taken from it"
)
WAITS = "Indexing waits: less than 500 MB is free on the disk of the library"
DATA = b"/home/ida/.local/share/afterimage"
PICTURES = b"/home/ida/Pictures/"
PROBLEMS = (
    Problem(PICTURES + b"2019 Lofoten/DSCF4711.RAF", "The photo is cut short", "copy it again from its source", 9),
    Problem(PICTURES + b"Phone/IMG_0042.HEIC", "HEIC photos need an optional part", "update Afterimage", 10),
    Problem(
        PICTURES + b"2019 Lofoten/DSCF4712.xmp",
        "This sidecar says stars: 4, here it is 5",
        "yours was kept; change it here, or in the program that wrote the sidecar",
    ),
    Problem(PICTURES + b"Private", "The folder cannot be read (Permission denied)", "check its permissions"),
)


def _says(window: AppWindow, engine: MemoryEngine, problem: str, remedy: str, path: bytes | None = None) -> None:
    until(lambda: window.model.hit(0))
    engine.tell(m.Failed(0, "Trouble", problem, path, remedy))
    until(window.window.banner.isVisible)


def safe_mode(window: AppWindow, engine: MemoryEngine) -> None:
    _says(window, engine, SAFE, SAFE_REMEDY)


def restored(window: AppWindow, engine: MemoryEngine) -> None:
    _says(window, engine, RESTORED, "photos that came later are found again by themselves", DATA)


def disk_full(window: AppWindow, engine: MemoryEngine) -> None:
    engine.tell(m.IndexProgress(0, 4_800, 2_100, 0, 0, 0.0, None, False))
    _says(window, engine, WAITS, "free some space, and it goes on by itself", DATA)


def died(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    engine.died.emit(1)


def gave_up(window: AppWindow, engine: MemoryEngine) -> None:
    _nothing_is_shown(window, engine)
    engine.gave_up.emit(tr(GAVE_UP) % 3)
    until(lambda: _face(window) is Face.GAVE_UP)


def offline(window: AppWindow, engine: MemoryEngine) -> None:
    engine.folders = (Folder(1, b"/media/ida/Photos 2008-2019", offline=True),)
    _nothing_is_shown(window, engine)
    until(lambda: _face(window) is Face.OFFLINE)


def no_photos(window: AppWindow, engine: MemoryEngine) -> None:
    engine.folders = (Folder(1, b"/home/ida/Documents"),)
    _nothing_is_shown(window, engine)
    until(lambda: _face(window) is Face.NO_PHOTOS)


def unreadable(window: AppWindow, engine: MemoryEngine) -> None:
    engine.folders = (Folder(1, b"/home/ida/Pictures", unreadable=37),)
    _nothing_is_shown(window, engine)
    until(lambda: _face(window) is Face.NO_PHOTOS)


def nothing_found(window: AppWindow, engine: MemoryEngine) -> None:
    window.window.search.setText("a submarine rating:5")
    window.window.search.search_now.emit()
    until(lambda: _face(window) is Face.NOTHING_FOUND)


def _nothing_is_shown(window: AppWindow, engine: MemoryEngine) -> None:
    engine.hits = ()
    window.session._parts.feed.ask_lists()
    window.session._parts.search.search_now()
    QTest.qWait(100)


def _face(window: AppWindow) -> Face | None:
    notice = window.window.empty.notice
    return notice.face if notice is not None and window.window.empty.isVisible() else None


def problems(window: AppWindow, engine: MemoryEngine) -> None:
    engine.problems = PROBLEMS
    engine.folders = (*engine.folders, Folder(2, b"/media/ida/Photos 2008-2019", offline=True, ready=8_214))
    window.session._parts.feed.ask_lists()
    until(lambda: window.window.problems.count == len(PROBLEMS) + 1)
    window.window.show_problems()


def no_problems(window: AppWindow, _: MemoryEngine) -> None:
    window.window.show_problems()


def folded(window: AppWindow, engine: MemoryEngine) -> None:
    search(window, engine)
    window.window.sidebar.fold(True)


TROUBLE_STATES: dict[str, Stage] = {
    "safe-mode": safe_mode,
    "restored": restored,
    "disk-full": disk_full,
    "died": died,
    "gave-up": gave_up,
    "offline": offline,
    "no-photos": no_photos,
    "unreadable": unreadable,
    "nothing-found": nothing_found,
    "problems": problems,
    "no-problems": no_problems,
    "folded": folded,
}
