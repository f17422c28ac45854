from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.connection import wait
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.app import main, options
from desktop_app.settings import Settings, settings_file
from engine import engine_socket, frames
from engine import messages as m
from engine.locations import Locations
from tests.desktop_app.memory_engine import MemoryEngine


def test_arguments_name_folders_library_and_theme() -> None:
    said = options(["/photos/summer", "relative", "--library", "/lib", "--theme", "light"])
    assert said.folders == (b"/photos/summer", os.fsencode(os.path.abspath("relative")))
    assert said.library == b"/lib"
    assert said.theme == "light"


def test_arguments_that_make_no_sense_are_refused(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        options(["--theme", "pink"])
    assert left.value.code == 2


def test_main_opens_the_window_starts_the_engine_and_ends_both(app, tmp_path: Path) -> None:
    engine = MemoryEngine()
    seen: list[str] = []

    def leave() -> None:
        window = next(each for each in QApplication.topLevelWidgets() if each.isVisible())
        seen.append(window.windowTitle())
        window.close()

    engine.started.connect(lambda: QTimer.singleShot(0, app, leave))
    status = main(["--library", str(tmp_path / "library")], make_client=lambda library: engine)
    assert status == 0
    assert seen == ["Afterimage"]
    assert (engine.starts, engine.stops) == (1, 1)
    assert (tmp_path / "library" / "window.ini").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_and_ends_the_engine(tmp_path: Path, number: signal.Signals) -> None:
    library = tmp_path / "library"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "desktop_app", "--library", str(library)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as window:
        deadline = time.monotonic() + 60
        while not (library / "engine.sock").exists():
            assert time.monotonic() < deadline
            assert window.poll() is None
            time.sleep(0.01)
        window.send_signal(number)
        _, said = window.communicate(timeout=300)
    assert window.returncode == 0
    assert said == ""
    assert not (library / "engine.sock").exists()
    assert (library / "window.ini").exists()


class FirstWindow(threading.Thread):
    """What a running engine with a window does when it is asked to raise it."""

    def __init__(self, library: Path) -> None:
        super().__init__()
        locations = Locations.at(str(library))
        locations.create()
        self._door = engine_socket.listen(locations.socket)
        self.asked: list[m.Message] = []

    def run(self) -> None:
        wait([self._door.waitable], 60)
        connection = self._door.accept()
        assert connection is not None
        connection.send_bytes(frames.encode(m.EngineReady("0", m.PROTOCOL, 0, 0)))
        request = frames.decode(connection.recv_bytes())
        self.asked.append(request)
        connection.send_bytes(frames.encode(m.Reply(request.request)))
        connection.close()
        self._door.close()


def test_a_second_start_raises_the_first_window_and_leaves(app, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    first = FirstWindow(tmp_path / "library")
    first.start()
    engine = MemoryEngine()
    arguments = [str(tmp_path / "photos"), "--library", str(tmp_path / "library")]
    assert main(arguments, make_client=lambda library: engine) == 0
    first.join(60)
    assert first.asked == [m.RaiseWindow(1, (os.fsencode(tmp_path / "photos"),))]
    assert engine.starts == 0


def test_settings_that_make_no_sense_read_as_their_defaults(app, tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[General]\ntheme=pink\nrow_height=-3\nsidebar_folded=perhaps\ngeometry=nonsense\n")
    settings = Settings(str(file))
    assert settings.theme == "system"
    assert settings.row_height == 0
    assert not settings.sidebar_folded
    assert settings.geometry.isEmpty()


def test_settings_lie_beside_the_library_that_was_named() -> None:
    assert settings_file(b"/lib") == "/lib/window.ini"
    assert settings_file(None).endswith("afterimage/window.ini")


def test_importing_the_window_brings_no_heavy_library() -> None:
    code = "import sys, desktop_app.app\nprint({'torch', 'numpy', 'hnswlib', 'sqlite_utils', 'PIL'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
