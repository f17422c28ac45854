from __future__ import annotations

import pytest
from open_clip.tokenizer import canonicalize_text

from engine.tokenizer import Tokenizer, cleaned_by, number_of
from tests.engine.tiny_models import tiny_description


def test_sentences_are_padded_to_the_context_with_the_model_s_own_number() -> None:
    ids = Tokenizer(tiny_description(), context_length=9, pad_id=3)(["a dog", ""])
    assert ids.shape == (2, 9)
    assert ids[0, -1] == 3


def test_the_end_mark_survives_the_cut() -> None:
    ids = Tokenizer(tiny_description(), context_length=6)(["a red dog runs over the snow " * 9])
    assert ids[0, -1] == number_of(tiny_description(), "<end>")


@pytest.mark.parametrize("sentence", ["A dog, running!", "don't   stop", "under_score & more?", "ÜBER #1 (really)"])
def test_canonical_sentences_are_open_clip_s(sentence: str) -> None:
    assert cleaned_by("canonicalize", sentence) == canonicalize_text(sentence)


def test_each_cleaning_does_no_more_than_it_says() -> None:
    typed = "  A  “Dog” &amp; it’s  bone. "
    assert cleaned_by("none", typed) == typed
    assert cleaned_by("whitespace", typed) == 'A "Dog" & it\'s bone.'
    assert cleaned_by("lower", typed) == 'a "dog" & it\'s bone.'
    assert cleaned_by("canonicalize", typed) == "a dog its bone"


def test_what_is_no_tokenizer_is_refused() -> None:
    for description in ("", "{}", "no", '{"model": 3}'):
        with pytest.raises(ValueError, match="tokenizer"):
            Tokenizer(description, context_length=9)
    with pytest.raises(ValueError, match="cleaned"):
        Tokenizer(tiny_description(), context_length=9, clean="thoroughly")
    assert number_of(tiny_description(), "<nothing of the kind>") is None
