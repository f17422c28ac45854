from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cross_encoder import Pointing
from engine.explainer import NO_HEAD, NO_PLACES, NO_TOKENS, Explainer
from engine.token_store import TokenStore
from tests.fake_model import TOKENS, WIDTH, FakeLoadedModel

CLASSES = ("dog", "horse", "car", "boat", "tree")  # the token of a photo that holds one has its number


class PointingHead:
    """Knows what photos hold, and points at the token that holds it; of "two" it makes the same everywhere."""

    points = True

    def point(self, sentence: str, values: np.ndarray, scales: np.ndarray) -> Pointing:
        words = sentence.split()
        ends = np.cumsum([len(word) + 1 for word in words]) - 1
        spans = [(int(end) - len(word), int(end)) for word, end in zip(words, ends, strict=True)]
        shares = np.array([self._holds(word, values)[0] + 0.01 for word in words], np.float32)
        return Pointing(spans, np.full(len(words), 1 / len(words)), shares / shares.sum(1, keepdims=True))

    def align(self, sentences: list[str], values: np.ndarray, scales: np.ndarray) -> np.ndarray:
        return np.array([self._holds(word, values).max(1) for word in sentences], np.float32)

    def _holds(self, word: str, values: np.ndarray) -> np.ndarray:
        number = CLASSES.index(word) + 1 if word in CLASSES else 99
        return (values[:, :, 0] == number).astype(np.float32)


@pytest.fixture
def tokens(tmp_path: Path) -> TokenStore:
    """Twenty photos; that with id 1 + n holds the n-th class, always in its second token."""
    store = TokenStore(os.fsencode(tmp_path), TOKENS, WIDTH, "1")
    keep(store, range(20))
    return store


def keep(store: TokenStore, numbers: range) -> None:
    values = np.zeros((len(numbers), TOKENS, WIDTH), np.int8)
    values[:, 1, 0] = [number % len(CLASSES) + 1 for number in numbers]
    ids = np.array(numbers) + 1
    store.put(ids, values, np.ones((len(numbers), TOKENS), np.float16))


class Known:
    """Of the fake model, with every word known but one."""

    def unknown_words(self, sentence: str) -> list[str]:
        return [word for word in sentence.split() if word == "gnu"]


def explainer(tokens: TokenStore | None, **changes: Any) -> Explainer:
    loaded: Any = replace(FakeLoadedModel(), **{"cross_encoder": PointingHead(), **changes})
    loaded.bi_encoder.unknown_words = Known().unknown_words
    return Explainer(loaded, tokens)


def test_a_word_that_the_photo_shows_is_found_where_it_is(tokens: TokenStore) -> None:
    said = explainer(tokens).explain("a dog", 1, size=(640, 480))
    (dog,) = said.words
    assert (dog.word, dog.start, dog.end, dog.found, said.missing) == ("dog", 2, 5, True, "")
    heat = np.frombuffer(dog.heat, "<f4").reshape(dog.rows, dog.columns)
    assert heat.shape == (2, 2)
    assert heat[0, 1] == heat.max() == 1


def test_a_word_that_it_does_not_show_is_missing_and_nothing_is_warm(tokens: TokenStore) -> None:
    said = explainer(tokens).explain("dog and horse", 1, size=(640, 480))
    dog, horse = said.words
    assert (dog.found, horse.found, said.missing) == (True, False, "horse")
    assert dog.strength > 0.5 > horse.strength
    assert not np.frombuffer(horse.heat, "<f4").any()


def test_a_word_that_says_the_same_of_every_photo_is_never_missing(tokens: TokenStore) -> None:
    assert explainer(tokens).explain("two", 1, size=(640, 480)).missing == ""


def test_a_word_that_the_model_never_met_is_missing(tokens: TokenStore) -> None:
    assert explainer(tokens).explain("a gnu", 1, size=(640, 480)).missing == "gnu"


def test_with_few_photos_to_compare_with_nothing_is_called_missing(tmp_path: Path) -> None:
    store = TokenStore(os.fsencode(tmp_path), TOKENS, WIDTH, "1")
    keep(store, range(3))
    why = explainer(store)
    assert why.explain("a horse", 1, size=(640, 480)).missing == ""
    keep(store, range(20))
    assert why.explain("a horse", 1, size=(640, 480)).missing == "horse"


def test_it_says_why_there_is_nothing_to_say(tokens: TokenStore) -> None:
    class Pointless(PointingHead):
        points = False

    assert explainer(None, cross_encoder=None).explain("a dog", 1, size=(9, 9)).unexplained == NO_HEAD
    assert explainer(tokens, cross_encoder=Pointless()).explain("a dog", 1, size=(9, 9)).unexplained == NO_PLACES
    assert explainer(tokens).explain("a dog", 77, size=(9, 9)).unexplained == NO_TOKENS


@pytest.mark.parametrize("sentence", ["", "the of and", "!!! ?"])
def test_a_sentence_without_a_word_to_look_for_has_none(tokens: TokenStore, sentence: str) -> None:
    said = explainer(tokens).explain(sentence or "the", 1, size=(640, 480))
    assert (said.words, said.missing, said.unexplained) == ((), "", "")
