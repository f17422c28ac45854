"""Behind an icon of the desktop nobody reads standard error: what keeps the window from opening is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.other_programs import as_others, environment_of_others

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="about desktops of Linux")
SHOWS = '#!/bin/sh\nfor part in "$@"; do echo "$part"; done > "$0.said"\nexit %d\n'


def dialogs(folder: Path, **statuses: int) -> Path:
    """Programs that note what they were to show, and end with a status."""
    folder.mkdir()
    for name, status in statuses.items():
        program = folder / name
        program.write_text(SHOWS % status)
        program.chmod(0o755)
    return folder


def started(programs: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    """`afterimage` as an icon starts it, with `programs` as all that the desktop has."""
    environment = {**os.environ, "PATH": str(programs), "DISPLAY": ":7654", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "desktop_app", *arguments]
    return subprocess.run(
        command, env=environment, stdin=stdin, capture_output=True, text=True, check=False, timeout=300
    )


def test_a_sentence_is_shown_by_the_first_program_that_can(tmp_path: Path) -> None:
    programs = dialogs(tmp_path / "bin", zenity=127, kdialog=1, xmessage=0)  # a broken one; one that is closed
    photo = tmp_path / "a & <b>.jpg"
    photo.touch()
    ended = started(programs, str(photo))
    assert ended.returncode == 3
    assert ended.stderr == f"afterimage: This is a file, not a folder: {photo} (name its folder)\n"
    sentence = ended.stderr.removeprefix("afterimage: ").rstrip()
    assert f"--text={sentence}" in (programs / "zenity.said").read_text().splitlines()
    assert "--no-markup" in (programs / "zenity.said").read_text()
    assert (programs / "kdialog.said").read_text().splitlines()[-1] == sentence
    assert not (programs / "xmessage.said").exists()


def test_a_library_that_the_system_lacks_is_shown_too(tmp_path: Path) -> None:
    programs = dialogs(tmp_path / "bin", zenity=0)
    qt = tmp_path / "PySide6"
    qt.mkdir()
    (qt / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open shared object file: No such file')")
    environment = {**os.environ, "PATH": str(programs), "DISPLAY": ":7654", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    command = [sys.executable, "-m", "desktop_app"]
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    assert "libegl1" in (programs / "zenity.said").read_text()


def test_a_terminal_and_a_mistyped_command_get_no_dialog(tmp_path: Path) -> None:
    programs = dialogs(tmp_path / "bin", zenity=0)
    assert started(programs, "serach").returncode == 2
    here, there = os.openpty()
    try:
        assert started(programs, str(tmp_path / "none"), stdin=there).returncode == 3
    finally:
        os.close(here)
        os.close(there)
    assert not (programs / "zenity.said").exists()


def test_other_programs_do_not_get_the_libraries_of_the_frozen_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = {"LD_LIBRARY_PATH": "/ours", "QT_PLUGIN_PATH": "/ours", "QML2_IMPORT_PATH": "/ours"}
    for name, value in frozen.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/theirs")
    assert environment_of_others() == dict(os.environ)  # from Python these are a person's own
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with as_others():
        theirs = dict(os.environ)
    assert theirs == environment_of_others()
    assert theirs["LD_LIBRARY_PATH"] == "/theirs"
    assert not theirs.keys() & {"QT_PLUGIN_PATH", "QML2_IMPORT_PATH", "LD_LIBRARY_PATH_ORIG"}
    assert {name: os.environ[name] for name in frozen} == frozen
