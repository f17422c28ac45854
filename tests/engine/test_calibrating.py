from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from engine.calibration_features import Lexicon, View
from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.evaluation import asked, calibrated, calibrating
from engine.evaluation.asked import Asked, Searched
from engine.evaluation.asked_scores import searched
from engine.evaluation.concepts import Named
from engine.evaluation.grounds import grounds
from engine.evaluation.score_matrix import ScoreMatrix

PAIRS = CaptionedPhotos(
    b"",
    (b"snow.jpg", b"dog.jpg", b"both.jpg"),
    (
        ("A man in the snow .", "People ski down snowy hills", "a red coat"),
        ("a dog runs", "two dogs", "the puppy is brown"),
        ("a dog in the snow", "dogs play", "snow"),
    ),
)
LEXICON = Lexicon({"snow": (3.0, -2.0)}, (0.0, 0.1))


@dataclass
class Model:
    model_id = "m"
    head = "h"
    cross_encoder: object | None = None


def test_a_concept_is_named_by_its_plural_and_by_other_words_for_it() -> None:
    named = Named(PAIRS)
    assert named.by(["dog"]).tolist() == [0, 2, 2]
    assert named.by(["dog", "puppy"]).tolist() == [0, 3, 2]
    assert named.by(["person"]).tolist() == [2, 0, 0]
    assert named.by(["spaceship"]).tolist() == [0, 0, 0]
    assert named.spelling("dog") in ("dog", "dogs")


def test_frequent_words_name_something() -> None:
    assert Named(PAIRS).frequent(1) == ["dog", "snow"]


def test_a_caption_is_covered_by_what_other_captions_name() -> None:
    assert Named(PAIRS).covered("The dogs are in the snow").tolist() == [0.5, 0.5, 1.0]


def test_a_scene_matches_where_two_captions_show_it_and_is_gone_where_none_names_it() -> None:
    snow = next(each for each in asked.scenes(Named(PAIRS)) if each.text == "snow")
    assert snow.matches.tolist() == [True, False, True]
    assert snow.named.tolist() == [True, False, True]
    people = next(each for each in asked.scenes(Named(PAIRS)) if each.text == "people in the snow")
    assert people.matches.tolist() == [True, False, False]


def test_a_caption_matches_its_own_photo_and_those_that_show_most_of_it() -> None:
    every = asked.captions(PAIRS, Named(PAIRS))
    dog_in_snow = every[6]
    assert dog_in_snow.matches.tolist() == [False, False, True]
    assert dog_in_snow.named.tolist() == [False, False, True]
    assert every[2].matches.tolist() == [True, False, False]


def searches(count: int, *, kind: str = "scene", seed: int = 0) -> list[Searched]:
    """Of pools of 200 photos in which a photo matches with the odds 20 * cosine - 6."""
    drawn = np.random.default_rng(seed)
    found = []
    for number in range(count):
        cosines = np.sort(drawn.normal(0, 0.15, 200).astype(np.float32))[::-1]
        matches = drawn.random(200) < 1 / (1 + np.exp(6 - 20 * cosines))
        of = Asked(f"{number}", kind, f"{number}", matches, matches)
        view = View("snow", 0, 200, cosines, cosines[:20])
        head = (np.arange(30), cosines[:30], cosines[:30], matches[:30])
        found.append(Searched(of, True, view, *head, cosines, matches))
    return found


def test_what_is_fitted_says_what_is_so_on_searches_that_it_has_not_seen() -> None:
    fitted = calibrating.fit(Model(), LEXICON, searches(120))  # type: ignore[arg-type]
    figures = calibrated.reliability(fitted, searches(120, seed=1))
    assert figures["ece"] < 0.03
    assert figures["ece_first"] < 0.08
    assert figures["brier_skill"] > 0.1
    assert fitted.reranked is None


def test_counts_hold_as_often_as_they_say() -> None:
    fitted = calibrating.fit(Model(), LEXICON, searches(200))  # type: ignore[arg-type]
    figures = calibrated.counts(fitted, searches(200, seed=2))
    assert 70 <= figures["holds"] <= 97
    assert figures["bias"] == pytest.approx(1, abs=0.15)


def test_a_model_with_a_head_has_a_curve_for_its_scores() -> None:
    fitted = calibrating.fit(Model(cross_encoder=object()), LEXICON, searches(40))  # type: ignore[arg-type]
    assert fitted.reranked is not None
    assert (fitted.model_id, fitted.head) == ("m", "h")


