from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.config import ModelInput
from engine.decode_pool import LOOK_AHEAD, LOOK_FAR_AHEAD, DecodePool
from engine.decode_pool_clock import PhotoClock
from engine.decoder import decode
from engine.photo import (
    DecodedPhoto,
    DecodeFailure,
    DecodeOutcome,
    DecodeTask,
    KnownPhoto,
    RenderedPhoto,
)
from tests.photos import draw_photo

INPUT = ModelInput(32)
JPEG = b"\xff\xd8\xff and so on \xff\xd9"
posix = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def pool() -> Iterator[DecodePool]:
    with DecodePool(INPUT, 1, timeout_s=60) as pool:
        yield pool


@pytest.fixture
def hasty() -> Iterator[DecodePool]:
    """Loses its patience soon, though not with what takes a moment on a busy machine."""
    with DecodePool(INPUT, 1, timeout_s=3) as pool:
        yield pool


def task(folder: Path, number: int, **more: object) -> DecodeTask:
    path = folder / f"{number}.jpg"
    if not path.exists():
        draw_photo(path, size=(80, 60), seed=number)
    return DecodeTask(number, os.fsencode(path), **more)  # type: ignore[arg-type]


def outcomes(pool: DecodePool, count: int, within_s: float = 120) -> list[DecodeOutcome]:
    end = time.monotonic() + within_s
    seen: list[DecodeOutcome] = []
    while len(seen) < count and time.monotonic() < end:
        seen += pool.poll(1)
    assert len(seen) == count
    return seen


def workers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.name == "afterimage-decode" and child.pid]


def stopped_worker(pool: DecodePool, folder: Path) -> int:
    """A worker that has started, and then hangs at whatever it is given."""
    pool.submit(task(folder, 0))
    outcomes(pool, 1)
    (worker,) = workers()
    os.kill(worker, signal.SIGSTOP)
    return worker


def test_every_photo_gets_its_outcome_and_the_same_as_without_a_pool(tmp_path: Path) -> None:
    tasks = [task(tmp_path, number) for number in range(12)]
    with DecodePool(INPUT, 2) as pool:
        for each in tasks:
            pool.submit(each)
        seen = {outcome.photo_id: outcome for outcome in outcomes(pool, 12)}
        assert pool.pending == 0
    assert seen == {each.photo_id: decode(each, INPUT) for each in tasks}


def test_it_takes_a_few_photos_for_each_worker_and_says_so(tmp_path: Path, pool: DecodePool) -> None:
    assert (pool.free, pool.pending) == (LOOK_AHEAD, 0)
    for number in range(1, LOOK_AHEAD + 1):
        pool.submit(task(tmp_path, number))
    assert (pool.free, pool.pending) == (0, LOOK_AHEAD)
    outcomes(pool, LOOK_AHEAD)
    assert LOOK_AHEAD <= pool.free <= LOOK_FAR_AHEAD
    assert pool.pending == 0


def test_pixels_are_the_photos_own_however_far_a_worker_is_ahead(tmp_path: Path, pool: DecodePool) -> None:
    photos = [task(tmp_path, number) for number in range(LOOK_FAR_AHEAD)]
    for _ in range(3):  # more answers than there is room for, and nobody listens meanwhile
        left = deque(photos)
        while left:
            asked = [left.popleft() for _ in range(min(pool.free, len(left)))]
            for each in asked:
                pool.submit(each)
            assert outcomes(pool, len(asked)) == [decode(each, INPUT) for each in asked]


def test_its_connections_wake_who_waits_for_an_outcome(tmp_path: Path, pool: DecodePool) -> None:
    pool.submit(task(tmp_path, 1))
    seen: list[DecodeOutcome] = []
    while not seen:
        assert wait(pool.connections(), 30)
        seen = pool.poll()
    assert isinstance(seen[0], DecodedPhoto)


def test_known_hashes_spare_the_decoding_even_if_they_are_many(tmp_path: Path, pool: DecodePool) -> None:
    known = decode(task(tmp_path, 1), INPUT).file_hash
    others = tuple(number.to_bytes(32, "big") for number in range(2000))
    pool.submit(task(tmp_path, 1, known_hashes=(known,)))
    pool.submit(task(tmp_path, 1, known_hashes=(*others, known)))
    assert [type(outcome) for outcome in outcomes(pool, 2)] == [KnownPhoto, KnownPhoto]


