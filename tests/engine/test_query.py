from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.query import LONGEST_SENTENCE, And, Clause, Not, Or, Order, Query, Text, parse
from engine.query_kinds import widened

PARTS = (
    'dog snow AND OR NOT ( ) -red -"big dog" "exact words" before:2020 on:07.2020 rating:>=4 tag:a,b in:"My House '
    "without no but, people ohne kein with a the camera:x100 before:yesterday type:raw rating:9 "
    'sort:name sort:no ( ) “ ” " - : é'
)


def dog_in_snow() -> Text:
    return Text("a dog in snow")


def filters(text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    return [found.meaning() for found in parse(text).filters]


def test_white_space_is_folded_and_control_characters_vanish() -> None:
    assert parse("  two\tdogs\n\x00 in  snow ").sentence == "two dogs in snow"


def test_composed_and_decomposed_letters_are_one_sentence() -> None:
    assert parse("cafe\u0301").sentence == parse("caf\u00e9").sentence


def test_endless_text_is_cut() -> None:
    assert len(parse("dog " * 10_000).sentence) <= LONGEST_SENTENCE


def assert_whole(query: Query, text: str) -> None:
    """What every query keeps to, whatever was typed."""
    query.sentence.encode("utf-8")
    assert len(query.sentence) <= LONGEST_SENTENCE
    for chip in query.chips:
        assert 0 <= chip.start < chip.end <= len(text)
        assert query.text[chip.start : chip.end] == chip.text
        assert len(query.without(chip)) < len(text)
    again = parse(str(query))
    assert (again.sentence, again.clause, again.unclear) == (query.sentence, query.clause, query.unclear)
    assert [found.meaning() for found in again.filters] == [found.meaning() for found in query.filters]
    assert [chip.kind for chip in again.chips] == [chip.kind for chip in query.chips]
    assert again.order == query.order


@given(st.text())
def test_any_text_is_a_valid_query(text: str) -> None:
    assert_whole(parse(text), text)


@given(st.lists(st.sampled_from(PARTS.split()), max_size=14), st.sampled_from([" ", "  ", "\t", ""]))
def test_any_row_of_parts_is_a_valid_query(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert_whole(parse(text), text)


@pytest.mark.parametrize("text", ["(" * 3_000, "NOT " * 2_000, "(a OR " * 500 + ")" * 500, '"' * 999, "a AND " * 999])
def test_deep_and_endless_structures_are_valid(text: str) -> None:
    assert_whole(parse(text), text)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("a dog in snow", dog_in_snow()),
        ("rock and roll or not", Text("rock and roll or not")),
        ("dog AND snow", And((Text("dog"), Text("snow")))),
        ("dog OR cat OR bird", Or((Text("dog"), Text("cat"), Text("bird")))),
        ("a dog NOT red snow", And((Text("a dog"), Not(Text("red snow"))))),
        ("a dog -snow on grass", And((Text("a dog on grass"), Not(Text("snow"))))),
        ("dog OR cat -snow", And((Or((Text("dog"), Text("cat"))), Not(Text("snow"))))),
        ("dog OR cat AND snow", Or((Text("dog"), And((Text("cat"), Text("snow")))))),
        ("(dog OR cat) AND snow", And((Or((Text("dog"), Text("cat"))), Text("snow")))),
        ("a dog (brown OR black)", And((Text("a dog"), Or((Text("brown"), Text("black")))))),
        ("(dog -wet) OR cat", Or((And((Text("dog"), Not(Text("wet")))), Text("cat")))),
        ("NOT snow", Not(Text("snow"))),
        ("NOT NOT snow", Text("snow")),
        ("NOT (snow OR rain)", Not(Or((Text("snow"), Text("rain"))))),
        ("Hund UND NICHT Schnee", And((Text("Hund"), Not(Text("Schnee"))))),
        ("dog AND", Text("dog")),
        ("OR dog", Text("dog")),
        ("NOT", Text("NOT")),
        ("a dog (brown)", Text("a dog (brown)")),
        ("a dog (brown AND big", And((Text("a dog (brown"), Text("big")))),
        ("", None),
        ("before:2020", None),
    ],
)
def test_operators_in_capitals_bind_not_and_or(text: str, clause: Clause | None) -> None:
    assert parse(text).clause == clause


