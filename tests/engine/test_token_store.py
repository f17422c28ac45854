"""Tokens come back as they were put, or not at all."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.token_store import TokenStore
from engine.token_store_segment import SEGMENT_ROWS, STEP_ROWS

TOKENS, WIDTH = 4, 24


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "tokens")


@pytest.fixture
def store(folder: bytes) -> Iterator[TokenStore]:
    opened = opened_at(folder)
    yield opened
    opened.close()


def opened_at(folder: bytes, version: str = "v1") -> TokenStore:
    return TokenStore(folder, TOKENS, WIDTH, version)


def tokens_of(ids: np.ndarray, *, turn: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """What these tests put for a content: it follows from its id."""
    grid = np.arange(TOKENS * WIDTH).reshape(1, TOKENS, WIDTH)
    values = ((np.asarray(ids).reshape(-1, 1, 1) * 31 + grid + turn) % 251 - 125).astype(np.int8)
    scales = (np.asarray(ids).reshape(-1, 1) % 100 + np.arange(TOKENS) / 8 + turn).astype(np.float16)
    return values, scales


def put(store: TokenStore, ids: np.ndarray, *, turn: int = 0) -> None:
    store.put(ids, *tokens_of(ids, turn=turn))


def assert_whole(store: TokenStore, ids: np.ndarray, *, turn: int = 0) -> None:
    values, scales, present = store.get(ids)
    assert present.all()
    expected = tokens_of(ids, turn=turn)
    assert (values == expected[0]).all()
    assert (scales == expected[1]).all()
    assert (values.dtype, scales.dtype) == (np.int8, np.float16)


def segments(folder: bytes) -> list[bytes]:
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))


def test_tokens_come_back_in_the_order_asked_for(store: TokenStore) -> None:
    put(store, np.arange(1, 101))
    assert_whole(store, np.array([50, 3, 100, 3, 1]))
    assert len(store) == 100


def test_absent_contents_are_marked_and_zero(store: TokenStore) -> None:
    put(store, np.array([1, 2]))
    values, scales, present = store.get(np.array([1, 7, 2]))
    assert present.tolist() == [True, False, True]
    assert not values[1].any()
    assert not scales[1].any()
    assert store.get(np.zeros(0, np.int64))[0].shape == (0, TOKENS, WIDTH)


def test_tokens_survive_closing(folder: bytes) -> None:
    store = opened_at(folder)
    put(store, np.arange(1, 1001))
    store.remove([5, 6, 9999])
    store.close()
    store = opened_at(folder)
    assert store.ids().tolist() == [1, 2, 3, 4, *range(7, 1001)]
    assert_whole(store, store.ids())
    store.close()


def test_known_contents_are_overwritten_in_place(store: TokenStore, folder: bytes) -> None:
    put(store, np.arange(1, 101))
    size = os.path.getsize(segments(folder)[0])
    for turn in range(5):
        put(store, np.array([7, 8, 7]), turn=turn)
    assert_whole(store, np.array([7, 8]), turn=4)
    assert_whole(store, np.array([6, 9]))
    assert os.path.getsize(segments(folder)[0]) == size


def test_slots_of_removed_contents_are_used_again(store: TokenStore, folder: bytes) -> None:
    put(store, np.arange(1, STEP_ROWS + 1))
    size = os.path.getsize(segments(folder)[0])
    store.remove(np.arange(1, STEP_ROWS + 1))
    put(store, np.arange(1001, 1001 + STEP_ROWS))
    assert os.path.getsize(segments(folder)[0]) == size
    assert_whole(store, np.arange(1001, 1001 + STEP_ROWS))
    assert not store.get(np.arange(1, 10))[2].any()


def test_a_full_segment_is_followed_by_another(folder: bytes) -> None:
    store = opened_at(folder)
    ids = np.arange(1, SEGMENT_ROWS + 11)
    put(store, ids)
    assert len(segments(folder)) == 2
    store.close()
    store = opened_at(folder)
    assert_whole(store, ids)
    store.close()


def test_rows_of_another_version_are_ignored_and_overwritten(folder: bytes) -> None:
    store = opened_at(folder, "v1")
    put(store, np.arange(1, 11))
    store.close()
    size = os.path.getsize(segments(folder)[0])
    store = opened_at(folder, "v2")
    assert len(store) == 0
    assert not store.get(np.arange(1, 11))[2].any()
    put(store, np.arange(1, 11), turn=3)
    assert_whole(store, np.arange(1, 11), turn=3)
    assert os.path.getsize(segments(folder)[0]) == size
    store.close()
    assert len(opened_at(folder, "v1")) == 0


def test_wrong_shapes_are_refused(store: TokenStore) -> None:
    values, scales = tokens_of(np.array([1, 2]))
    with pytest.raises(ValueError, match="tokens"):
        store.put(np.array([1]), values, scales)
    with pytest.raises(ValueError, match="tokens"):
        store.put(np.array([1, 2]), values[:, :2], scales)


def test_two_hundred_damaged_files_give_right_tokens_or_none(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "tokens")
    store = opened_at(folder)
    ids = np.arange(1, STEP_ROWS)
    put(store, ids)
    store.close()
    (path,) = segments(folder)
    whole = Path(os.fsdecode(path)).read_bytes()
    rng = random.Random(5)
    absent = 0
    for _ in range(200):
        Path(os.fsdecode(path)).write_bytes(damaged(whole, rng))
        store = opened_at(folder)
        values, scales, present = store.get(ids)
        expected = tokens_of(ids)
        assert (values[present] == expected[0][present]).all()
        assert (scales[present] == expected[1][present]).all()
        absent += int((~present).sum())
        put(store, ids)
        assert_whole(store, ids)
        store.close()
    assert absent > 200


def damaged(whole: bytes, rng: random.Random) -> bytes:
    data = bytearray(whole)
    kind = rng.choice(["flips", "cut", "noise", "zeros"])
    if kind == "flips":
        for _ in range(40):
            place = rng.randrange(len(data)) if rng.random() < 0.5 else rng.randrange(24 * STEP_ROWS)
            data[place] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del data[rng.randrange(len(data)) :]
    else:
        start = rng.randrange(len(data)) if rng.random() < 0.5 else rng.randrange(24 * STEP_ROWS)
        some = len(data[start : start + 3000])
        data[start : start + some] = rng.randbytes(some) if kind == "noise" else bytes(some)
    return bytes(data)


def test_a_file_cut_short_while_it_is_open_is_no_crash(store: TokenStore, folder: bytes) -> None:
    put(store, np.arange(1, 101))
    os.truncate(segments(folder)[0], 200)
    assert not store.get(np.arange(1, 101))[2].any()
    assert len(store) == 0


WRITER = """
import os, sys
import numpy as np
from tests.engine.test_token_store import opened_at, put
store = opened_at(os.fsencode(sys.argv[1]))
os.write(1, b"open\\n")
turn = 0
while True:
    turn += 1
    for first in range(1, 200, 16):
        put(store, np.arange(first, first + 16), turn=turn % 3)
