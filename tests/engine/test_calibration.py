from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import calibration
from engine.calibration import Calibration, Curve
from engine.calibration_features import Ground, Lexicon, View, features_of, singular
from engine.errors import ModelAltered

LEXICON = Lexicon({"dog": (3.0, -1.0), "camera": (1.5, -4.0)}, (0.1, 0.2))


def made(**changes: object) -> Calibration:
    known = {
        "model_id": "m",
        "head": "h",
        "lexicon": LEXICON,
        "retrieved": Curve(-4.0, {"score": 8.0}),
        "reranked": Curve(-2.0, {"score": 1.0}),
        "threshold": 0.5,
        "spread": 0.3,
    }
    return Calibration(**(known | changes))  # type: ignore[arg-type]


def view(
    *, sentence: str = "a dog", unknown: int = 0, size: int = 100, cosines: tuple[float, ...] = (0.0, 0.1, 0.2)
) -> View:
    sample = np.array(cosines, np.float32)
    return View(sentence, unknown, size, sample, np.sort(sample)[::-1])


def test_a_higher_score_is_a_higher_probability_between_none_and_certainty() -> None:
    cosines = np.array([-1, 0, 0.5, 1], np.float32)
    likely = made().of_cosines(view(), cosines)
    assert (np.diff(likely) > 0).all()
    assert ((likely > 0) & (likely < 1)).all()
    assert likely[2] == pytest.approx(0.5)


def test_an_endless_score_is_still_a_probability() -> None:
    likely = made().of_scores(view(), np.array([-1e9, 1e9], np.float32), np.zeros(2, np.float32))
    assert np.isfinite(likely).all()


def test_unknown_words_weigh_by_their_share_of_what_could_be_seen() -> None:
    curve = Curve(-4.0, {"score": 8.0, "unread": -6.0})
    one = np.array([0.9], np.float32)

    def likely(sentence: str, unknown: int) -> float:
        return float(made(retrieved=curve).of_cosines(view(sentence=sentence, unknown=unknown), one)[0])

    assert likely("a dog", 0) > likely("a dog, a camera and a unicorn", 1) > likely("a dog and a unicorn", 1)
    assert likely("a dog and a unicorn", 1) > likely("a unicorn", 1)
    assert likely("a unicorn", 1) < 0.1


def test_where_something_matches_the_likeliest_do_unless_hardly_anything_is_said_of_them() -> None:
    few = np.array([0.4, 0.3, 0.1], np.float32)
    nothing = np.zeros(0, np.float32)
    assert made().matches(view(), few, nothing, nothing).tolist() == [True, True, False]
    assert not made().matches(view(), few / 2, nothing, nothing).any()


def test_no_photo_is_said_to_be_less_likely_than_one_that_scores_lower() -> None:
    winner_is_doubted = made(reranked=Curve(-2.0, {"score": 1.0, "first": -3.0}))
    scores = np.array([2.0, 3.0, 1.0], np.float32)
    likely = winner_is_doubted.of_scores(view(), scores, np.array([0.1, 0.2, 0.3], np.float32))
    assert likely[1] == likely[0] > likely[2]


def test_more_photos_come_nearer_by_chance() -> None:
    asking = Curve(0.0, {"score": 1.0}, Ground(0.0, growth=1.0), Curve(0.0, {"over": 4.0}))
    near = view(cosines=(0.3,) * 20)
    few, many = (replace(near, size=size) for size in (1_000, 50_000))
    nothing = np.zeros(0, np.float32)
    assert made(retrieved=asking).anything(few, nothing, nothing)
    assert not made(retrieved=asking).anything(many, nothing, nothing)


def test_the_level_of_nothing_is_told_from_the_sentence() -> None:
    ground = Ground(1.0, (2.0, 0.0), growth=3.0)
    seen = replace(view(size=1_000), embedding=np.array([0.5, 0.5], np.float32))
    assert ground.of(seen) == ground.among(seen) == 2.0
    assert ground.of(view()) == 1.0
    assert ground.among(replace(seen, size=100_000)) > 4.0
    assert ground.rescaled(1.0, 2.0).of(seen) == pytest.approx(0.5)


def test_certain_matches_are_counted_and_their_range_holds_only_what_the_calibration_may_err() -> None:
    expected = made(spread=0.0).expected(np.ones(7, np.float32))
    assert expected.count == expected.low == expected.high == 7


def test_the_range_of_a_count_is_around_it_and_wider_with_doubt() -> None:
    likely = np.full(40, 0.5, np.float32)
    sure, unsure = made(spread=0.0).expected(likely), made(spread=0.5).expected(likely)
    assert sure.count == unsure.count == 20
    assert unsure.low < sure.low < 20 < sure.high < unsure.high


def test_nothing_likely_is_an_expectation_of_nothing() -> None:
    expected = made().expected(np.zeros(5, np.float32))
    assert (expected.count, expected.low, expected.high) == (0, 0, 0)


def test_contents_that_were_not_retrieved_are_estimated_from_the_sample() -> None:
    sampled = view(size=1_000, cosines=(0.0,) * 10)
    alone = made().expected(np.ones(5, np.float32))
    with_rest = made().expected(np.ones(5, np.float32), view=sampled, floor=0.5)
    rest = made().of_cosines(sampled, np.zeros(1, np.float32))[0]
    assert with_rest.count - alone.count == pytest.approx(1_000 * rest, rel=1e-4)