@pytest.mark.parametrize(
    ("text", "kept", "denied"),
    [
        ("a beach without people", "a beach", ["people"]),
        ("a man without a shirt on the beach", "a man on the beach", ["a shirt"]),
        ("a beach without people or cars", "a beach", ["people", "cars"]),
        ("a dog without a leash running fast", "a dog running fast", ["a leash"]),
        ("mountains, no snow, blue sky", "mountains, blue sky", ["snow"]),
        ("a city but no people", "a city", ["people"]),
        ("a dog with no collar", "a dog", ["collar"]),
        ("a dog but not black", "a dog", ["black"]),
        ("ein Strand ohne Menschen", "ein Strand", ["Menschen"]),
        ("ein Hund, aber kein Schnee", "ein Hund", ["Schnee"]),
        ("ein Haus und kein Auto davor", "ein Haus", ["Auto davor"]),
        ("no people", "", ["people"]),
    ],
)
def test_what_plain_words_deny_must_not_be_there(text: str, kept: str, denied: list[str]) -> None:
    query = parse(text)
    parts = query.clause.clauses if isinstance(query.clause, And) else (query.clause,)
    assert query.sentence == kept
    assert [part.clause.text for part in parts if isinstance(part, Not) and isinstance(part.clause, Text)] == denied


@pytest.mark.parametrize(
    "text",
    [
        "a no parking sign",
        "the house at no 7",
        "there is no one",
        "a man who is not amused",
        "without a",
        "without",
        "yes or no",
        "a shop with a no dogs sign",
        "Comic Sans",
    ],
)
def test_words_that_deny_nothing_are_words(text: str) -> None:
    assert parse(text).clause == Text(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("before:2020", ("before", ("2020-01-01",), False)),
        ("after:2020", ("after", ("2021-01-01",), False)),
        ("after:2020-12", ("after", ("2021-01-01",), False)),
        ("on:2020-07-14", ("on", ("2020-07-14", "2020-07-15"), False)),
        ("on:14.7.2020", ("on", ("2020-07-14", "2020-07-15"), False)),
        ("on:07/2020", ("on", ("2020-07-01", "2020-08-01"), False)),
        ('on:"July 2020"', ("on", ("2020-07-01", "2020-08-01"), False)),
        ('am:"14. März 2020"', ("on", ("2020-03-14", "2020-03-15"), False)),
        ("on:2018..2020", ("on", ("2018-01-01", "2021-01-01"), False)),
        ("on:2020-02-29", ("on", ("2020-02-29", "2020-03-01"), False)),
        ("camera:x100,gfx", ("camera", ("x100", "gfx"), False)),
        ('in:"Lofoten, Norway"', ("in", ("Lofoten, Norway",), False)),
        ('in:"Lofo', ("in", ("Lofo",), False)),
        ("Kamera:X100", ("camera", ("X100",), False)),
        ("rating:4", ("rating", ("4", "4"), False)),
        ("rating:>=4", ("rating", ("4", "5"), False)),
        ("flag:pick", ("flag", ("pick",), False)),
        ("markierung:abgelehnt,ausgew\u00e4hlt", ("flag", ("reject", "pick"), False)),
        ("-label:Rot", ("label", ("red",), True)),
        ("label:Proof", ("label", ("Proof",), False)),
        ("rating:4+", ("rating", ("4", "5"), False)),
        ("rating:<2", ("rating", ("0", "1"), False)),
        ("rating:2..4", ("rating", ("2", "4"), False)),
        ("type:RAW,jpg", ("type", ("raw", "jpeg"), False)),
        ("type:.nef", ("type", ("raw",), False)),
        ("-tag:family", ("tag", ("family",), True)),
        ("NOT tag:family", ("tag", ("family",), True)),
        ('"golden  hour"', ("words", ("golden hour",), False)),
        ("„goldene Stunde“", ("words", ("goldene Stunde",), False)),
        ('-"golden hour"', ("words", ("golden hour",), True)),
    ],
)
def test_filters_are_understood(text: str, meaning: tuple[str, tuple[str, ...], bool]) -> None:
    assert filters(text) == [meaning]
    assert parse(text).sentence == ""