def test_the_threshold_parts_searches_with_an_answer_from_those_without() -> None:
    without = [
        Searched(each.asked, False, each.view, each.photos, each.cosines - 0.3, each.scores - 0.3, each.matches & False,
                 each.all_cosines - 0.3, each.all_matches & False)
        for each in searches(60, seed=3)
    ]  # fmt: skip
    fitted = calibrating.fit(Model(), LEXICON, [*searches(60), *without])  # type: ignore[arg-type]
    figures = calibrated.by_concept(fitted, [*searches(60, seed=4), *without])
    assert figures["nothing"] > 80
    assert figures["found"] > 80


def embedded(count: int, *, seed: int) -> list[Searched]:
    """Searches for what is not there, of sentences whose first coordinate lifts every cosine."""
    drawn = np.random.default_rng(seed)
    found = []
    for each in searches(count, kind="word", seed=seed):
        embedding = drawn.normal(0, 1, 3).astype(np.float32)
        cosines = np.float32(0.2) * embedding[0] + each.all_cosines
        view = replace(each.view, cosines=cosines, nearest=cosines[:20], embedding=embedding)
        head = (np.arange(50), cosines[:50], cosines[:50], np.zeros(50, bool))
        found.append(Searched(each.asked, False, view, *head, cosines, np.zeros(200, bool)))
    return [*found, *searches(1, seed=seed)]


def test_the_ground_is_told_from_the_sentence_and_grows_with_the_photos() -> None:
    some = embedded(150, seed=5)
    with_embeddings = [each if each.view.embedding is not None else replace(each, view=some[0].view) for each in some]
    ground, told = grounds(with_embeddings, cosines=True)
    assert ground.weights[0] == pytest.approx(0.2, abs=0.02)
    assert max(map(abs, ground.weights[1:])) < 0.02
    assert ground.growth == pytest.approx(0.15, abs=0.03)  # the standard deviation of the cosines
    assert len(told) == len(some)


def test_without_embeddings_the_ground_is_the_same_for_all() -> None:
    ground, _ = grounds([replace(each, whole=False) for each in searches(9)] + searches(1), cosines=True)
    assert ground.weights == ()


class Reader:
    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        return np.ones((len(sentences), 3), np.float32)

    def unknown_words(self, sentence: str) -> list[str]:
        return []


def test_every_third_of_the_photos_is_searched_too() -> None:
    model = Model()
    model.bi_encoder = Reader()  # type: ignore[attr-defined]
    named = np.arange(90) < 9
    cosines = np.linspace(1, 0, 90, dtype=np.float32)[None]
    matrix = ScoreMatrix.of_cosines(cosines, 0.0, np.ones(90, bool))
    found = searched(model, matrix, [Asked("snow", "scene", "snow", named, named)], head=20, thirds=True)  # type: ignore[arg-type]
    assert [(each.whole, each.view.size) for each in found] == [(True, 90)] + [(True, 30)] * 3 + [(False, 81)] + [
        (False, 27)
    ] * 3
    assert sum(each.share for each in found) == pytest.approx(4)
    assert [each.total for each in found] == [9, 3, 3, 3, 0, 0, 0, 0]
    assert found[1].photos.tolist() == list(range(0, 60, 3))


def test_perfect_calibration_has_no_error_and_the_base_rate_no_skill() -> None:
    said = np.repeat([0.25, 0.75], 400)
    so = np.tile([True, False, False, False], 100), np.tile([True, True, True, False], 100)
    assert calibrated.calibration_error(said, np.concatenate(so), bins=2) == pytest.approx(0)
    assert calibrated.brier_skill(np.full(800, 0.5), np.concatenate(so)) == pytest.approx(0)


def test_ticks_and_crosses_pull_a_calibration_that_is_too_sure_back() -> None:
    from engine.evaluation.recalibrate import by_judgments

    before = calibrating.fit(Model(), LEXICON, searches(40))  # type: ignore[arg-type]
    drawn = np.random.default_rng(5)
    truth = drawn.normal(0, 1, 300)
    said = 1 / (1 + np.exp(-(3 * truth + 2)))
    verdicts = drawn.random(300) < 1 / (1 + np.exp(-truth))
    verdict = by_judgments(before, said, verdicts, [str(each % 40) for each in range(300)])
    assert verdict.better
    assert verdict.before is not None
    assert verdict.after[1] < verdict.before[1]
    slope = verdict.calibration.retrieved.weights["score"] / before.retrieved.weights["score"]
    assert slope == pytest.approx(1 / 3, abs=0.12)


def test_few_or_equal_judgments_are_refused() -> None:
    from engine.evaluation.recalibrate import by_judgments

    before = calibrating.fit(Model(), LEXICON, searches(10))  # type: ignore[arg-type]
    with pytest.raises(TrainingDataError, match="too few"):
        by_judgments(before, np.full(5, 0.5), np.array([True, False, True, False, True]), ["a"] * 5)
    with pytest.raises(TrainingDataError, match="alike"):
        by_judgments(before, np.full(50, 0.5), np.ones(50, bool), ["a"] * 50)
