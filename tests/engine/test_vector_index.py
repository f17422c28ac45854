"""The index finds what exact search finds, and no file on disk can bring it down."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.index_recall import drawn
from engine.vector_index import EXACT_BELOW, VectorIndex

DIMENSION = 32
LARGE = EXACT_BELOW + 1500


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "index")


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return drawn(LARGE * 2, DIMENSION)


def built(folder: bytes, vectors: np.ndarray, *, first: int = 1) -> VectorIndex:
    """An index of these vectors, ids counted from `first`, all of them in the graph where there is one."""
    index = VectorIndex(folder, vectors.shape[1])
    index.open(np.zeros(0, np.int64))
    index.stage(np.arange(first, first + len(vectors)), vectors)
    while index.build_slice(0.2):
        pass
    return index


def exact(vectors: np.ndarray, query: np.ndarray, k: int) -> np.ndarray:
    """Places of the k nearest, as float16 vectors are compared."""
    return np.argsort(-(vectors.astype(np.float16).astype(np.float32) @ query), kind="stable")[:k]


def recall(index: VectorIndex, ids: np.ndarray, queries: np.ndarray, k: int = 50) -> float:
    pairs = [(index.nearest(query, k)[0], index.nearest_among(query, ids, k)[0]) for query in queries]
    return float(np.mean([len(np.intersect1d(found, exact)) for found, exact in pairs])) / k


# ---- searching ----------------------------------------------------------------------------------------------------


def test_few_vectors_are_searched_exactly(folder: bytes, vectors: np.ndarray) -> None:
    few = vectors[:500]
    index = built(folder, few)
    for query in vectors[600:620]:
        ids, cosines = index.nearest(query, 50)
        assert ids.tolist() == (exact(few, query, 50) + 1).tolist()
        assert np.all(np.diff(cosines) <= 0)
        assert cosines == pytest.approx(few[ids - 1] @ query, abs=2e-3)
        assert (ids.dtype, cosines.dtype) == (np.int64, np.float32)


def test_many_vectors_are_found_by_the_graph(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    ids = np.arange(1, LARGE + 1)
    assert recall(index, ids, vectors[-200:]) >= 0.98
    assert len(index) == LARGE


def test_staged_vectors_are_found_before_they_are_built_in(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    index.stage(np.arange(LARGE + 1, LARGE + 101), vectors[LARGE : LARGE + 100])
    for place in (LARGE, LARGE + 99):
        assert index.nearest(vectors[place], 5)[0][0] == place + 1
    assert recall(index, np.arange(1, LARGE + 101), vectors[-100:]) >= 0.98


def test_building_goes_in_slices_and_ends(folder: bytes, vectors: np.ndarray) -> None:
    index = VectorIndex(folder, DIMENSION)
    index.stage(np.arange(1, LARGE + 1), vectors[:LARGE])
    slices = 1
    while index.build_slice(0.02):
        slices += 1
        assert index.nearest(vectors[7], 1)[0].tolist() == [8]
    assert slices > 3
    assert index.build_slice(0.02) is False


@pytest.mark.parametrize("count", [0, 1, 5])
def test_more_can_be_asked_for_than_there_is(folder: bytes, vectors: np.ndarray, count: int) -> None:
    index = built(folder, vectors[:count])
    assert len(index.nearest(vectors[0], 50)[0]) == count
    assert len(index.nearest(vectors[0], 0)[0]) == 0
    assert len(index.nearest_among(vectors[0], np.array([1, 2, 999]), 50)[0]) == min(count, 2)


def test_all_of_a_large_index_can_be_asked_for(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    index.remove(np.arange(1, 500))
    for k in (300, 3000, LARGE, LARGE * 2):
        ids, _ = index.nearest(vectors[1000], k)
        assert len(ids) == min(k, len(index))
        assert len(np.unique(ids)) == len(ids)


def test_narrow_filters_are_exact(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    among = np.arange(10, LARGE, 7)
    ids, _ = index.nearest_among(vectors[-1], among, 20)
    assert ids.tolist() == among[exact(vectors[among - 1], vectors[-1], 20)].tolist()


def test_wrong_shapes_are_refused(folder: bytes) -> None:
    index = VectorIndex(folder, DIMENSION)
    with pytest.raises(ValueError, match="query"):
        index.nearest(np.zeros(DIMENSION + 1, np.float32), 1)
    with pytest.raises(ValueError, match="vectors"):
        index.add(np.array([1]), np.zeros((1, DIMENSION + 1)))


# ---- adding and removing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [300, LARGE])
def test_removed_vectors_are_found_no_more(folder: bytes, vectors: np.ndarray, size: int) -> None:
    index = built(folder, vectors[:size])
    gone = np.arange(1, 101)
    index.remove(np.concatenate([gone, [10**6, 1]]))
    assert len(index) == size - 100
    for query in vectors[:100:9]:
        assert not np.intersect1d(index.nearest(query, 50)[0], gone).size
    assert index.nearest_among(vectors[0], gone, 5)[0].size == 0


@pytest.mark.parametrize("size", [300, LARGE])
def test_a_vector_is_replaced_and_comes_back_after_removal(folder: bytes, vectors: np.ndarray, size: int) -> None:
    index = built(folder, vectors[:size])
    index.add(np.array([5, 5]), vectors[[-3, -1]])
    assert index.nearest(vectors[-1], 1)[0].tolist() == [5]
    assert index.nearest(vectors[4], 3)[0][0] != 5
    index.remove(np.array([5]))
    index.add(np.array([5]), vectors[[4]])
    assert index.nearest(vectors[4], 1)[0].tolist() == [5]
    index.stage(np.array([6]), vectors[[-2]])
    assert index.nearest(vectors[-2], 1)[0].tolist() == [6]
    while index.build_slice(0.1):
        pass
    assert index.nearest(vectors[-2], 1)[0].tolist() == [6]
    assert len(index) == size


@pytest.mark.slow
def test_recall_holds_when_most_vectors_were_exchanged(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    live = np.arange(1, LARGE + 1)
    rng = np.random.default_rng(1)
    for turn in range(4):
        gone = rng.choice(live, LARGE // 4, replace=False)
        new = np.arange(len(gone)) + 10**5 * (turn + 1)
        index.remove(gone)
        index.add(new, vectors[LARGE + rng.choice(LARGE - 200, len(gone), replace=False)])
        while index.build_slice(0.2):
            pass
        live = np.concatenate([np.setdiff1d(live, gone), new])
    assert len(index) == len(live)
    assert recall(index, live, vectors[-200:]) >= 0.98


@pytest.mark.slow
def test_a_graph_that_is_mostly_holes_is_built_anew(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    index.remove(np.arange(1, LARGE // 2))
    index.stage(np.arange(LARGE + 1, 2 * LARGE - 200), vectors[LARGE + 1 : 2 * LARGE - 200])
    while index.build_slice(0.2):
        pass
    live = np.arange(LARGE // 2, 2 * LARGE - 200)
    assert recall(index, live, vectors[-100:]) >= 0.98


# ---- saving and opening -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 200, LARGE])
def test_what_was_saved_is_opened_without_building(folder: bytes, vectors: np.ndarray, size: int) -> None:
    index = built(folder, vectors[:size])
    index.save()
    assert index.unsaved == 0
    again = VectorIndex(folder, DIMENSION)
    assert again.open(np.arange(1, size + 1)).size == 0
    assert (len(again), again.verified, again.unsaved) == (size, True, 0)
    assert again.build_slice(0) is False
    for query in vectors[-20:]:
        assert again.nearest(query, 50)[0].tolist() == index.nearest(query, 50)[0].tolist()
    again.add(np.array([10**6]), vectors[-1:])
    assert again.nearest(vectors[-1], 1)[0].tolist() == [10**6]


def test_opening_drops_what_is_gone_and_names_what_is_missing(folder: bytes, vectors: np.ndarray) -> None:
    built(folder, vectors[:LARGE]).save()
    index = VectorIndex(folder, DIMENSION)
    live = np.arange(51, LARGE + 11)
    missing = index.open(live)
    assert missing.tolist() == list(range(LARGE + 1, LARGE + 11))
    index.stage(missing, vectors[missing - 1])
    assert len(index) == len(live)
    assert index.unsaved == 60
    assert recall(index, live, vectors[-100:]) >= 0.98


def test_saving_leaves_one_generation_behind(folder: bytes, vectors: np.ndarray) -> None:
    index = built(folder, vectors[:LARGE])
    for _ in range(3):
        index.save()
    assert sorted(os.listdir(folder)) == [b"graph-3.bin", b"index.json", b"vectors-3.bin"]


def test_a_folder_whose_name_is_not_text_is_no_obstacle(tmp_path: Path, vectors: np.ndarray) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    built(folder, vectors[:LARGE]).save()
    assert VectorIndex(folder, DIMENSION).open(np.arange(1, LARGE + 1)).size == 0


def test_an_index_of_another_dimension_is_not_loaded(folder: bytes, vectors: np.ndarray) -> None:
    built(folder, vectors[:LARGE]).save()
    index = VectorIndex(folder, DIMENSION // 2)
    assert index.open(np.arange(1, 11)).tolist() == list(range(1, 11))
    assert (len(index), index.verified) == (0, False)


MUTATE = """
import os, random, sys
import numpy as np
from engine.vector_index import VectorIndex
from tests.engine.test_vector_index import DIMENSION, LARGE, damage, restore
from benchmarks.index_recall import drawn

