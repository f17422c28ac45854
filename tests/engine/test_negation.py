"""The measure of A without B, on painted photos whose colours stand for what captions name."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.captions.pairs import CaptionedPhotos
from engine.evaluation.negation import FEWEST, measure, questions_of
from tests.fake_model import FakeBiEncoder, FakeLoadedModel

SEEN_AS = {"dog": "red", "snow": "blue", "grass": "green"}
PAINT = {"dog": (200, 0, 0), "snow": (0, 0, 200), "grass": (0, 200, 0)}
SHOWN = [("dog", "snow")] * (FEWEST + 2) + [("dog", "grass")] * (FEWEST + 4) + [("snow",)] * 3


class Colours(FakeBiEncoder):
    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        return super().encode_sentences(
            [" ".join(SEEN_AS.get(word, word) for word in each.split()) for each in sentences]
        )


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> CaptionedPhotos:
    folder = tmp_path_factory.mktemp("photos")
    for row, things in enumerate(SHOWN):
        colour = np.mean([PAINT[thing] for thing in things], axis=0).astype(int)
        Image.new("RGB", (64, 48), (int(colour[0]) + row % 5, int(colour[1]), int(colour[2]))).save(
            folder / f"{row}.png"
        )
    names = tuple(f"{row}.png".encode() for row in range(len(SHOWN)))
    captions = tuple((f"a {' and '.join(things)}", f"some {things[0]}") for things in SHOWN)
    return CaptionedPhotos(os.fsencode(folder), names, captions)


def test_questions_are_of_things_that_often_stand_together(pairs: CaptionedPhotos) -> None:
    found = {(each.shown, each.denied): int(each.wanted.sum()) for each in questions_of(pairs)}
    assert found == {("dog", "snow"): FEWEST + 4, ("dog", "grass"): FEWEST + 2}


def test_every_way_to_ask_is_measured_on_the_same_questions(pairs: CaptionedPhotos) -> None:
    model = replace(FakeLoadedModel(), bi_encoder=Colours(), cross_encoder=None, token_shape=None)
    report = measure(model, pairs, dev=pairs)
    assert report["questions"] == 2
    assert set(report["by_question"]) == {"dog without snow", "dog without grass"}
    assert report["ours_without_rerank"] == 100
    assert report["subtraction"] == 100
    assert report["sentence"] < 100
    assert report["gain"] == report["ours"] - report["subtraction"]
    assert report["low"] <= report["gain"] <= report["high"]
