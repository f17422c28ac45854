"""Every state of the window as a picture, to be looked at.

`QT_QPA_PLATFORM=offscreen python -m tests.desktop_app.looks FOLDER [WIDTHxHEIGHT] [dark|light] [STATE...]`
Twice as fine with QT_SCALE_FACTOR=2, in German with AFTERIMAGE_LANGUAGE=de.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QCursor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.app import AppWindow, Options, application
from desktop_app.model_look import Act
from desktop_app.settings import Settings
from engine import messages as m
from engine.photo import Folder
from engine.preset_facts import InUse, facts_of
from engine.presets import Presets
from engine.search_hit import SearchHit
from tests.desktop_app.looks_asking import ASKING_STATES
from tests.desktop_app.looks_grid import GRID_STATES
from tests.desktop_app.looks_places import PLACES_STATES, dialogs
from tests.desktop_app.looks_search import COLOURS, SEARCH_STATES, hits, menus
from tests.desktop_app.looks_tags import TAG_STATES
from tests.desktop_app.looks_trouble import TROUBLE_STATES
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

GB = 1_000_000_000
GONE = m.Failed(0, "NoNetwork", "The server huggingface.co cannot be reached", remedy="connect to the network")
HASH = "model.safetensors is not the file that its publisher names"
ALTERED = m.Failed(0, "ModelAltered", HASH, b"/home/ida/.local/share/afterimage", "try again, or another mirror")

Stage = Callable[[AppWindow, MemoryEngine], None]


def rows(scratch: Path) -> list[dict[str, Any]]:
    """The real list, in a library that has fetched nothing."""
    presets = Presets(fetched=scratch)
    known = [facts_of(presets, each, InUse("starter", "starter")) for each in presets.all().values()]
    return [{**row, "server": "https://huggingface.co", "free_bytes": 41 * GB} for row in known]


def asking(window: AppWindow, _: MemoryEngine) -> None:
    window.chooser._act("fast", Act.DOWNLOAD)


def no_room(window: AppWindow, engine: MemoryEngine) -> None:
    engine.change_model("fast", free_bytes=2 * GB)
    engine.start()
    until(lambda: window.chooser._feed.model("fast").free_bytes == 2 * GB)
    window.chooser._act("fast", Act.DOWNLOAD)


def downloading(window: AppWindow, engine: MemoryEngine) -> None:
    window.chooser._feed.act("fast", Act.DOWNLOAD)
    until(lambda: "fast" in engine.fetching)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000, rate=24e6, seconds_left=39.0)


def paused(window: AppWindow, engine: MemoryEngine) -> None:
    downloading(window, engine)
    window.chooser._feed.act("fast", Act.PAUSE)
    until(lambda: not window.chooser._feed.activity("fast").fetch)


def failed(window: AppWindow, engine: MemoryEngine) -> None:
    downloading(window, engine)
    engine.end_fetch("fast", GONE)
    window.chooser._feed.act("small", Act.DOWNLOAD)
    until(lambda: "small" in engine.fetching)
    engine.end_fetch("small", ALTERED)
    until(lambda: window.chooser._feed.activity("small").failure)


def installed(window: AppWindow, engine: MemoryEngine) -> None:
    engine.change_model("fast", installed=True, bytes_here=1_512_345_678)
    engine.estimate = {"photos": 12_300, "photos_per_s": 5.1, "seconds": 2_412.0, "bytes": 900_000_000}
    engine.start()
    until(lambda: window.chooser._feed.model("fast").installed)


def using(window: AppWindow, engine: MemoryEngine) -> None:
    installed(window, engine)
    window.chooser._act("fast", Act.USE)
    until(lambda: window.chooser._feed.activity("fast").estimate)


def preparing(window: AppWindow, engine: MemoryEngine) -> None:
    installed(window, engine)
    window.chooser._feed.act("fast", Act.USE)
    until(lambda: window.chooser._feed.model("fast").chosen)
    engine.tell(m.PrepareProgress(0, "fast", 2_300, 12_300, 5.1, 1_960.0))


def in_use(window: AppWindow, engine: MemoryEngine) -> None:
    engine.change_model("fast", installed=True, bytes_here=1_512_345_678, in_use=True, chosen=True)
    engine.change_model("starter", in_use=False, chosen=False, encoded=12_300, data_bytes=81_000_000)
    engine.start()
    until(lambda: window.chooser._feed.model("fast").in_use)


def removing(window: AppWindow, engine: MemoryEngine) -> None:
    installed(window, engine)
    window.chooser._act("fast", Act.REMOVE)


def importing(window: AppWindow, _: MemoryEngine) -> None:
    window.chooser._feed.look_at(b"/media/usb/own-model")
    until(lambda: window.window.models.findChild(QPushButton))


def computing(window: AppWindow, engine: MemoryEngine) -> None:
    engine.budget |= {"ms": 3_000.0, "reranker": "blip-itm-base", "seen": 50, "unseen": 4}
    engine.device |= {"here": ["cuda", "cpu"], "now": "cuda"}
    page = window.window.models
    page.shown.emit()
    until(lambda: len(page.settings.controls) == 2)
    page.settings.controls[0].setFocus()
    QTest.qWait(50)  # until it is laid out
    page._scroll.verticalScrollBar().setValue(100_000)


def nothing(_: AppWindow, __: MemoryEngine) -> None:
    return


def offered(window: AppWindow, _: MemoryEngine) -> None:
    window.window.show_grid()
    window.window.show_inspector(True)
    window.window.grid.set_current_row(0)
    until(lambda: window.window.offer.isVisible())


STATES: dict[str, Stage] = {
    "nothing": nothing,
    "computing": computing,
    "asking": asking,
    "no-room": no_room,
    "downloading": downloading,
    "paused": paused,
    "failed": failed,
    "installed": installed,
    "using": using,
    "preparing": preparing,
    "in-use": in_use,
    "removing": removing,
    "importing": importing,
    "offered": offered,
}


def take(target: Path, size: tuple[int, int], theme: str, state: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        searching = state in PHOTO_STATES
        QCursor.setPos(0, size[1] - 1)  # on no photo
        found = hits(Path(scratch)) if searching else plain_hits(Path(scratch))
        engine = MemoryEngine(found, (Folder(1, b"/home/ida/Pictures", ready=12_300),))
        if state in EMPTY_STATES:
            engine = MemoryEngine(folders=engine.folders[: EMPTY_STATES[state]])
        engine.models = rows(Path(scratch) / "presets")
        options = Options(library=os.fsencode(scratch), theme=theme)
        speak(scratch, os.environ.get("AFTERIMAGE_LANGUAGE", "en"))
        window = AppWindow(application(), options, lambda _: engine)
        window.settings.model_offer_done = state in {**SEARCH_STATES, **TROUBLE_STATES}
        window.window.grid.set_animated(False)
        window.window.preview.set_animated(False)
        window.window.resize(*size)
        window.show()
        until(lambda: window.chooser._feed.models and window.window.grid.laid_out)
        if state in STATES:
            window.window.show_models()
        {**STATES, **PHOTO_STATES}.get(state, indexing_nothing)(window, engine)
        QTest.qWait(150)
        grid = window.window.grid
        if grid.isVisible() and searching:
            until(lambda: all(window.model.thumbnail(row) for row in grid._visible_rows()))
        QTest.qWait(50)
        picture = window.window.grab()
        for menu in (*menus(window), *dialogs(window)):
            painter = QPainter(picture)
            painter.drawPixmap(window.window.mapFromGlobal(menu.pos()), menu.grab())
            painter.end()
            menu.close()
        picture.save(str(target / f"{state}-{theme}-{size[0]}.png"))
        window.close()


def speak(library: str, language: str) -> None:
    settings = Settings(os.path.join(library, "window.ini"))
    settings.language = language
    settings.save()


def plain_hits(scratch: Path) -> tuple[SearchHit, ...]:
    photos = [jpeg(scratch / f"photo {n}.jpg", colour=COLOURS[n % 8]) for n in range(12)]
    return tuple(hit(n + 1, path, path=path, score=0.0, cosine=0.2) for n, path in enumerate(photos))


def indexing_nothing(window: AppWindow, engine: MemoryEngine) -> None:
    if engine.folders:
        engine.tell(m.IndexProgress(0, 0, 1_204, 0, 0, 0.0, None, True))
    QTest.qWait(500)


EMPTY_STATES = {"welcome": 0, "indexing": 1}  # how many folders are watched
PHOTO_STATES = {
    **SEARCH_STATES,
    **ASKING_STATES,
    **TAG_STATES,
    **GRID_STATES,
    **PLACES_STATES,
    **TROUBLE_STATES,
}


if __name__ == "__main__":
    folder, size, theme, *states = [*sys.argv[1:], *("", "1280x800", "dark")[len(sys.argv) - 1 :]]
    width, height = size.split("x")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for state in states or (*EMPTY_STATES, *PHOTO_STATES, *STATES):
        take(Path(folder), (int(width), int(height)), theme, state)
