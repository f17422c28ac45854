from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.calibration import Calibration, Curve
from engine.calibration_features import Lexicon
from engine.catalog import Catalog
from engine.clauses import TOGETHER, ClauseSearch, every
from engine.people_words import joined
from engine.query import And, Example, Not, Text, parse
from engine.searcher import Ranking, Searcher
from engine.vector_index import VectorIndex

WORDS = ("dog", "cat", "snow", "grass")
CALIBRATION = Calibration(
    "fake", "fake", Lexicon({}, (0.2, 0.2)), Curve(-4.0, {"score": 10.0}), Curve(0.0, {"score": 1.0}), threshold=0.5
)


class Words:
    """A sentence is the sum of its words, each an axis of its own."""

    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        return np.stack([direction(sentence) for sentence in sentences])

    def unknown_words(self, sentence: str) -> list[str]:
        return []


class Closer:
    """A second stage that sees exactly what a photo shows."""

    def __init__(self, shown: dict[int, str]) -> None:
        self._shown = shown
        self.asked: list[tuple[str, int]] = []

    def compare(self, sentence: str, content_ids: np.ndarray) -> Scores:
        self.asked.append((sentence, len(content_ids)))
        seen = [self._shown[int(content)].split() for content in content_ids]
        return Scores(np.array([4.0 if set(sentence.split()) <= set(words) else -4.0 for words in seen], np.float32))


class Scores:
    at_once = 16

    def __init__(self, scores: np.ndarray) -> None:
        self._scores = scores
        self.places = np.arange(len(scores))
        self.costs_ms = np.zeros(len(scores))

    def score(self, places: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return self._scores[places]


def direction(words: str) -> np.ndarray:
    """float32[8], unit length."""
    vector = np.zeros(8, np.float32)
    for word in words.replace(",", "").split():
        vector[WORDS.index(word)] += 1
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


SHOWN = ["dog snow", "dog grass", "cat snow", "cat grass", "snow", "grass", "dog cat", "dog"]


class Photos:
    """A searchable library of photos that each show some words, ten of each kind."""

    def __init__(self, folder: Path) -> None:
        self.shown = {number + 1: SHOWN[number % len(SHOWN)] for number in range(10 * len(SHOWN))}
        index = VectorIndex(os.fsencode(folder / "index"), 8)
        index.add(np.array(list(self.shown)), np.stack([direction(words) for words in self.shown.values()]))
        self.catalog = Catalog(os.fsencode(folder / "catalog.db"))
        self.closer = Closer(self.shown)
        self.searcher = Searcher(
            self.catalog, Words(), cross_encoder=None, index=index, tokens=None, calibration=CALIBRATION
        )

    def calibrate(self, calibration: Calibration | None) -> None:
        self.searcher.calibration = calibration

    def rerank(self) -> None:
        self.searcher._second_stage = self.closer
        self.searcher._calibrated_together = True

    def kinds(self, ranking: Ranking, count: int = 10) -> set[str]:
        return {self.shown[int(content)] for content in ranking.ids[:count]}


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Photos]:
    photos = Photos(tmp_path)
    yield photos
    photos.catalog.close()


def search(photos: Photos, text: str, *, limit: int = 80, among: np.ndarray | None = None) -> ClauseSearch:
    clause = parse(text).clause
    assert clause is not None
    return ClauseSearch(photos.searcher, clause, among=among)


QUERIES = [
    ("dog NOT snow", {"dog", "dog grass", "dog cat"}, 30),
    ("dog AND snow", {"dog snow"}, 10),
    ("dog -snow -cat -grass", {"dog"}, 10),
    ("(dog OR cat) AND snow", {"dog snow", "cat snow"}, 20),
    ("dog without snow or grass", {"dog", "dog cat"}, 20),
    ("NOT dog", {"cat snow", "cat grass", "snow", "grass"}, 40),
    ("snow OR grass", {"snow", "grass", "dog snow", "dog grass", "cat snow", "cat grass"}, 60),
]


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
@pytest.mark.parametrize(("text", "kinds", "count"), QUERIES)
def test_clauses_are_put_together(
    photos: Photos, calibration: Calibration | None, text: str, kinds: set[str], count: int
) -> None:
    photos.calibrate(calibration)
    ranking = search(photos, text).retrieve(80)
    assert photos.kinds(ranking, count) == kinds
    assert (ranking.probabilities is None) == (calibration is None)
    assert sorted(ranking.scores.tolist(), reverse=True) == ranking.scores.tolist()


