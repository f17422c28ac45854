from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.calibration import Calibration, Curve
from engine.calibration_features import Lexicon
from engine.catalog import Catalog
from engine.clauses import PlainSearch
from engine.people_words import joined
from engine.searcher import BY_EXAMPLE, NOT_CALIBRATED, NOT_TOGETHER, Ranking, Searcher, reorder
from engine.vector_index import VectorIndex
from tests.fake_model import FakeBiEncoder


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


class Stage:
    """Scores a content by its id, and counts how many it was shown."""

    def __init__(self, scores: dict[int, float]) -> None:
        self.scores = scores
        self.shown = 0

    def compare(self, sentence: str, content_ids: np.ndarray) -> Comparing:
        self.shown += len(content_ids)
        return Comparing(np.array([self.scores[int(each)] for each in content_ids], np.float32))


class Comparing:
    at_once = 16

    def __init__(self, scores: np.ndarray) -> None:
        self._scores = scores
        self.places = np.arange(len(scores))
        self.costs_ms = np.zeros(len(scores))

    def score(self, places: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return self._scores[places]


CALIBRATION = Calibration(
    "fake",
    "fake-head",
    Lexicon({"red": (3.0, -1.0)}, (0.1, 0.2)),
    Curve(-4.0, {"score": 8.0, "unread": -16.0}),
    Curve(0.0, {"score": 1.0}),
    threshold=0.5,
)


def searcher(folder: Path, count: int, *, calibration: Calibration | None = CALIBRATION) -> Searcher:
    """A library of `count` contents, the first most red, without a stage of its own."""
    index = VectorIndex(os.fsencode(folder / "index"), 8)
    angles = np.linspace(0.0, 1.5, count)
    rows = np.zeros((count, 8), np.float32)
    rows[:, 0], rows[:, 1] = np.cos(angles), np.sin(angles)
    index.add(np.arange(1, count + 1), rows)
    catalog = Catalog(os.fsencode(folder / "catalog.db"))
    found = Searcher(catalog, FakeBiEncoder(), cross_encoder=None, index=index, tokens=None, calibration=calibration)
    found.budget_ms = 1e6
    return found


def retrieved(found: Searcher, limit: int, sentence: str = "red") -> Ranking:
    return found.retrieve(found.embed(sentence), limit=limit, sentence=sentence)


def reranked(found: Searcher, before: Ranking, stage: Stage, **how: int) -> Ranking:
    found._second_stage, found._calibrated_together = stage, True
    return [each for each in found.rerank("red", before, **how) if each is not None][-1]


def test_without_a_calibration_every_row_matches_and_the_reason_is_said(tmp_path: Path) -> None:
    found = searcher(tmp_path, 9, calibration=None)
    before = retrieved(found, 9)
    ranking, answer = found.answer(before)
    assert ranking is before
    assert (answer.matched, answer.best, answer.expected, answer.uncalibrated) == (9, None, None, NOT_CALIBRATED)


def test_an_example_photo_has_no_probability(tmp_path: Path) -> None:
    found = searcher(tmp_path, 9)
    ranking, answer = found.answer(found.retrieve(found.embed("red"), limit=9))
    assert ranking.probabilities is None
    assert (answer.matched, answer.uncalibrated) == (9, BY_EXAMPLE)


def test_retrieved_contents_have_the_probability_of_their_cosine(tmp_path: Path) -> None:
    before = retrieved(searcher(tmp_path, 9), 9)
    assert before.probabilities is not None
    assert before.probabilities[0] == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-3)
    assert (np.diff(before.probabilities) < 0).all()


def test_a_word_that_the_model_never_met_speaks_against_a_match(tmp_path: Path) -> None:
    found = searcher(tmp_path, 9)
    _, answer = found.answer(retrieved(found, 9, "red spaceship"))
    assert answer.matched == 0
    assert answer.best is not None
    assert answer.best < 0.1


def test_a_second_stage_that_was_not_calibrated_with_the_model_takes_the_probabilities_away(tmp_path: Path) -> None:
    found = searcher(tmp_path, 9)
    found._second_stage = Stage(dict.fromkeys(range(1, 10), 0.0))
    better = [each for each in found.rerank("red", retrieved(found, 9)) if each is not None][-1]
    assert better.probabilities is None
    assert found.answer(better)[1].uncalibrated == NOT_TOGETHER