def test_a_broken_a_vanished_and_a_good_photo_are_told_apart(tmp_path: Path, pool: DecodePool) -> None:
    (tmp_path / "1.jpg").write_bytes(b"nothing")
    pool.submit(task(tmp_path, 1))
    pool.submit(DecodeTask(2, os.fsencode(tmp_path / "gone.jpg")))
    pool.submit(task(tmp_path, 3))
    broken, vanished, good = outcomes(pool, 3)
    assert isinstance(broken, DecodeFailure)
    assert (broken.final, broken.vanished) == (True, False)
    assert isinstance(vanished, DecodeFailure)
    assert (vanished.final, vanished.vanished) == (False, True)
    assert isinstance(good, DecodedPhoto)


def test_a_rendition_goes_before_the_photos_that_wait(tmp_path: Path, pool: DecodePool) -> None:
    for number in range(1, 2 * LOOK_AHEAD):
        pool.submit(task(tmp_path, number))
    pool.submit(task(tmp_path, 99, rendition_edge=40))
    seen = outcomes(pool, 2 * LOOK_AHEAD)
    (place,) = (at for at, outcome in enumerate(seen) if isinstance(outcome, RenderedPhoto))
    assert place <= LOOK_AHEAD
    rendition = seen[place]
    assert isinstance(rendition, RenderedPhoto)
    assert (rendition.width, rendition.height) == Image.open(io.BytesIO(rendition.jpeg)).size == (40, 30)


@posix
def test_a_crash_costs_one_photo_and_the_others_go_on(tmp_path: Path, pool: DecodePool) -> None:
    worker = stopped_worker(pool, tmp_path)
    for number in (1, 2, 3):
        pool.submit(task(tmp_path, number))
    os.kill(worker, signal.SIGKILL)
    crashed, *others = outcomes(pool, 3)
    assert isinstance(crashed, DecodeFailure)
    assert (crashed.photo_id, crashed.final) == (1, False)
    assert "SIGKILL" in crashed.reason
    assert [(type(other), other.photo_id) for other in others] == [(DecodedPhoto, 2), (DecodedPhoto, 3)]


@posix
def test_a_hang_costs_one_photo_and_the_others_go_on(tmp_path: Path, hasty: DecodePool) -> None:
    stopped_worker(hasty, tmp_path)
    for number in (1, 2, 3):
        hasty.submit(task(tmp_path, number))
    due = hasty.next_due_s()
    assert due is not None
    assert due <= 3
    hung, *others = outcomes(hasty, 3)
    assert isinstance(hung, DecodeFailure)
    assert (hung.photo_id, hung.final) == (1, False)
    assert "longer than 3 s" in hung.reason
    assert [(type(other), other.photo_id) for other in others] == [(DecodedPhoto, 2), (DecodedPhoto, 3)]


@posix
def test_an_idle_worker_that_dies_costs_nothing(tmp_path: Path, pool: DecodePool) -> None:
    os.kill(stopped_worker(pool, tmp_path), signal.SIGKILL)
    pool.submit(task(tmp_path, 1))
    # whether the death or the task is noticed first, the photo may be blamed once and decodes when tried again
    first = outcomes(pool, 1)[0]
    if isinstance(first, DecodeFailure):
        assert not first.final
        pool.submit(task(tmp_path, 1))
        first = outcomes(pool, 1)[0]
    assert isinstance(first, DecodedPhoto)


@posix
def test_crash_after_crash_every_photo_has_an_outcome(tmp_path: Path, pool: DecodePool) -> None:
    for number in range(4):
        pool.submit(task(tmp_path, number))
    seen: list[DecodeOutcome] = []
    kills = 0
    end = time.monotonic() + 60
    while pool.pending and time.monotonic() < end:
        if kills < 3 and workers():
            os.kill(workers()[0], signal.SIGKILL)
            kills += 1
        seen += pool.poll(0.05)
    assert sorted(outcome.photo_id for outcome in seen) == [0, 1, 2, 3]


def test_closing_leaves_no_worker(tmp_path: Path) -> None:
    pool = DecodePool(INPUT, 2)
    for number in range(6):
        pool.submit(task(tmp_path, number))
    pids = workers()
    assert len(pids) == 2
    pool.close()
    pool.close()
    assert pool.pending == 0
    assert not any(psutil.pid_exists(pid) for pid in pids)


