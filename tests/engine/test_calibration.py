from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine import calibration
from engine.calibration import Calibration, Curve, Lexicon, View
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
        "unknown": 0.1,
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


def test_each_unknown_word_makes_a_match_less_likely() -> None:
    known, unknown, two = (
        made().of_cosines(view(unknown=count), np.array([0.9], np.float32))[0] for count in (0, 1, 2)
    )
    assert unknown == pytest.approx(0.1 * known)
    assert two == pytest.approx(0.01 * known)


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


def test_what_is_written_is_read_for_its_model_and_head_alone(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / calibration.FILE)
    calibration.write(path, made(facts={"photos": 3}))
    assert calibration.read(path, model_id="m", head="h") == made(facts={"photos": 3})
    assert calibration.read(path, model_id="m", head="another") is None
    assert calibration.read(path, model_id="another", head="h") is None


def test_whether_anything_matches_is_kept_too(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / calibration.FILE)
    asking = Curve(0.0, {"score": 1.0, "present": 0.5}, 0.2, Curve(1.0, {"best": 2.0}), 0.7)
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


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "model_id": "m", "head": "h"}', "{", '"x"', "\xff"])
def test_a_damaged_file_is_refused_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / calibration.FILE
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelAltered, match="delete it"):
        calibration.read(os.fsencode(path), model_id="m", head="h")


def test_of_one_content_nothing_is_said_to_be_usual() -> None:
    one = np.ones(1, np.float32)
    features = calibration.features_of(LEXICON, view(cosines=(0.4,)), one, one, first=np.zeros(20))
    assert np.isfinite(list(features.values())).all()
    assert features["middle"] == 0.0


def test_a_sentence_is_as_clear_as_the_word_that_the_model_sees_worst() -> None:
    one = np.ones(1, np.float32)
    both = calibration.features_of(LEXICON, view(sentence="Dogs with a camera"), one, one, first=np.zeros(20))
    assert (both["least"], both["seen"], both["words"], both["rarity"]) == (1.5, 2.25, 2, -5.0)


@pytest.mark.parametrize(
    ("word", "one"),
    [("dogs", "dog"), ("children", "child"), ("benches", "bench"), ("puppies", "puppy"), ("tennis", "tennis")],
)
def test_a_plural_is_its_singular(word: str, one: str) -> None:
    assert calibration.singular(word) == one


def test_a_curve_can_be_put_on_the_scale_of_other_scores() -> None:
    curve = Curve(0.5, {"score": 2.0, "best": -0.5, "least": 1.0}, middle=4.0)
    of_old = {"score": np.array([3.0]), "best": np.array([5.0]), "least": np.array([2.0])}
    of_new = {"score": (of_old["score"] - 1) / 2, "best": (of_old["best"] - 1) / 2, "least": of_old["least"]}
    moved = curve.rescaled(1.0, 2.0)
    assert moved(of_new) == pytest.approx(curve(of_old))
    assert moved.middle == 1.5