"""


def test_a_killed_writer_leaves_whole_tokens_or_none(folder: bytes) -> None:
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, os.fsdecode(folder)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"open\n"
        deadline_s = time.monotonic() + 60
        while not segments(folder) and time.monotonic() < deadline_s:
            os.sched_yield()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        store = opened_at(folder)
        ids = np.arange(1, 209)
        values, scales, present = store.get(ids)
        each = [tokens_of(ids, turn=turn) for turn in range(3)]
        same = [(values == its[0]).all(axis=(1, 2)) & (scales == its[1]).all(axis=1) for its in each]
        assert (np.any(same, axis=0) | ~present).all()
        put(store, ids)
        assert_whole(store, ids)
        store.close()


FULL = """
import os, resource, sys
import numpy as np
from engine.errors import DiskFull
from tests.engine.test_token_store import assert_whole, opened_at, put
store = opened_at(os.fsencode(sys.argv[1]))
put(store, np.arange(1, 101))
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
for _ in range(3):
    try:
        put(store, np.arange(200, 1000))
    except DiskFull as full:
        assert full.path and full.remedy
    else:
        sys.exit("put into no room")
    assert_whole(store, np.arange(1, 101))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
put(store, np.arange(200, 1000))
assert_whole(store, np.arange(200, 1000))
assert_whole(store, np.arange(1, 101))
"""


def test_a_full_disk_is_told_and_loses_nothing(folder: bytes) -> None:
    command = [sys.executable, "-c", FULL, os.fsdecode(folder)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]


def test_ten_thousand_contents_are_opened_and_read_in_no_time(folder: bytes) -> None:
    store = TokenStore(folder, 64, 256, "v1")
    values = np.random.default_rng(0).integers(-127, 127, (200, 64, 256), np.int8)
    scales = np.ones((200, 64), np.float16)
    for first in range(1, 10_001, 200):
        store.put(np.arange(first, first + 200), values, scales)
    store.close()
    opened_s, times_s = [], []
    for _ in range(5):
        started = time.perf_counter()
        store = TokenStore(folder, 64, 256, "v1")
        opened_s.append(time.perf_counter() - started)
        assert len(store) == 10_000
        store.close()
    store = TokenStore(folder, 64, 256, "v1")
    for seed in range(20):
        ids = np.random.default_rng(seed).integers(1, 10_001, 50)
        started = time.perf_counter()
        found, _, present = store.get(ids)
        times_s.append(time.perf_counter() - started)
        assert present.all()
        assert (found[3] == values[(ids[3] - 1) % 200]).all()
    store.close()
    shutil.rmtree(folder)  # 165 MB
    assert min(opened_s) < 0.5
    assert min(times_s) < 0.005