@pytest.mark.parametrize(("text", "kinds", "count"), QUERIES)
def test_all_clauses_look_closely_at_the_same_head(photos: Photos, text: str, kinds: set[str], count: int) -> None:
    photos.rerank()
    found = search(photos, text)
    ranking = found.retrieve(80)
    *slices, better = list(found.rerank(ranking))
    assert better is not None
    assert set(slices) == {None}
    assert better.reranked.tolist() == [True] * 50 + [False] * (len(ranking.ids) - 50)
    assert min(depth for _, depth in photos.closer.asked) >= 50
    assert sorted(better.ids.tolist()) == sorted(ranking.ids.tolist())
    assert photos.kinds(better, min(count, 50)) <= kinds
    assert better.probabilities is not None
    assert better.probabilities[0] > 0.9


def test_many_sentences_look_less_deep_each(photos: Photos) -> None:
    photos.rerank()
    found = search(photos, "dog OR cat OR snow OR grass OR (dog AND snow) OR (cat AND grass)")
    *_, better = list(found.rerank(found.retrieve(80)))
    assert better is not None
    assert better.reranked.sum() == 31


def test_probabilities_multiply(photos: Photos) -> None:
    photos.rerank()
    found = search(photos, "dog NOT snow")
    *_, better = list(found.rerank(found.retrieve(80)))
    assert better is not None
    assert better.probabilities is not None
    yes = 1 / (1 + np.exp(-4.0))
    by_kind = {photos.shown[int(content)]: p for content, p in zip(better.ids, better.probabilities, strict=True)}
    assert by_kind["dog"] == pytest.approx(yes * yes, abs=1e-4)
    assert by_kind["dog snow"] == pytest.approx(yes * (1 - yes), abs=1e-4)


def test_what_is_wanted_together_is_a_little_likelier_than_if_its_parts_knew_nothing_of_each_other(
    photos: Photos,
) -> None:
    photos.rerank()
    photos.calibrate(replace(CALIBRATION, threshold=0.99))
    found = search(photos, "dog AND snow")
    *_, better = list(found.rerank(found.retrieve(80)))
    assert better is not None
    assert better.probabilities is not None
    yes = 1 / (1 + np.exp(-4.0))
    assert better.probabilities[0] == pytest.approx(yes ** (2 - TOGETHER), abs=1e-4)
    assert photos.searcher.answer(better)[1].matched == 10, "the likeliest match, as in a search for one sentence"


def test_all_of_several_are_no_likelier_than_the_least_and_as_likely_as_that_where_the_others_are_certain() -> None:
    levels = [np.array([0.9, 1.0, 0.5]), np.array([0.4, 0.4, 0.5])]
    apart, some, one = (every(levels, dependence=share) for share in (0.0, TOGETHER, 1.0))
    assert apart.tolist() == pytest.approx([0.36, 0.4, 0.25])
    assert some.tolist() == pytest.approx([0.3696, 0.4, 0.2973], abs=1e-4)
    assert one.tolist() == pytest.approx([0.4, 0.4, 0.5])


def test_a_trace_of_what_is_denied_spoils_a_photo_without_making_the_others_less_likely(photos: Photos) -> None:
    shown, denied = Text("dog"), Text("snow")
    found = ClauseSearch(photos.searcher, And((shown, Not(denied))))
    levels = {id(shown): np.array([0.9, 0.6], np.float32), id(denied): np.array([0.2, 0.01], np.float32)}
    assert found._together(levels).tolist() == pytest.approx([0.72, 0.594])
    wanted = found._together(levels, doubt=found._doubt)
    assert wanted[1] > wanted[0]


