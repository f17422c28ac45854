from __future__ import annotations

import pytest

from desktop_app.query_cursor import Typed, filter_names, filter_value, settled, typed_at, with_filter, with_value
from engine.query import parse


@pytest.mark.parametrize(
    ("text", "field", "prefix"),
    [
        ("camera:", "camera", ""),
        ("dogs camera:x1", "camera", "x1"),
        ("-kamera:x1", "camera", "x1"),
        ('in:"Lofo', "in", "Lofo"),
        ("type:jpg,he", "type", "he"),
        ("dogs ca", "", "ca"),
        ("date:20", "on", "20"),
    ],
)
def test_what_stands_at_the_cursor_is_completed(text: str, field: str, prefix: str) -> None:
    typed = typed_at(text, len(text))
    assert typed is not None
    assert (typed.field, typed.prefix) == (field, prefix)


@pytest.mark.parametrize("text", ["", "dogs ", 'in:"Lofoten"', '"exact ca', "http://ca", "3ca"])
def test_elsewhere_nothing_is_completed(text: str) -> None:
    assert typed_at(text, len(text)) is None


def test_a_value_takes_the_place_of_what_was_typed_and_of_nothing_else() -> None:
    text = "dogs camera:x1 in the snow"
    typed = typed_at(text, 14)
    assert typed == Typed("camera", "x1", 12, 14)
    assert with_value(text, typed, "FUJIFILM X100V") == ('dogs camera:"FUJIFILM X100V" in the snow', 29)
    listed = typed_at("type:jpg,he", 11)
    assert listed is not None
    assert with_value("type:jpg,he", listed, "heic")[0] == "type:jpg,heic "


def test_every_value_can_be_typed() -> None:
    for value in ("x100", "a b", "a,b", "(odd)", "-5", "ä", "a“b”", "c:d"):
        (found,) = parse(f"camera:{filter_value(value)}").filters
        assert found.values == (value,)


def test_names_of_filters_are_offered_only_where_a_word_is_hardly_one() -> None:
    def offered(text: str) -> list[str]:
        typed = typed_at(text, len(text))
        return filter_names(text, typed) if typed is not None else []

    assert offered("ca") == ["camera"]
    assert offered("type:raw cam") == ["camera"]
    assert offered("kam") == ["kamera"]
    assert offered("a dog ca") == []
    assert offered("a dog in") == []
    assert offered("a dog cat") == []
    assert offered("a dog cam") == ["camera"]


def test_a_filter_that_says_nothing_yet_is_not_searched_for() -> None:
    assert settled("dogs before:20 in snow", 14) == "dogs in snow"
    assert settled("dogs camera:", 12) == "dogs"
    assert settled("dogs before:2020", 16) == "dogs before:2020"
    assert settled("dogs", 4) == "dogs"
    assert parse("dogs camera:").sentence == "dogs"


def test_a_filter_is_put_in_the_place_of_another_of_its_kind() -> None:
    text = "dogs before:2020 camera:x100 -camera:gfx"
    assert with_filter(text, "camera", "Canon EOS R5") == 'dogs before:2020 -camera:gfx camera:"Canon EOS R5"'
    assert with_filter(text, "before", "") == "dogs camera:x100 -camera:gfx"
    assert with_filter("", "rating", ">=4") == "rating:>=4"
