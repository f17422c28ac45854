from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from engine.config import ModelInput
from engine.cross_encoder import Pointing
from engine.word_sights import framed, heat_of, look_for, words_of

SENTENCE = "A dog at the seashore"


def pointing(sentence: str = SENTENCE, *, read: int = 6) -> Pointing:
    """As of a tokenizer that cuts "seashore" in two, behind a start mark; everything points at a cell of its own."""
    spans = [(0, 0), (0, 1), (2, 5), (6, 8), (9, 12), (13, 16), (16, 21), (0, 0)][: read + 1]
    weights = np.array([0, 0.1, 0.4, 0.1, 0.1, 0.1, 0.2, 0], np.float32)[: read + 1]
    return Pointing(spans, weights, np.eye(8, dtype=np.float32)[: read + 1])


def test_words_have_their_place_in_the_sentence_and_what_joins_them_is_left_out() -> None:
    found = words_of(SENTENCE, pointing())
    assert [(word.text, word.start, word.end) for word in found] == [("dog", 2, 5), ("seashore", 13, 21)]
    assert [SENTENCE[word.start : word.end] for word in found] == ["dog", "seashore"]


def test_the_pieces_of_a_word_count_by_their_weights() -> None:
    _, seashore = words_of(SENTENCE, pointing())
    assert seashore.weight == pytest.approx(0.3)
    assert seashore.shares.tolist() == pytest.approx([0, 0, 0, 0, 0, 1 / 3, 2 / 3, 0])


def test_words_beyond_what_a_model_reads_are_left_out() -> None:
    assert [word.text for word in words_of(SENTENCE, pointing(read=4))] == ["dog"]


class TwoMinds:
    """In a sentence every word points at the first two cells, alone at the second and the third."""

    def point(self, sentence: str, values: np.ndarray, scales: np.ndarray) -> Pointing:
        spans = [match.span() for match in re.finditer(r"\w+", sentence)]
        shares = [0.5, 0.5, 0.0] if len(spans) > 1 else [0.0, 0.5, 0.5]
        return Pointing(spans, np.ones(len(spans), np.float32), np.array([shares] * len(spans), np.float32))


def test_a_word_is_where_it_is_in_its_sentence_and_alone() -> None:
    head: Any = TwoMinds()
    nothing = np.zeros(0)
    (dog, snow) = look_for(head, "a dog in snow", nothing, nothing)
    assert dog.shares.tolist() == snow.shares.tolist() == pytest.approx([0, 1, 0])
    assert (dog.start, dog.end, snow.text) == (2, 5, "snow")


def test_the_heat_of_a_sentence_is_that_of_its_words_by_their_weights() -> None:
    heat = heat_of(words_of(SENTENCE, pointing()))
    assert heat.sum() == pytest.approx(1)
    assert heat[2] == pytest.approx(4 / 7)


def test_a_model_that_squashes_photos_sees_all_of_them() -> None:
    heat = np.arange(4.0).reshape(2, 2)
    assert np.array_equal(framed(heat, ModelInput(32, "squash"), 900, 300), heat)


@pytest.mark.parametrize(("width", "height"), [(400, 200), (200, 400)])
def test_what_a_cropping_model_did_not_see_is_cold(width: int, height: int) -> None:
    heat = framed(np.ones((8, 8)), ModelInput(32, "shortest"), width, height)
    heat = heat if width > height else heat.T
    assert heat.shape == (8, 16)
    assert heat[:, 4:12].all()
    assert heat.sum() == 64


def test_the_border_that_a_padding_model_adds_is_cut_away() -> None:
    heat = np.zeros((8, 8))
    heat[2], heat[0] = 1, 5
    seen = framed(heat, ModelInput(32, "longest"), 400, 200)
    assert seen.shape == (4, 8)
    assert seen[0].all()
    assert not seen[1:].any()


def test_a_very_long_photo_has_no_endless_grid() -> None:
    assert max(framed(np.ones((8, 8)), ModelInput(32, "shortest"), 60_000, 100).shape) <= 64
