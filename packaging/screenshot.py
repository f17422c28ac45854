"""Opens the real window on drawn landscapes, uses it by keys, and saves its pictures for README and documents.

`QT_QPA_PLATFORM=offscreen python packaging/screenshot.py docs [NAME...]`: all pictures, or those named.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from landscapes import draw
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app import AppWindow, Options, application
from desktop_app.engine_client import EngineClient
from engine.messages import Explanation, IndexProgress, SearchResults, Stage

PHOTOS = 64
SENTENCE = "a sunset"
SIZE = (1280, 800)
PATIENCE_S = 300.0
CALM_S = 3.0  # thumbnails are in, and what fades has faded


@dataclass
class Scene:
    """The window with its photos indexed, and what the engine has told it."""

    app: AppWindow
    heard: list[object] = field(default_factory=list)

    def wait(self, done: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not get there")

    def rest(self) -> None:
        calm = time.monotonic() + CALM_S
        self.wait(lambda: time.monotonic() > calm)

    def press(self, key: Qt.Key, times: int = 1, *, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for _ in range(times):
            QTest.keyClick(self._focused(), key, modifier)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focused(), text)

    def search(self) -> None:
        self.app.window.focus_search()
        self.type(SENTENCE)
        self.wait(lambda: any(isinstance(e, SearchResults) and e.stage is Stage.RERANKED for e in self.heard))
        self.rest()

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.app.window


@contextmanager
def opened(theme: str) -> Iterator[Scene]:
    """The real window and engine on a folder of landscapes, in a library that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="afterimage-screenshot-") as scratch:
        folder = os.path.join(scratch, "Coast and hills")
        draw(folder, PHOTOS)
        options = Options((os.fsencode(folder),), os.fsencode(os.path.join(scratch, "lib")), theme)
        scene = Scene(AppWindow(application(), options, EngineClient))
        scene.app.settings.model_offer_done = scene.app.settings.tour_done = True  # the picture is about photos
        scene.app.client.message.connect(scene.heard.append)
        scene.app.window.resize(*SIZE)
        scene.app.show()
        scene.wait(lambda: any(isinstance(e, IndexProgress) and e.ready and not e.pending for e in scene.heard))
        yield scene
        scene.app.close()


def results(scene: Scene) -> None:
    scene.search()


def large(scene: Scene) -> None:
    scene.search()
    scene.press(Qt.Key.Key_Down)
    scene.press(Qt.Key.Key_Return)
    scene.wait(lambda: any(isinstance(event, Explanation) for event in scene.heard))


def tags(scene: Scene) -> None:
    scene.search()
    scene.press(Qt.Key.Key_Down)
    scene.press(Qt.Key.Key_Right, 3, shift=True)
    scene.press(Qt.Key.Key_5)
    scene.press(Qt.Key.Key_T)
    scene.rest()
    scene.type("places/coast")


def models(scene: Scene) -> None:
    scene.app.window.show_models()


PICTURES = {
    "window": ("dark", results),
    "large": ("dark", large),
    "tags": ("light", tags),
    "models": ("light", models),
}


def take(target: str, name: str) -> None:
    """Saves one of PICTURES. Raises KeyError for a name that is none of them."""
    theme, use = PICTURES[name]
    with opened(theme) as scene:
        use(scene)
        scene.rest()
        scene.app.window.grab().save(os.path.join(target, f"{name}.png"))


if __name__ == "__main__":
    for wanted in sys.argv[2:] or PICTURES:
        take(sys.argv[1], wanted)