NOT_UNDERSTOOD = (
    "before:yesterday? on:2020-13 on:2020-02-30 on:31.02.2020 before:2018..2020 rating:9 rating:>5 rating:good "
    "type:banana after:0000 on:2020..2018"
)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD.split())
def test_a_filter_that_is_not_understood_is_told_of_and_searched_as_words(text: str) -> None:
    query = parse("a dog " + text)
    assert query.unclear == (text,)
    assert query.sentence == "a dog " + text
    assert [(chip.kind, chip.text) for chip in query.chips] == [("unclear", text)]


@pytest.mark.parametrize("text", ["Re: holiday", "http://example.org", "ratio 16:9", "in: the house", 'a 6" pipe'])
def test_colons_and_quotation_marks_of_plain_text_are_no_filters(text: str) -> None:
    assert parse(text).filters == ()
    assert parse(text).sentence == text


def test_filters_leave_the_sentence_whole() -> None:
    query = parse('a dog before:2020 in snow camera:x100 "IMG_00" -red')
    assert query.sentence == "a dog in snow"
    assert [chip.kind for chip in query.chips] == ["before", "camera", "words", "not"]


def test_or_beside_a_filter_is_told_of() -> None:
    assert parse("camera:x100 OR camera:gfx").unclear == ("camera:x100 OR camera:gfx",)


def test_too_many_parts_are_searched_as_words() -> None:
    query = parse(" OR ".join("abcdefghij"))
    assert query.unclear == ("more than 8 parts",)
    assert query.simple


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        ("a dog before:2020 in snow", "before:2020", "a dog in snow"),
        ("a dog AND NOT snow", "NOT snow", "a dog"),
        ("a beach without people at dusk", "without people", "a beach at dusk"),
        ("dog -wet OR cat", "-wet", "dog OR cat"),
        ("before:2020", "before:2020", ""),
    ],
)
def test_a_chip_can_be_taken_out(text: str, taken: str, left: str) -> None:
    query = parse(text)
    assert query.without(next(chip for chip in query.chips if chip.text == taken)) == left


@pytest.mark.parametrize("text", ["a beach without people", "a beach NOT the people", "a beach -Person"])
def test_a_denied_kind_is_denied_with_all_that_it_is_made_of(text: str) -> None:
    clause = parse(text).clause
    assert clause is not None
    shown, denied = widened(clause).clauses  # type: ignore[union-attr]
    assert shown == Text("a beach")
    assert isinstance(denied, Not)
    assert isinstance(denied.clause, Or)
    assert {"a man", "a woman"} < {part.text for part in denied.clause.clauses if isinstance(part, Text)}


def test_a_wanted_kind_of_many_parts_is_looked_for_with_all_of_them() -> None:
    wide = widened(Text("people"))
    assert isinstance(wide, Or)
    assert {Text("people"), Text("a man"), Text("a woman")} < set(wide.clauses)
    assert widened(Text("children")) == Text("children")


@pytest.mark.parametrize("text", ["people on a beach", "a beach NOT people in hats", "dog OR cat"])
def test_what_is_described_stays_as_it_is(text: str) -> None:
    clause = parse(text).clause
    assert clause is not None
    assert widened(clause) == clause


@pytest.mark.parametrize(
    ("text", "order", "unclear"),
    [
        ("a dog", Order.RELEVANCE, ()),
        ("a dog sort:name", Order.NAME, ()),
        ("Sortierung:Bewertung ein Hund", Order.RATING, ()),
        ("sort:newest sort:name", Order.DATE, ()),
        ("a dog sort:colour", Order.RELEVANCE, ("sort:colour",)),
        ("a dog -sort:date", Order.RELEVANCE, ("-sort:date",)),
    ],
)
def test_an_order_is_asked_for_and_passes_every_photo(text: str, order: Order, unclear: tuple[str, ...]) -> None:
    query = parse(text)
    assert (query.order, query.unclear, query.filters) == (order, unclear, ())


def test_an_order_is_a_part_that_can_be_taken_out() -> None:
    query = parse("a dog sort:oldest on grass")
    (chip,) = query.chips
    assert (chip.kind, chip.text, query.without(chip)) == ("sort", "sort:oldest", "a dog on grass")