@posix
def test_workers_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg")
    script = tmp_path / "owner.py"
    script.write_text(
        "import multiprocessing, os, sys\n"
        "from engine.config import ModelInput\n"
        "from engine.decode_pool import LOOK_AHEAD, DecodePool\n"
        "from engine.photo import DecodeTask\n"
        "if __name__ == '__main__':\n"
        "    pool = DecodePool(ModelInput(32), 1)\n"
        "    pool.submit(DecodeTask(1, os.fsencode(sys.argv[1])))\n"
        "    print(type(pool.poll(60)[0]).__name__, multiprocessing.active_children()[0].pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(script), str(tmp_path / "a.jpg")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as owner:
        assert owner.stdout
        outcome, pid = owner.stdout.readline().split()
        assert outcome == "DecodedPhoto"
        owner.kill()
        owner.wait()
    end = time.monotonic() + 60
    while running(int(pid)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not running(int(pid))


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="limits that can be read from outside")
def test_a_worker_has_little_memory_leaves_no_core_and_can_stand_back(tmp_path: Path) -> None:
    with DecodePool(INPUT, 1, niceness=7) as pool:
        pool.submit(task(tmp_path, 1))
        outcomes(pool, 1)
        worker = psutil.Process(workers()[0])
        assert 1536 * 2**20 < worker.rlimit(psutil.RLIMIT_AS)[0] <= 1536 * 2**20 + worker.memory_info().vms + 2**28
        assert worker.rlimit(psutil.RLIMIT_CORE)[0] == 0
        assert 60 <= worker.rlimit(psutil.RLIMIT_CPU)[0] <= 70
        assert worker.nice() == min(os.nice(0) + 7, 19)


def test_a_worker_knows_no_model_no_database_and_no_window() -> None:
    script = (
        "import sys, engine.decode_pool_worker, engine.decoder\n"
        "heavy = {'torch', 'numpy', 'hnswlib', 'sqlite_utils', 'sqlite3', 'PySide6', 'open_clip'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_pool_itself_does_not_load_pillow() -> None:
    script = "import sys, engine.decode_pool; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.slow
def test_no_hostile_file_crashes_or_hangs_a_worker() -> None:
    root = os.environ.get("AFTERIMAGE_DATA")
    if not root or not os.path.isdir(os.path.join(root, "hostile")):
        pytest.skip("AFTERIMAGE_DATA names no folder with hostile/")
    files = [os.path.join(at, name) for at, _, names in os.walk(os.fsencode(root) + b"/hostile") for name in names]
    waiting = [DecodeTask(number, path) for number, path in enumerate(files)]
    seen: list[DecodeOutcome] = []
    # the slowest file takes some seconds alone, and tests run on machines that do other things
    with DecodePool(INPUT, 2, timeout_s=30) as pool:
        while waiting or pool.pending:
            while waiting and pool.free:
                pool.submit(waiting.pop())
            seen += pool.poll(1)
    assert sorted(outcome.photo_id for outcome in seen) == list(range(len(files)))
    lost = [outcome for outcome in seen if isinstance(outcome, DecodeFailure) and not outcome.final]
    assert lost == []
    assert sum(isinstance(outcome, DecodedPhoto) for outcome in seen) > 300


@posix
def test_ctrl_c_does_not_reach_a_worker_that_is_being_born(pool: DecodePool, tmp_path: Path) -> None:
    pool.submit(task(tmp_path, 1))
    born = workers()
    assert len(born) == 1
    outcomes: list[DecodeOutcome] = []
    deadline = time.monotonic() + 60
    while not outcomes and time.monotonic() < deadline:
        os.kill(born[0], signal.SIGINT)
        outcomes += pool.poll(0.01)
    assert isinstance(outcomes[0], DecodedPhoto)
    assert workers() == born


def test_a_busy_machine_costs_no_photo_and_one_that_waits_gets_no_more_time() -> None:
    now, used, wants = [100.0], [5.0], [False]
    clock = PhotoClock(60, lambda: (used[0], wants[0]), lambda: now[0])
    clock.begin(10)
    assert clock.deadline == 110
    now[0], used[0] = 111, 5.5
    assert not clock.put_off(10)  # it waits for a file, or for nothing
    wants[0] = True
    assert clock.put_off(10)  # it waits for a processor
    assert clock.deadline == 120.5
    used[0] = 9
    assert clock.put_off(10)  # others had more of the processor
    assert clock.deadline == 117
    used[0] = 14.9
    assert not clock.put_off(10)  # it had its share
    now[0], used[0] = 160, 9
    assert not clock.put_off(10)  # nobody waits for ever
