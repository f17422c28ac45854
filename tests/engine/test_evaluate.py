from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.evaluation.evaluate import evaluate
from engine.evaluation.ranking import best_ranks, both_directions, order_of, pairs_to_score, recalls
from engine.model_store import ModelStore
from tests.engine.model_folders import write_tiny
from tests.photos import draw_photo

# Three photos, two sentences each: sentences 0 and 1 belong to photo 0, and so on.
OWNER = np.array([0, 0, 1, 1, 2, 2])
COSINES = np.array(
    [
        [0.9, 0.1, 0.2],  # 0: its photo first
        [0.3, 0.8, 0.1],  # 0: second
        [0.7, 0.2, 0.6],  # 1: third
        [0.1, 0.5, 0.4],  # 1: first
        [0.4, 0.3, 0.2],  # 2: third
        [0.2, 0.1, 0.8],  # 2: first
    ],
    np.float32,
)


def test_recall_of_sentences_is_counted_by_hand() -> None:
    ir = both_directions(COSINES, OWNER)["ir"]
    assert (ir["r1"], ir["r5"], ir["r10"]) == (50.0, 100.0, 100.0)
    assert ir["mr"] == pytest.approx(83.33)
    assert ir["mrr10"] == pytest.approx(100 * (1 + 1 / 2 + 1 / 3 + 1 + 1 / 3 + 1) / 6, abs=0.01)


def test_any_own_sentence_of_a_photo_counts() -> None:
    # Photo 0: sentences by cosine 0, 2, 4, 1, ... its own is first. Photo 1: 1, 3: second. Photo 2: 5: first.
    tr = both_directions(COSINES, OWNER)["tr"]
    assert tr["r1"] == pytest.approx(66.67)
    assert tr["mrr10"] == pytest.approx(100 * (1 + 1 / 2 + 1) / 3, abs=0.01)


def test_reranking_puts_the_highest_score_first_and_keeps_the_tail() -> None:
    cosines = np.array([[0.9, 0.8, 0.7, 0.6]], np.float32)
    scores = np.array([[1.0, 3.0, 2.0, 99.0]], np.float32)
    assert order_of(cosines, scores, head=3).tolist() == [[1, 2, 0, 3]]


def test_a_head_longer_than_the_collection_reranks_all_of_it() -> None:
    cosines = np.array([[0.9, 0.8]], np.float32)
    assert order_of(cosines, np.array([[0.0, 1.0]]), head=50).tolist() == [[1, 0]]


def test_equal_values_keep_the_order_they_came_in() -> None:
    assert order_of(np.zeros((1, 4), np.float32)).tolist() == [[0, 1, 2, 3]]
    assert order_of(np.zeros((1, 4), np.float32), np.zeros((1, 4)), head=4).tolist() == [[0, 1, 2, 3]]


def test_ranks_are_positions_and_not_a_second_sorting() -> None:
    order = np.array([[2, 0, 1]])
    assert best_ranks(order, np.array([[False, True, False]])).tolist() == [3]


def test_a_rank_beyond_ten_gives_nothing() -> None:
    assert recalls(np.array([11])) == {"r1": 0.0, "r5": 0.0, "r10": 0.0, "mr": 0.0, "mrr10": 0.0}


def test_scores_are_asked_for_where_either_direction_needs_them() -> None:
    needed = pairs_to_score(COSINES, 1)
    assert needed[0].tolist() == [True, False, False]  # its best photo, and that photo's best sentence
    assert needed[5].tolist() == [False, False, True]
    assert needed.sum() == 6  # the best sentences of all photos are among them


def test_scores_equal_to_cosines_change_no_recall() -> None:
    assert both_directions(COSINES, OWNER, COSINES, head=2) == both_directions(COSINES, OWNER)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    lines = []
    for number in range(4):
        draw_photo(folder / f"{number}.jpg", size=(120, 90), seed=number)
        lines += [f"{number}.jpg\ta red dog {number}", f"{number}.jpg\ttwo children {number}"]
    (folder / "captions.tsv").write_text("\n".join(lines))
    (folder / "split.txt").write_text("0.jpg\n2.jpg\n3.jpg\n")
    write_tiny(folder / "tiny")
    write_tiny(folder / "plain", headless=True)
    return folder


def run(folder: Path, model: str = "tiny", **options):  # type: ignore[no-untyped-def]
    loaded = ModelStore(folder).load(str(folder / model))
    return evaluate(loaded, os.fsencode(folder), os.fsencode(folder / "captions.tsv"), **options)


def test_an_untrained_head_evaluates_as_its_bi_encoder(drawn: Path) -> None:
    found = run(drawn, k=2)
    assert (found["photos"], found["sentences"]) == (4, 8)
    assert found["coop"] == found["be"]
    assert "ce" not in found
    assert set(found["be"]["ir"]) == {"r1", "r5", "r10", "mr", "mrr10"}
    assert found["be"]["ir"]["r5"] == 100.0


def test_exhaustive_takes_the_first_sentence_of_each_photo_unless_told_otherwise(drawn: Path) -> None:
    assert run(drawn, exhaustive=True)["sentences"] == 4
    everything = run(drawn, exhaustive=True, all_sentences=True)
    assert everything["sentences"] == 8
    assert everything["ce"] == everything["be"]


def test_a_split_and_progress_are_heard(drawn: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    found = run(drawn, split=os.fsencode(drawn / "split.txt"), progress=lambda *facts: heard.append(facts))
    assert found["photos"] == 3
    assert ("photos", 3, 3) in heard
    assert ("sentences", 6, 6) in heard


def test_a_model_without_a_head_has_no_coop(drawn: Path) -> None:
    assert run(drawn, "plain")["coop"] is None
