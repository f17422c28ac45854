from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language import bare, foreign, name_of
from engine.language_words import LETTERS, NAMES, SCRIPTS, WORDS


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("please show me your photos of a dog", "a dog"),
        ("Pictures of my house", "my house"),
        ("find me a red car", "a red car"),
        ("a photo of snow", "snow"),
        ("a horse show", "a horse show"),
        ("show jumping", "show jumping"),
        ("a man taking a photo of a dog", "a man taking a photo of a dog"),
        ("photos", "photos"),
        ("show me ", "show me "),
        ("", ""),
    ],
)
def test_words_that_only_ask_for_photos_are_left_aside(asked: str, meant: str) -> None:
    assert bare(asked) == meant


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("ein Hund im Schnee", "de"),
        ("Hund Strand", "de"),
        ("un chien dans la neige", "fr"),
        ("pes ve sněhu", "cs"),
        ("un perro en la nieve", "es"),
        ("собака в снегу", "ru"),
        ("雪の中の犬", "ja"),
        ("雪地里的狗", "zh"),
        ("ein Hund am Strand vor Piran", "de"),
    ],
)
def test_a_sentence_in_another_language_is_recognised(sentence: str, code: str) -> None:
    assert foreign(sentence, ["en"]) == code
    assert foreign(sentence, ["en", code]) == ""
    assert name_of(code) != code


@pytest.mark.parametrize(
    "sentence",
    ["a dog in the snow", "dog", "", "1234", "café in Paris", "La Tour Eiffel", "piazza del duomo", "😀", "IMG_0042"],
)
def test_english_names_and_no_words_at_all_are_left_in_peace(sentence: str) -> None:
    assert foreign(sentence, ["en"]) == ""


def test_where_nobody_knows_what_a_model_speaks_nothing_is_said() -> None:
    assert foreign("ein Hund im Schnee", []) == ""


def test_words_that_the_model_knows_speak_for_themselves() -> None:
    assert foreign("die Hard mit uns", ["en"], unknown=["uns"]) == ""
    assert foreign("ein Hund im Schnee", ["en"], unknown=["ein", "Hund", "im", "Schnee"]) == "de"


def test_every_language_has_a_name() -> None:
    assert {*WORDS, *LETTERS, *SCRIPTS.values()} <= NAMES.keys()


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert foreign(text, ["en"]) in {"", *NAMES}


@pytest.fixture
def captioned() -> Path:
    root = os.environ.get("AFTERIMAGE_DATA")
    folder = Path(root or ".") / "flickr8k"
    if root is None or not folder.is_dir():
        pytest.skip("AFTERIMAGE_DATA names no folder with flickr8k/")
    return folder


def captions_of_split(folder: Path, name: str, split: str) -> list[str]:
    photos = set((folder / split).read_text().split())
    lines = [line.split("\t") for line in (folder / name).read_text().splitlines()]
    return [caption for photo, caption in lines if photo in photos]


def cut(caption: str, chance: random.Random) -> str:
    """Two to six words of a caption, as people type them."""
    words = re.findall(r"[^\W\d_]+", caption)
    count = chance.randint(2, 6)
    start = chance.randint(0, max(len(words) - count, 0))
    return " ".join(words[start : start + count])


def test_one_in_a_hundred_english_queries_at_most_raises_an_alarm(captioned: Path) -> None:
    chance = random.Random(0)
    queries = [cut(caption, chance) for caption in captions_of_split(captioned, "captions.tsv", "test.txt")]
    assert sum(foreign(query, ["en"]) != "" for query in queries) <= 0.01 * len(queries)


@pytest.mark.parametrize("code", ["de", "fr", "cs"])
def test_four_in_five_captions_of_another_language_are_recognised(captioned: Path, code: str) -> None:
    captions = captions_of_split(captioned, f"captions_{code}_multi30k.tsv", "test.txt")
    assert sum(foreign(caption, ["en"]) == code for caption in captions) >= 0.8 * len(captions)