def test_of_a_long_sentence_it_is_not_said_that_nothing_matches() -> None:
    words = dict.fromkeys(("dog", "camera", "snow", "boat"), (2.0, -2.0))
    sceptical = made(lexicon=Lexicon(words, (0.1, 0.2)), retrieved=Curve(0.0, {}, presence=Curve(-9.0, {"over": 0.0})))
    nothing = np.zeros(0, np.float32)
    assert sceptical.anything(view(sentence="a dog, a boat and a camera in the snow"), nothing, nothing)
    assert not sceptical.anything(view(sentence="a dog in the snow"), nothing, nothing)


def test_what_is_written_is_read_for_its_model_and_head_alone(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / calibration.FILE)
    calibration.write(path, made(facts={"photos": 3}))
    assert calibration.read(path, model_id="m", head="h") == made(facts={"photos": 3})
    assert calibration.read(path, model_id="m", head="another") is None
    assert calibration.read(path, model_id="another", head="h") is None


def test_whether_anything_matches_is_kept_too(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / calibration.FILE)
    asking = Curve(
        0.0, {"score": 1.0, "present": 0.5}, Ground(0.2, (0.5, 1.0), 0.1), Curve(1.0, {"over_best": 2.0}), 0.7
    )
    calibration.write(path, made(retrieved=asking))
    found = calibration.read(path, model_id="m", head="h")
    assert found == made(retrieved=asking)
    assert found is not None
    assert not found.anything(view(cosines=(-3.0,) * 20), np.zeros(0, np.float32), np.zeros(0, np.float32))
    assert found.anything(view(cosines=(3.0,) * 20), np.zeros(0, np.float32), np.zeros(0, np.float32))


def test_a_model_without_a_head_has_cosines_calibrated_only(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), calibration.own_file(""))
    calibration.write(path, made(head="", reranked=None))
    found = calibration.read(path, model_id="m", head="")
    assert found is not None
    assert found.reranked is None


def test_no_file_is_no_calibration(tmp_path: Path) -> None:
    assert calibration.read(os.fsencode(tmp_path / "none.json"), model_id="m", head="h") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2, "model_id": "m", "head": "h"}', "{", '"x"', "\xff"])
def test_a_damaged_file_is_refused_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / calibration.FILE
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelAltered, match="delete it"):
        calibration.read(os.fsencode(path), model_id="m", head="h")


def test_of_one_content_nothing_is_said_to_be_usual() -> None:
    one = np.ones(1, np.float32)
    features = features_of(LEXICON, view(cosines=(0.4,)), one, one, first=one, ground=Ground(0.0))
    assert np.isfinite(list(features.values())).all()
    assert features["over"] == 0.0


def test_a_sentence_is_as_clear_as_the_word_that_the_model_sees_worst() -> None:
    one = np.ones(1, np.float32)
    both = features_of(LEXICON, view(sentence="Dogs with a camera"), one, one, first=one, ground=Ground(0.0))
    assert (both["least"], both["seen"], both["words"], both["rarity"]) == (1.5, 2.25, 2, -5.0)


@pytest.mark.parametrize(
    ("word", "one"),
    [("dogs", "dog"), ("children", "child"), ("benches", "bench"), ("puppies", "puppy"), ("tennis", "tennis")],
)
def test_a_plural_is_its_singular(word: str, one: str) -> None:
    assert singular(word) == one


def test_a_curve_can_be_put_on_the_scale_of_other_scores() -> None:
    curve = Curve(0.5, {"score": 2.0, "score_least": 0.3, "over": -0.5, "least": 1.0}, Ground(4.0))
    scores, least = np.array([3.0]), np.array([2.0])
    of_old = {"score": scores, "score_least": scores * least, "over": np.array([5.0]), "least": least}
    new = (scores - 1) / 2
    of_new = {"score": new, "score_least": new * least, "over": of_old["over"] / 2, "least": least}
    moved = curve.rescaled(1.0, 2.0)
    assert moved(of_new) == pytest.approx(curve(of_old))
    assert moved.ground == Ground(1.5)


def test_few_words_have_a_curve_of_their_own() -> None:
    both = Curve(-4.0, {"score": 8.0}, short=Curve(1.0, {"score": 2.0}))
    words = Lexicon(dict.fromkeys(("dog", "ball", "grass", "boy"), (2.0, -1.0)), (0.1, 0.2))
    known = made(retrieved=both, lexicon=words)
    one = np.array([0.5], np.float32)
    odds = {
        sentence: float(known.of_cosines(view(sentence=sentence), one)[0])
        for sentence in ("a dog", "a dog, a ball, a boy, grass")
    }
    assert odds["a dog"] == pytest.approx(1 / (1 + np.exp(-2.0)), rel=1e-5)
    assert odds["a dog, a ball, a boy, grass"] == pytest.approx(0.5)


def test_a_curve_for_few_words_is_kept_moved_and_rescaled_with_the_other(tmp_path: Path) -> None:
    both = Curve(-4.0, {"score": 8.0}, short=Curve(1.0, {"score": 2.0}))
    calibration.write(path := os.fsencode(tmp_path / "c.json"), made(retrieved=both))
    kept = calibration.read(path, model_id="m", head="h")
    assert kept is not None
    assert kept.retrieved == both
    assert both.stretched(1.0, 0.5).short == Curve(1.5, {"score": 1.0})
    moved = both.rescaled(1.0, 2.0).short
    assert moved is not None
    assert (moved.bias, moved.weights) == (3.0, {"score": 4.0})


def test_what_people_would_name_unasked_is_judged_by_the_curve_of_long_sentences() -> None:
    both = Curve(-4.0, {"score": 8.0}, short=Curve(1.0, {"score": 2.0}))
    one = np.array([0.5], np.float32)
    known = made(retrieved=both)
    assert known.beyond_doubt(view(), one)[0] == pytest.approx(0.5)
    assert known.of_cosines(view(), one)[0] > 0.8
