"""A cheap bi-encoder retrieves, a dear one reorders: on made-up cosines, and with two tiny models."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation import cascade
from engine.evaluation.figures import View


def made_up(sentences: int = 40, photos: int = 30) -> tuple[View, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    said, seen = rng.normal(size=(sentences, 8)).astype(np.float32), rng.normal(size=(photos, 8)).astype(np.float32)
    cosines = rng.normal(size=(sentences, photos)).astype(np.float32)
    view = View(cosines, np.full_like(cosines, np.nan), rng.integers(0, photos, sentences), photos)
    return view, said, seen


def rank_by_hand(cheap: np.ndarray, dear: np.ndarray, right: int, head: int) -> int:
    order = sorted(range(len(cheap)), key=lambda n: -cheap[n])
    order = sorted(order[:head], key=lambda n: -dear[n]) + order[head:]
    return order.index(right) + 1


def test_the_head_is_in_the_dear_order_and_the_tail_in_the_cheap_one() -> None:
    view, said, seen = made_up()
    found = cascade.reorder(view, said, lambda columns: seen[columns], heads=(5, 12))
    assert list(found) == ["5", "12"]
    for head in (5, 12):
        ranks = [
            rank_by_hand(view.cosines[row], seen @ said[row], int(view.owner[row]), head) for row in range(len(said))
        ]
        assert found[str(head)]["ir"]["r1"] == pytest.approx(100 * np.mean([rank == 1 for rank in ranks]), abs=0.01)
        assert found[str(head)]["ir"]["r10"] == pytest.approx(100 * np.mean([rank <= 10 for rank in ranks]), abs=0.01)


def test_a_photo_is_encoded_once_and_only_when_it_stood_in_a_head() -> None:
    view, said, seen = made_up(sentences=15)
    asked: list[int] = []

    def encode(columns: np.ndarray) -> np.ndarray:
        asked.extend(columns.tolist())
        return seen[columns]

    found = cascade.reorder(view, said, encode, heads=(2,))
    stood = {n for row in view.cosines for n in np.argsort(-row)[:2].tolist()}
    assert sorted(asked) == sorted(stood)
    assert len(stood) < 30
    assert found["2"]["encoded"] == pytest.approx(100 * len(stood) / 30, abs=0.01)
    assert found["2"]["after"]["10"] <= found["2"]["encoded"]
    assert list(found["2"]["after"]) == ["10"]


def test_a_head_of_the_whole_collection_is_the_dear_one_alone() -> None:
    view, said, seen = made_up()
    found = cascade.reorder(view, said, lambda columns: seen[columns], heads=(30,))["30"]
    dear = said @ seen.T
    assert found["encoded"] == 100.0
    assert found["ir"]["r1"] == pytest.approx(100 * (dear.argmax(1) == view.owner).mean(), abs=0.01)


def test_what_encoding_costs_over_a_life_is_the_cheap_pass_and_a_share_of_the_dear_one() -> None:
    assert cascade.lifetime(0.001, 0.01, 30.0) == 40.0
    assert cascade.lifetime(0.01, 0.01, 100.0) == 200.0
