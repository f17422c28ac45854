"""Where no window can be opened, one sentence says why, and the process ends in order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.screen import why_not_loaded

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="about screens and libraries of Linux")


def started(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`afterimage` on an empty library, with no screen but that of `environment`."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "desktop_app", "--library", str(tmp_path / "library")]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=300
    )


@LINUX
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "There is no screen: neither WAYLAND_DISPLAY nor DISPLAY is set"),
        ({"DISPLAY": ":7654"}, "The screen does not answer: DISPLAY=:7654"),
        ({"QT_QPA_PLATFORM": "nothing"}, "Qt cannot open a window here (QT_QPA_PLATFORM=nothing)"),
    ],
)
def test_without_a_screen_one_sentence_says_so(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    ended = started(tmp_path, **environment)
    assert ended.returncode == 3
    if "does not answer" in sentence and "lacks" in ended.stderr:
        pytest.skip(f"this system has no X11: {ended.stderr}")
    assert ended.stderr.startswith(f"afterimage: {sentence}")
    assert ended.stderr.count("\n") == 1
    assert "afterimage --help" in ended.stderr


def test_a_library_that_the_system_lacks_is_named_with_its_package(tmp_path: Path) -> None:
    qt = tmp_path / "PySide6"
    qt.mkdir()
    (qt / "__init__.py").touch()
    (qt / "QtCore.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    )
    ended = started(tmp_path, PYTHONPATH=str(tmp_path))
    assert ended.returncode == 3
    assert ended.stderr.startswith("afterimage: The window needs what this system lacks: libEGL.so.1")
    assert "libegl1" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_library_of_no_known_package_is_still_named() -> None:
    said = why_not_loaded(ImportError("libstrange.so.2: cannot open shared object file: No such file or directory"))
    assert said is not None
    assert "libstrange.so.2" in said


def test_other_mistakes_of_imports_are_left_to_python() -> None:
    assert why_not_loaded(ImportError("cannot import name 'QtCore' from 'PySide6'")) is None
