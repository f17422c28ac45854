"""Nothing that Qt complains of passes; and the window that most tests look at, on twelve photos."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # a window speaks the language of the system, and the tests English

from PySide6.QtCore import QLocale, QMessageLogContext, QThread, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from shiboken6 import getAllValidWrappers

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.photo_grid import PhotoGrid
from engine.photo import Folder
from engine.search_hit import SearchHit
from tests.desktop_app.hands import Opened
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

LOUD = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
NOISE = ("This plugin does not support",)  # the platform plugin without a screen says what it cannot do


@pytest.fixture(scope="session")
def app() -> QApplication:
    """The one QApplication of the test run, without a screen."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(["afterimage-tests"])


@pytest.fixture(scope="session")
def qapp(app: QApplication) -> QApplication:
    return app


@pytest.fixture(autouse=True)
def _no_qt_warning() -> Iterator[None]:
    said: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in LOUD and not text.startswith(NOISE):
            said.append(text)

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert not said, f"Qt warned: {said}"


@pytest.fixture(autouse=True)
def _own_locale() -> Iterator[None]:
    """A window in another language leaves its numbers and dates to nobody."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture(autouse=True)
def _own_collector() -> Iterator[None]:
    """What `main` keeps out of Python's search would be left over when the tests end, and some libraries tell of it."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture(autouse=True)
def _no_lost_exception(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a slot raises is printed by Qt's bindings and lost otherwise."""
    raised: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, traceback: raised.append(error))
    yield
    if raised:
        raise raised[0]


@pytest.fixture(autouse=True)
def _no_leaked_thread() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not left, f"threads still run: {left}"
    running = [each for each in getAllValidWrappers() if isinstance(each, QThread) and each.isRunning()]
    running = [thread for thread in running if thread is not QThread.currentThread()]
    assert not running, f"QThreads still run: {running}"


# ---- the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def photos(tmp_path: Path) -> tuple[SearchHit, ...]:
    """Twelve photos in two folders; every second one shows a dog, as its name says."""
    made = []
    for number in range(1, 13):
        folder = tmp_path / ("summer" if number <= 8 else "winter")
        folder.mkdir(exist_ok=True)
        path = jpeg(folder / f"{'dog' if number % 2 else 'cat'} {number}.jpg", colour=f"#{number * 15:02x}40a0")
        made.append(hit(number, path, path=path, score=0.0, probability=None, camera="Pentax K-1", file_size=2_345_678))
    return tuple(made)


@pytest.fixture
def engine(photos: tuple[SearchHit, ...], tmp_path: Path) -> MemoryEngine:
    summer, winter = os.fsencode(tmp_path / "summer"), os.fsencode(tmp_path / "winter")
    return MemoryEngine(photos, (Folder(1, summer, ready=8), Folder(2, winter, ready=4)))


@pytest.fixture
def opened(app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens windows as `main` does, on a library that is only their settings' place."""
    desktop.application()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    windows: list[AppWindow] = []

    def open_window(engine: MemoryEngine, *, theme: str = "dark", folders: tuple[bytes, ...] = ()) -> AppWindow:
        chosen = Options(folders=folders, library=os.fsencode(tmp_path / "library"), theme=theme)
        window = AppWindow(app, chosen, lambda library: engine)
        windows.append(window)
        window.window.grid.set_animated(False)
        window.show()
        return window

    yield open_window
    for window in windows:
        window.close()
    until(lambda: True)


@pytest.fixture
def shown(opened: Opened, engine: MemoryEngine) -> AppWindow:
    """A window that shows the newest photos."""
    window = opened(engine)
    until(lambda: window.model.rowCount() == 12 and window.model.hit(0))
    until(lambda: window.window.grid.laid_out)
    return window


# ---- a grid alone -------------------------------------------------------------------------------------------------


@pytest.fixture
def model(qapp: QApplication) -> Iterator[ResultsModel]:
    loader = ThumbnailLoader()
    yield ResultsModel(loader)
    loader.close()


@pytest.fixture
def grid(model: ResultsModel) -> Iterator[PhotoGrid]:
    grid = PhotoGrid(DARK)
    grid.set_animated(False)
    grid.setModel(model)
    grid.resize(1000, 640)
    grid.show()
    grid.setFocus()
    QApplication.processEvents()
    yield grid
    grid.close()
    grid.deleteLater()
