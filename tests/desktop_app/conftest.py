from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # a window speaks the language of the system, and the tests English

from PySide6.QtCore import QLocale, QMessageLogContext, QThread, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

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
    qthreads = [each for each in gc.get_objects() if issubclass(type(each), QThread)]
    running = [thread for thread in qthreads if isValid(thread) and thread.isRunning()]
    running = [thread for thread in running if thread is not QThread.currentThread()]
    assert not running, f"QThreads still run: {running}"
