from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.captions.pairs import CaptionedPhotos
from engine.evaluation import binding
from engine.evaluation.swapped_captions import swapped
from tests.engine.library_at_work import paint
from tests.fake_model import FakeLoadedModel


def swaps_of(*captions: str) -> dict[str, str]:
    pairs = CaptionedPhotos(b"photos", (b"a.jpg",), (captions,))
    return {swap.kind: swap.wrong for swap in swapped(pairs)}


def test_colours_of_two_things_are_exchanged() -> None:
    assert swaps_of("A girl in red and a boy in blue .") == {"colours": "A girl in blue and a boy in red ."}
    assert swaps_of("A black dog near an orange ball .")["colours"] == "An orange dog near a black ball ."


def test_who_does_what_to_what_is_exchanged() -> None:
    assert swaps_of("A dog catches an umbrella .") == {"roles": "An umbrella catches a dog ."}


@pytest.mark.parametrize(
    "caption",
    [
        "A black dog and a brown dog play .",  # says the same either way round
        "A black and white dog runs .",  # one thing with two colours
        "A red ball , a green car and a blue boat .",  # three
        "A man and a woman sit .",
        "A man with a dog .",
        "A man near a boat .",
        "Two dogs on a bench .",  # verbs and numbers would no longer agree
        "",
    ],
)
def test_what_a_swap_may_leave_true_is_left_alone(caption: str) -> None:
    assert swaps_of(caption) == {}


class Reader:
    """A head that knows which sentences were written about photos."""

    def __init__(self, written: set[str]) -> None:
        self._written = written

    def prepare(self, sentence: str) -> str:
        return sentence

    def score(self, state: str, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return np.full(len(values), float(state in self._written))


@pytest.fixture
def pairs(tmp_path: Path) -> CaptionedPhotos:
    captions = (
        ("A red dog near a blue ball .", "A dog on a bench ."),
        ("A man rides a green bike near a white car .",),
    )
    for name in ("a.png", "b.png"):
        paint(tmp_path / name, (200, 20, 20))
    return CaptionedPhotos(os.fsencode(tmp_path), (b"a.png", b"b.png"), captions)


def test_a_bag_of_words_guesses_and_a_reader_knows(pairs: CaptionedPhotos) -> None:
    head: Any = Reader(set(pairs.sentences()))
    model: Any = replace(FakeLoadedModel(), cross_encoder=head)
    facts = binding.measure(model, pairs)
    assert facts["pairs"] == 4
    assert (facts["be"]["share"], facts["coop"]["share"]) == (50.0, 100.0)
    assert facts["coop_minus_be"]["difference"] == 50.0
    assert {kind: part["pairs"] for kind, part in facts["kinds"].items()} == {"colours": 2, "roles": 2}


def test_a_model_without_a_head_has_its_cosine_only(pairs: CaptionedPhotos) -> None:
    model: Any = replace(FakeLoadedModel(), cross_encoder=None)
    assert set(binding.measure(model, pairs)) == {"pairs", "be", "kinds"}


def test_captions_without_a_swap_give_no_pairs() -> None:
    model: Any = FakeLoadedModel()
    assert binding.measure(model, CaptionedPhotos(b"", (b"a",), (("A dog .",),))) == {"pairs": 0}