def test_without_a_calibration_the_closer_look_orders_and_nothing_is_promised(photos: Photos) -> None:
    photos.rerank()
    photos.calibrate(None)
    found = search(photos, "dog NOT snow")
    *_, better = list(found.rerank(found.retrieve(80)))
    assert better is not None
    assert better.probabilities is None
    assert photos.kinds(better, 30) == {"dog", "dog grass", "dog cat"}


def test_a_model_without_a_second_stage_yields_nothing_closer(photos: Photos) -> None:
    found = search(photos, "dog NOT snow")
    assert list(found.rerank(found.retrieve(80))) == []


def test_what_is_denied_is_looked_for_beyond_what_is_nearest(photos: Photos) -> None:
    """Twenty of the thirty nearest show what is denied; ten are asked for."""
    assert photos.kinds(search(photos, "dog -snow -grass").retrieve(10)) <= {"dog", "dog cat"}


def test_a_choice_of_contents_is_kept_to(photos: Photos) -> None:
    among = np.arange(1, 17)
    ranking = search(photos, "dog OR cat", among=among).retrieve(80)
    assert set(ranking.ids.tolist()) <= set(among.tolist())


def test_a_content_that_leaves_meanwhile_hurts_nobody(photos: Photos) -> None:
    photos.rerank()
    found = search(photos, "dog NOT snow")
    ranking = found.retrieve(80)
    photos.searcher._index.remove(ranking.ids[:5])
    *_, better = list(found.rerank(ranking))
    assert better is not None
    assert len(better.ids) == len(ranking.ids)


def test_matches_beyond_those_retrieved_are_counted(photos: Photos) -> None:
    few, all_ = search(photos, "NOT dog").retrieve(10), search(photos, "NOT dog").retrieve(80)
    assert few.rest > 0
    assert all_.rest == 0
    _, answer = photos.searcher.answer(few)
    _, whole = photos.searcher.answer(all_)
    assert answer.expected is not None
    assert whole.expected is not None
    assert answer.expected.count == pytest.approx(whole.expected.count, rel=0.5)


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
def test_what_people_wrote_of_other_contents_joins_a_search_for_several_parts(
    photos: Photos, calibration: Calibration | None
) -> None:
    photos.calibrate(calibration)
    several = search(photos, "dog OR cat")
    few = several.retrieve(4)
    others = np.setdiff1d(np.array(list(photos.shown)), few.ids)[:20]
    wider = joined(few, others, several)
    assert wider.ids[:4].tolist() == few.ids.tolist()
    assert set(wider.ids[4:].tolist()) == set(others.tolist())
    kept = wider.only(np.ones(24, bool))
    assert (kept.probabilities is None) == (calibration is None)
    assert photos.searcher.answer(kept)[0].ids[0] == few.ids[0]


def test_examples_and_sentences_are_parts_of_one_search(photos: Photos) -> None:
    tree = And((Example(0), Text("snow"), Not(Example(1))))
    found = ClauseSearch(photos.searcher, tree, examples=[direction("dog grass"), direction("cat")])
    ranking = found.retrieve(80)
    assert photos.kinds(ranking, 10) == {"dog snow"}
    assert ranking.probabilities is None


def test_an_empty_library_has_nothing(tmp_path: Path) -> None:
    catalog = Catalog(os.fsencode(tmp_path / "catalog.db"))
    index = VectorIndex(os.fsencode(tmp_path / "index"), 8)
    searcher = Searcher(catalog, Words(), cross_encoder=None, index=index, tokens=None, calibration=CALIBRATION)
    found = ClauseSearch(searcher, And((Text("dog"), Not(Text("snow")))))
    ranking = found.retrieve(10)
    assert len(ranking.ids) == 0
    assert list(found.rerank(ranking)) == []
    assert replace(ranking).rest == 0
    catalog.close()
