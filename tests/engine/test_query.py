from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.query import LONGEST_SENTENCE, parse


def test_white_space_is_folded_and_control_characters_vanish() -> None:
    assert parse("  two\tdogs\n\x00 in  snow ").sentence == "two dogs in snow"


def test_composed_and_decomposed_letters_are_one_sentence() -> None:
    assert parse("cafe\u0301").sentence == parse("caf\u00e9").sentence


def test_endless_text_is_cut() -> None:
    assert len(parse("dog " * 10_000).sentence) <= LONGEST_SENTENCE


@given(st.text())
def test_any_text_is_a_valid_query(text: str) -> None:
    sentence = parse(text).sentence
    sentence.encode("utf-8")
    assert sentence == parse(sentence).sentence
