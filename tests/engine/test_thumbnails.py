from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.thumbnails import ThumbnailStore

HASH = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(os.fsencode(tmp_path / "thumbnails"))


def files(folder: Path) -> list[str]:
    return sorted(name for _, _, names in os.walk(folder) for name in names)


def test_what_is_put_lies_at_its_path(store: ThumbnailStore) -> None:
    assert not store.exists(HASH)
    store.put(HASH, b"jpeg")
    assert store.exists(HASH)
    assert Path(os.fsdecode(store.path(HASH))).read_bytes() == b"jpeg"


def test_the_path_is_named_by_content(store: ThumbnailStore, tmp_path: Path) -> None:
    assert store.path(HASH) == os.fsencode(tmp_path / "thumbnails" / "00" / f"{HASH.hex()}.jpg")


def test_putting_again_replaces_and_leaves_nothing_else(store: ThumbnailStore, tmp_path: Path) -> None:
    store.put(HASH, b"old")
    store.put(HASH, b"new")
    assert Path(os.fsdecode(store.path(HASH))).read_bytes() == b"new"
    assert files(tmp_path) == [f"{HASH.hex()}.jpg"]


def test_removing_is_possible_twice(store: ThumbnailStore) -> None:
    store.put(HASH, b"jpeg")
    store.remove([HASH])
    store.remove([HASH])
    assert not store.exists(HASH)


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_only_the_owner_may_look(store: ThumbnailStore) -> None:
    store.put(HASH, b"jpeg")
    path = store.path(HASH)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700


FILL = """
import os, sys
from engine.errors import DiskFull
from engine.thumbnails import ThumbnailStore
store = ThumbnailStore(os.fsencode(sys.argv[1]))
try:
    for number in range(1000):
        store.put(bytes([number % 256]) * 32, bytes(5000))
except DiskFull as error:
    sizes = {os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(sys.argv[1]) for name in names}
    print(error.remedy, sizes)
"""


def test_what_a_killed_process_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "thumbnails")
    ThumbnailStore(folder).put(HASH, b"whole")
    (beside,) = (tmp_path / "thumbnails").iterdir()
    (beside / ".new").write_bytes(b"ha")
    store = ThumbnailStore(folder)
    assert [name.name for name in beside.iterdir()] == [os.path.basename(os.fsdecode(store.path(HASH)))]


def test_a_full_disk_is_named_and_leaves_only_whole_thumbnails(tmp_path: Path) -> None:
    place, fill = shlex.quote(str(tmp_path)), shlex.join([sys.executable, "-c", FILL, str(tmp_path)])
    mount = f"mount -t tmpfs -o size=200k none {place} && exec {fill}"
    try:
        done = subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("a small disk of our own needs unshare")
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("a small disk of our own may not be mounted here")
    assert (done.stdout.strip(), done.stderr) == ("free some space {5000}", "")
