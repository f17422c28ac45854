from __future__ import annotations

import itertools
import math
import os
from pathlib import Path

import numpy as np
import pytest

from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.evaluation.agreement import agreement, name_of, read_judgments
from engine.evaluation.intervals import draws

PAIRS = CaptionedPhotos(b"photos", (b"a.jpg", b"b.jpg"), (("a dog", "a wet dog"), ("a car", "two cars", "traffic")))


def write(folder: Path, *lines: str) -> bytes:
    path = folder / "judgments_expert.tsv"
    path.write_text("\n".join(("image\tcaption_id\texpert1\texpert2\texpert3", *lines)))
    return os.fsencode(path)


def tau_b(values: list[float], grades: list[float]) -> float:
    """By its definition: concordant less discordant pairs, over the roots of the pairs that are not tied."""
    agree = tied_values = tied_grades = 0
    pairs = list(itertools.combinations(range(len(values)), 2))
    for one, other in pairs:
        value, grade = values[one] - values[other], grades[one] - grades[other]
        agree += int(math.copysign(1, value * grade)) if value * grade else 0
        tied_values += value == 0
        tied_grades += grade == 0
    return agree / math.sqrt((len(pairs) - tied_values) * (len(pairs) - tied_grades))


def test_a_caption_is_found_by_its_place_below_its_photo(tmp_path: Path) -> None:
    judged = read_judgments(write(tmp_path, "a.jpg\tb.jpg#2\t1\t1\t2", "b.jpg\tb.jpg#0\t4\t3\t4"), PAIRS)
    assert judged.photos.tolist() == [0, 1]
    assert [PAIRS.sentences()[row] for row in judged.sentences] == ["traffic", "a car"]
    assert judged.grades.tolist() == pytest.approx([4 / 3, 11 / 3])
    assert judged.own.tolist() == [False, True]
    assert name_of(b"/data/judgments_expert.tsv") == "judgments_expert"


def test_one_grade_is_its_own_mean_and_pairs_of_other_photos_are_counted(tmp_path: Path) -> None:
    judged = read_judgments(write(tmp_path, "a.jpg\ta.jpg#1\t0.25", "x.jpg\ta.jpg#0\t1", "a.jpg\tx.jpg#0\t1"), PAIRS)
    assert judged.grades.tolist() == [0.25]
    assert judged.left_out == 2


@pytest.mark.parametrize(
    "line", ["a.jpg\tb.jpg\t1", "a.jpg\tb.jpg#x\t1", "a.jpg\tb.jpg#0", "a.jpg\tb.jpg#0\tgood", "a.jpg"]
)
def test_a_line_that_is_no_judgment_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(TrainingDataError, match="line 2"):
        read_judgments(write(tmp_path, line), PAIRS)


def test_a_caption_that_is_not_there_and_a_file_about_other_photos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="line 2 names a caption"):
        read_judgments(write(tmp_path, "a.jpg\ta.jpg#2\t1"), PAIRS)
    with pytest.raises(TrainingDataError, match="no judged pair"):
        read_judgments(write(tmp_path, "x.jpg\ta.jpg#0\t1"), PAIRS)
    with pytest.raises(TrainingDataError, match="cannot be read"):
        read_judgments(os.fsencode(tmp_path / "absent.tsv"), PAIRS)


def test_tau_is_what_its_definition_gives(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    rng = np.random.default_rng(0)
    lines = [f"{'ab'[n % 2]}.jpg\tb.jpg#{n % 3}\t{rng.integers(1, 5)}" for n in range(40)]
    judged = read_judgments(write(tmp_path, *lines), PAIRS)
    values = {"be": rng.normal(size=40).round(1), "coop": judged.grades + rng.normal(size=40)}
    found = agreement(judged, values, drawn=draws(2, 30))
    for name, value in values.items():
        assert found[name] == pytest.approx(tau_b(value.tolist(), judged.grades.tolist()), abs=1e-4)
        rest = ~judged.own
        others = tau_b(value[rest].tolist(), judged.grades[rest].tolist())
        assert found["others"][name] == pytest.approx(others, abs=1e-4)
    assert found["pairs"] == 40
    assert found["others"]["pairs"] == 20
    gain = found["intervals"]["coop_minus_be"]
    assert gain["difference"] == pytest.approx(found["coop"] - found["be"], abs=2e-4)
    assert gain["low"] <= gain["high"]


def test_values_that_are_all_equal_have_no_tau(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    judged = read_judgments(write(tmp_path, "a.jpg\ta.jpg#0\t4", "a.jpg\tb.jpg#0\t1"), PAIRS)
    found = agreement(judged, {"be": np.array([0.9, 0.1]), "coop": np.zeros(2)}, drawn=draws(2, 5))
    assert (found["be"], found["coop"], found["intervals"]) == (1.0, None, {})
