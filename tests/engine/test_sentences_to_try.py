"""Sentences that are proposed to somebody who has not searched yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.calibration import Calibration, Curve
from engine.calibration_features import Lexicon
from engine.library import Library
from engine.locations import Locations
from engine.messages import SentencesToTry, SuggestSentences
from engine.sentence_bank import SENTENCES
from engine.sentences_to_try import SentenceChooser, _Sure, different
from tests.engine.library_at_work import index, paint
from tests.fake_model import FakeLoadedModel, FakeModels

BANK = ("red", "red red", "green", "blue", "black", "purple", "green blue")
COLOURS = {"red": (255, 128, 128), "green": (128, 255, 128), "blue": (128, 128, 255)}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    models = FakeModels()
    models.model = FakeLoadedModel(cross_encoder=None, token_shape=None)  # cosines alone decide
    with Library.open(Locations.at(os.fsencode(tmp_path / "library")), workers=1, models=models) as library:
        library.load_model()
        library.sentences = SentenceChooser(library._served_model, bank=BANK)
        yield library


def fill(library: Library, folder: Path, each: int) -> None:
    for name, (red, green, blue) in COLOURS.items():
        for n in range(each):
            paint(folder / f"{name} {n}.png", (red - (n if name == "red" else 0), green, blue - n))
    index(library, folder)


def calibrate(library: Library) -> None:
    """Steep enough to tell the fake model's colours apart."""
    made = Calibration("fake", "", Lexicon({}, (0.0, 1.0)), Curve(-16.0, {"score": 20.0}), None, 0.5)
    library._served_model().searcher.calibration = replace(made, spread=0.1)


def tried(library: Library) -> tuple[str, ...]:
    *slices, last = library.sentences.run(SuggestSentences(7))
    assert set(slices) <= {None}
    assert isinstance(last, SentencesToTry)
    assert last.request == 7
    return last.sentences


def test_sentences_are_those_whose_photos_are_there_and_differ(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path / "photos", 8)
    assert tried(library) == (), "nothing is known of probabilities"
    calibrate(library)
    chosen = tried(library)
    assert sorted(chosen) == ["blue", "green", "red"], "nothing is black, purple is no word, red is said once"
    library.sentences._bank = ()
    assert tried(library) == chosen, "known until the library has grown by half"
    fill(library, tmp_path / "more", 13)
    assert tried(library) == ()


def test_of_a_small_library_nothing_is_proposed(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path / "photos", 6)
    calibrate(library)
    assert tried(library) == ()


def test_a_model_that_reads_no_english_gets_no_english(library: Library, tmp_path: Path) -> None:
    fill(library, tmp_path / "photos", 8)
    calibrate(library)
    library.sentences = SentenceChooser(library._served_model, bank=BANK, spoken=lambda name: ("de",))
    assert tried(library) == ()
    library.sentences = SentenceChooser(library._served_model, bank=BANK, spoken=lambda name: ("de", "en"))
    assert len(tried(library)) == 3


def test_no_two_sentences_name_the_same_thing_or_find_the_same_photos() -> None:
    sure = [
        _Sure("a dog in the snow", frozenset({1, 2, 3}), 7.0),
        _Sure("two dogs on a beach", frozenset({4, 5, 6}), 6.0),
        _Sure("a ski slope", frozenset({2, 3, 9}), 5.0),
        _Sure("a bus in the street", frozenset({3, 10, 11}), 4.0),
        _Sure("fireworks", frozenset({12, 13, 14}), 3.0),
    ]
    assert different(sure) == ("a dog in the snow", "a bus in the street", "fireworks")
    assert different(sure[:4]) == (), "two sentences say little of a library"


def test_the_bank_says_everything_once_and_briefly() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 150
    assert all(len(sentence) <= 40 and sentence == sentence.strip() for sentence in SENTENCES)
