from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from pathlib import Path

import pytest

from engine.decoder_file import read_photo_file
from engine.errors import PhotoUnreadable


def test_all_bytes_are_read_and_hashed(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "a.jpg").write_bytes(data)
    file = read_photo_file(os.fsencode(tmp_path / "a.jpg"))
    assert file.data == data
    assert file.hash == hashlib.blake2b(data, digest_size=32).digest()
    assert (file.size, file.mtime_ns) == (3_000_000, os.stat(tmp_path / "a.jpg").st_mtime_ns)


def test_a_file_that_changes_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(20_000_000))
    stop = threading.Event()

    def write_on() -> None:
        with open(path, "r+b", buffering=0) as file:
            while not stop.is_set():
                file.write(b"more")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        failure = first_failure(os.fsencode(path), within_s=20)
    finally:
        stop.set()
        writer.join()
    assert "still being written" in failure.problem
    assert not failure.final
    assert not failure.vanished


def first_failure(path: bytes, within_s: float) -> PhotoUnreadable:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            read_photo_file(path)
        except PhotoUnreadable as failure:
            return failure
    pytest.fail("no change was noticed")


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_file_that_may_not_be_read_can_be_tried_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = Path(folder) / "a.jpg"
        path.write_bytes(b"x")
        path.chmod(0)
        root = os.geteuid() == 0
        if root:  # permissions bind nobody who is root
            try:
                os.seteuid(65534)
            except OSError:
                pytest.skip("this namespace knows nobody but root")
        try:
            with pytest.raises(PhotoUnreadable, match="may not be read") as failure:
                read_photo_file(os.fsencode(path))
        finally:
            if root:
                os.seteuid(0)
    assert failure.value.remedy
    assert not failure.value.final
