"""Parts of a batch: all photos once, in order, each part by a thread that divides nothing further."""

from __future__ import annotations

import threading

import pytest
import torch

from engine.forward_threads import ForwardThreads

LEAST, MOST = 4, 16
SIZES = {"least": LEAST, "most": MOST}


@pytest.mark.parametrize("photos", [1, LEAST, LEAST + 1, 31, 32, 100])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_photo_is_in_one_part_and_the_parts_are_in_order(photos: int, threads: int) -> None:
    before = torch.get_num_threads()
    parts = ForwardThreads(threads).run(photos, lambda start, stop: range(start, stop), **SIZES)
    assert [number for part in parts for number in part] == list(range(photos))
    assert max(map(len, parts)) <= MOST
    assert torch.get_num_threads() == before


def test_parts_are_computed_side_by_side_by_threads_that_divide_nothing_further() -> None:
    before = torch.get_num_threads()
    met = threading.Barrier(2, timeout=300)

    def work(_start: int, _stop: int) -> tuple[int, int]:
        met.wait()  # passes only where both are at work
        return torch.get_num_threads(), threading.get_ident()

    torch.set_num_threads(2)
    try:
        told = ForwardThreads(2).run(2 * MOST, work, **SIZES)
        assert [threads for threads, _ in told] == [1, 1]
        assert len({thread for _, thread in told}) == 2
        assert torch.get_num_threads() == 2
        assert ForwardThreads(2).alone(torch.get_num_threads) == 1
        later: list[int] = []
        other = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        other.start()
        other.join()
        assert later == [2]
    finally:
        torch.set_num_threads(before)


def test_what_a_part_raises_is_raised_once_all_parts_are_done() -> None:
    done = []

    def work(start: int, _stop: int) -> None:
        if start == 0:
            raise RuntimeError("out of memory")
        done.append(start)

    with pytest.raises(RuntimeError, match="out of memory"):
        ForwardThreads(2).run(4 * MOST, work, **SIZES)
    assert sorted(done) == [MOST, 2 * MOST, 3 * MOST]
