from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import LibraryBusy, LibraryDamaged
from engine.library_lock import LibraryLock

HOLDER = """
import os, sys
from engine.library_lock import LibraryLock
LibraryLock(os.fsencode(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_owner_is_told_who_holds_which_library_and_what_to_do(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock")
    try:
        with pytest.raises(LibraryBusy) as busy:
            LibraryLock(os.fsencode(tmp_path / "lock")).acquire()
        assert busy.value.path == os.fsencode(tmp_path)
        assert str(process.pid) in busy.value.problem
        assert busy.value.remedy
    finally:
        process.communicate()


def test_a_killed_owner_leaves_no_lock_behind(tmp_path: Path) -> None:
    process = holder(tmp_path / "lock")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    lock = LibraryLock(os.fsencode(tmp_path / "lock"))
    lock.acquire()
    lock.release()


def test_a_released_lock_can_be_taken_again_also_in_one_process(tmp_path: Path) -> None:
    first, second = (LibraryLock(os.fsencode(tmp_path / "lock")) for _ in range(2))
    first.acquire()
    first.acquire()
    with pytest.raises(LibraryBusy):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_the_lock_does_not_leak_into_a_child(tmp_path: Path) -> None:
    lock = LibraryLock(os.fsencode(tmp_path / "lock"))
    lock.acquire()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lock.release()
    again = LibraryLock(os.fsencode(tmp_path / "lock"))
    again.acquire()
    again.release()
    child.communicate(b"\n")


def test_a_lock_that_cannot_be_opened_names_its_path(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged) as damaged:
        LibraryLock(os.fsencode(tmp_path / "gone" / "lock")).acquire()
    assert damaged.value.path == os.fsencode(tmp_path / "gone" / "lock")
