from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import people_words
from engine.calibration import Expected
from engine.people_words import Written, _shares
from engine.searcher import Answer, Ranking

RANKING = Ranking(
    np.array([5, 6, 7]),
    np.float32([0.3, 0.2, 0.1]),
    np.float32([0.3, 0.2, 0.1]),
    np.zeros(3, bool),
    probabilities=np.float32([0.6, 0.3, 0.1]),
)
ANSWER = Answer(matched=1, best=0.6, expected=Expected(1.0, 0.5, 2.0))


def of(*shares: tuple[int, float]) -> Written:
    return Written(np.array([one for one, _ in shares]), np.float32([share for _, share in shares]))


def test_a_photo_of_which_a_person_wrote_most_of_what_is_asked_for_is_the_likelier_for_it() -> None:
    ranking, answer = people_words.likelier(RANKING, ANSWER, of((7, 0.9)), threshold=0.5)
    assert ranking.ids.tolist() == [7, 5, 6]
    assert ranking.probabilities[0] > 0.7
    assert ranking.probabilities[1:].tolist() == pytest.approx([0.6, 0.3])
    assert answer.matched == 2
    assert answer.best == pytest.approx(ranking.probabilities[0])
    assert answer.expected.count == pytest.approx(1.0 + float(ranking.probabilities[0]) - 0.1, abs=1e-5)


def test_a_common_word_says_nothing_of_a_photo_and_nothing_against_it() -> None:
    assert people_words.likelier(RANKING, ANSWER, of((6, 0.1)), threshold=0.5) == (RANKING, ANSWER)


def test_where_nothing_is_calibrated_a_part_of_the_words_changes_nothing() -> None:
    plain = replace(RANKING, probabilities=None)
    assert people_words.likelier(plain, ANSWER, of((7, 0.9)), threshold=0.5) == (plain, ANSWER)


def test_rare_words_are_the_larger_part_of_what_is_asked_for() -> None:
    common, rare = np.arange(400), np.array([7, 900])
    photos, shares = _shares([common, rare], 1_000)
    assert photos.tolist() == [7, 900]
    assert shares[0] == 1
    assert 0.8 < shares[1] < 1


def test_photos_of_which_nobody_wrote_have_no_share() -> None:
    assert of((2, 0.5), (4, 1.0)).of(np.array([4, 1, 2, 9])).tolist() == [1.0, 0.0, 0.5, 0.0]
    assert Written().of(np.array([4])).tolist() == [0.0]
    assert of((2, 0.5), (4, 1.0)).whole.tolist() == [4]