whole, broken, count = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2]), int(sys.argv[3])
vectors = drawn(LARGE * 2, DIMENSION)
live = np.arange(1, LARGE + 1)
rng = random.Random(7)
for number in range(count):
    restore(whole, broken)
    what = damage(broken, rng)
    index = VectorIndex(broken, DIMENSION)
    missing = index.open(live)
    index.stage(missing, vectors[missing - 1])
    index.build_slice(0)
    assert len(index) == LARGE, what
    for place in rng.sample(range(LARGE), 3):
        ids, cosines = index.nearest(vectors[place], 10)
        assert ids[0] == place + 1 and abs(cosines[0] - 1) < 0.01, (what, place, ids, cosines)
    print(number, what, index.verified, len(missing))
"""


def restore(whole: bytes, broken: bytes) -> None:
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(whole, broken)


def damage(folder: bytes, rng: random.Random) -> str:
    """Spoils one file of a saved index, as disks, copies and other programs do."""
    name = rng.choice(sorted(os.listdir(folder)))
    path = os.path.join(folder, name)
    with open(path, "rb") as file:
        data = bytearray(file.read())
    kind = rng.choice(["flip", "flip", "cut", "zero tail", "noise", "longer", "empty", "gone", "swap", "header"])
    if kind == "flip":
        for _ in range(rng.choice([1, 1, 20])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del data[rng.randrange(len(data)) :]
    elif kind == "zero tail":
        start = rng.randrange(len(data))
        data[start:] = bytes(len(data) - start)
    elif kind == "noise":
        start = rng.randrange(len(data))
        some = data[start : start + 4096]
        data[start : start + 4096] = rng.randbytes(len(some))
    elif kind == "longer":
        data += rng.randbytes(rng.randrange(1, 5000))
    elif kind == "empty":
        data.clear()
    elif kind == "header":
        data[:96] = rng.randbytes(min(96, len(data)))
    if kind == "gone":
        os.unlink(path)
    elif kind == "swap":
        other = os.path.join(folder, rng.choice(sorted(os.listdir(folder))))
        shutil.copyfile(other, path + b".swap")
        os.replace(path + b".swap", path)
    else:
        with open(path, "wb") as file:
            file.write(data)
    return f"{kind} {name.decode()}"


def test_no_damaged_file_crashes_or_gives_wrong_results(tmp_path: Path, vectors: np.ndarray) -> None:
    whole = tmp_path / "whole"
    built(os.fsencode(whole), vectors[:LARGE]).save()
    count = 200
    command = [sys.executable, "-c", MUTATE, str(whole), str(tmp_path / "broken"), str(count)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-500:] + run.stderr[-2000:]
    assert len(run.stdout.splitlines()) == count


def test_a_stale_index_is_brought_up_to_date(folder: bytes, vectors: np.ndarray, tmp_path: Path) -> None:
    index = built(folder, vectors[:LARGE])
    index.save()
    old = os.fsencode(tmp_path / "old")
    shutil.copytree(folder, old)
    index.remove(np.arange(1, 1001))
    index.add(np.arange(LARGE + 1, LARGE + 301), vectors[LARGE : LARGE + 300])
    index.save()
    live = np.arange(1001, LARGE + 301)
    stale = VectorIndex(old, DIMENSION)
    missing = stale.open(live)
    assert missing.tolist() == list(range(LARGE + 1, LARGE + 301))
    stale.stage(missing, vectors[missing - 1])
    assert recall(stale, live, vectors[-50:]) >= 0.98


@pytest.mark.parametrize("torn", ["vectors-2.bin", "graph-2.bin", "index.json.tmp"])
def test_a_save_that_was_killed_leaves_the_one_before(folder: bytes, vectors: np.ndarray, torn: str) -> None:
    built(folder, vectors[:LARGE]).save()
    with open(os.path.join(folder, torn.encode()), "wb") as file:
        file.write(b"torn" * 1000)
    index = VectorIndex(folder, DIMENSION)
    assert index.open(np.arange(1, LARGE + 1)).size == 0
    assert index.verified
    assert torn.encode() not in os.listdir(folder)


SAVE_WITHOUT_ROOM = """
import os, resource, sys
import numpy as np
from benchmarks.index_recall import drawn
from engine.errors import DiskFull
from engine.vector_index import VectorIndex
from tests.engine.test_vector_index import DIMENSION, LARGE

vectors = drawn(LARGE * 2, DIMENSION)
index = VectorIndex(os.fsencode(sys.argv[1]), DIMENSION)
index.stage(index.open(np.arange(1, LARGE + 301)), vectors[LARGE : LARGE + 300])
while index.build_slice(0.2):
    pass
for limit in (100_000, 600_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        index.save()
    except DiskFull as full:
        assert full.path and full.remedy
    else:
        sys.exit("saved into no room")
    assert index.unsaved and len(index) == LARGE + 300
"""


def test_a_full_disk_keeps_the_save_before(folder: bytes, vectors: np.ndarray) -> None:
    built(folder, vectors[:LARGE]).save()
    before = sorted(os.listdir(folder))
    command = [sys.executable, "-c", SAVE_WITHOUT_ROOM, os.fsdecode(folder)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert sorted(os.listdir(folder)) == before
    index = VectorIndex(folder, DIMENSION)
    assert index.open(np.arange(1, LARGE + 1)).size == 0
    assert index.verified
