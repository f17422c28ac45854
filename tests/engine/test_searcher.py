from __future__ import annotations

import numpy as np

from engine.searcher import Ranking, reorder


def ranking(n: int) -> Ranking:
    cosines = np.linspace(0.9, 0.1, n, dtype=np.float32)
    return Ranking(np.arange(100, 100 + n), cosines, cosines, np.zeros(n, bool))


def test_the_head_is_sorted_by_descending_score_and_the_tail_stays() -> None:
    better = reorder(ranking(5), np.array([0, 1, 2]), np.array([0.1, 0.3, 0.2], np.float32))
    assert better.ids.tolist() == [101, 102, 100, 103, 104]
    assert better.reranked.tolist() == [True, True, True, False, False]
    assert np.allclose(better.scores[:3], [0.3, 0.2, 0.1])


def test_equal_scores_keep_the_retrieved_order() -> None:
    assert reorder(ranking(4), np.arange(4), np.zeros(4, np.float32)).ids.tolist() == [100, 101, 102, 103]


def test_a_content_without_tokens_keeps_its_rank() -> None:
    better = reorder(ranking(4), np.array([0, 2, 3]), np.array([1, 2, 3], np.float32))
    assert better.ids.tolist() == [103, 101, 102, 100]
    assert not better.reranked[1]


def test_cosines_travel_with_their_contents() -> None:
    before = ranking(3)
    better = reorder(before, np.arange(3), np.array([1, 2, 3], np.float32))
    assert better.cosines.tolist() == before.cosines.tolist()[::-1]