def test_what_was_looked_at_closely_has_the_probability_of_its_score(tmp_path: Path) -> None:
    found = searcher(tmp_path, 9)
    better = reranked(found, retrieved(found, 9), Stage({each: float(each - 5) for each in range(1, 10)}))
    assert better.ids.tolist() == list(range(9, 0, -1))
    assert better.probabilities is not None
    assert np.allclose(better.probabilities, 1 / (1 + np.exp(-np.arange(4.0, -5.0, -1))), atol=1e-4)
    assert found.answer(better)[1].matched == 5


def test_rows_are_ordered_by_what_is_said_of_them_whether_they_were_looked_at_or_not(tmp_path: Path) -> None:
    found = searcher(tmp_path, 60)
    stage = Stage({each: (3.0 if each == 1 else -3.0) for each in range(1, 61)})
    ranking, answer = found.answer(reranked(found, retrieved(found, 60), stage, head=10))
    assert 1 < answer.matched < 60
    assert ranking.probabilities is not None
    assert (np.diff(ranking.probabilities) <= 0).all()
    assert 1 in ranking.ids[: answer.matched]
    assert not set(range(2, 11)) & set(ranking.ids[: answer.matched].tolist())
    assert (ranking.probabilities[: answer.matched] >= 0.5).all()
    assert (ranking.probabilities[answer.matched :] < 0.5).all()


def test_it_goes_deeper_while_what_it_sees_is_likely_and_stops_where_it_is_not(tmp_path: Path) -> None:
    found = searcher(tmp_path, 400)
    all_match = Stage(dict.fromkeys(range(1, 401), 3.0))
    assert reranked(found, retrieved(found, 400), all_match).reranked.all()
    none_match = Stage(dict.fromkeys(range(1, 401), -3.0))
    assert reranked(found, retrieved(found, 400), none_match).reranked.sum() == 50


def test_it_goes_no_deeper_than_the_budget(tmp_path: Path) -> None:
    found = searcher(tmp_path, 400)
    found.budget_ms = 0.0
    all_match = Stage(dict.fromkeys(range(1, 401), 3.0))
    assert reranked(found, retrieved(found, 400), all_match).reranked.sum() == 50


def test_a_deeper_look_that_is_asked_for_is_taken_whatever_it_costs(tmp_path: Path) -> None:
    found = searcher(tmp_path, 400)
    found.budget_ms = 0.0
    none_match = Stage(dict.fromkeys(range(1, 401), -3.0))
    assert reranked(found, retrieved(found, 400), none_match, look=120).reranked.sum() == 120


def test_a_closer_look_reads_no_content_twice(tmp_path: Path) -> None:
    found = searcher(tmp_path, 300)
    stage = Stage(dict.fromkeys(range(1, 301), 3.0))
    reranked(found, retrieved(found, 300), stage)
    assert stage.shown == 300


@pytest.mark.parametrize(("bias", "best", "found_some"), [(-3.0, 0.4, False), (3.0, 0.4, True), (-3.0, 0.8, True)])
def test_nothing_matches_where_probably_nothing_is_there_and_no_hit_is_likely(
    tmp_path: Path, bias: float, best: float, found_some: bool
) -> None:
    presence = Curve(bias, {"over_best": 0.0})
    head = Curve(float(np.log(best / (1 - best))) - 4, {"score": 1.0}, presence=presence, least=0.5)
    found = searcher(tmp_path, 9, calibration=replace(CALIBRATION, reranked=head, threshold=0.1))
    stage = Stage({each: float(each - 5) for each in range(1, 10)})
    ranking, answer = found.answer(reranked(found, retrieved(found, 9), stage))
    assert answer.best == pytest.approx(best, abs=1e-4)
    assert (answer.matched > 0) == found_some
    assert ranking.ids[0] == 9


def test_what_people_wrote_of_far_contents_takes_no_match_out_of_the_count(tmp_path: Path) -> None:
    found = searcher(tmp_path, 100)
    few = retrieved(found, 5)
    _, answer = found.answer(few)
    assert answer.expected is not None
    assert answer.expected.count > 20, "most are not retrieved"
    wider, told = found.answer(joined(few, np.array([2, 60]), PlainSearch(found, found.embed("red"), sentence="red")))
    assert set(wider.ids.tolist()) == {1, 2, 3, 4, 5, 60}
    assert told.expected == answer.expected
