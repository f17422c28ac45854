from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.photo_metadata import Metadata, parse

NORTH = {1: "N", 2: (48.0, 30.0, 36.0), 3: "W", 4: (11.0, 15.0, 0.0)}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024:05:06 07:08:09", "2024-05-06T07:08:09"),
        ("2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09"),
        ("2024:05:06 07:08", "2024-05-06T07:08:00"),
        ("2024:05:06 07:08:09\0junk", "2024-05-06T07:08:09"),
        ("0000:00:00 00:00:00", None),
        ("2023:02:30 10:00:00", None),
        ("9999:12:31 23:59:59", None),
        ("2024:05:06 25:00:00", None),
        ("    :  :     :  :  ", None),
        ("٢٠٢٤:05:06 07:08:09", None),
        ("", None),
        (b"2024:05:06 07:08:09", "2024-05-06T07:08:09"),
        (20240506, None),
    ],
)
def test_a_date_is_plausible_or_none(written: Any, read: str | None) -> None:
    assert parse({}, {0x9003: written}, {}).taken_at == read


def test_when_it_was_taken_goes_before_when_it_was_changed() -> None:
    assert parse({0x0132: "2024:01:01 00:00:00"}, {0x9003: "2020:01:01 00:00:00"}, {}).taken_at == "2020-01-01T00:00:00"
    assert parse({0x0132: "2024:01:01 00:00:00"}, {0x9003: "    "}, {}).taken_at == "2024-01-01T00:00:00"


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("OLYMPUS OPTICAL CO.,LTD", "C960Z", "OLYMPUS C960Z"),
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("KONICA MINOLTA", "DiMAGE Z3   ", "KONICA MINOLTA DiMAGE Z3"),
        ("FUJIFILM\0\0", "X100V\0", "FUJIFILM X100V"),
        ("Apple", None, "Apple"),
        (None, "X100", "X100"),
        ("   ", "---", None),
        ("a\nb\x1b[31m", "\u202egpj", "a b [31m gpj"),
        ((1, 2), 7, None),
    ],
)
def test_a_camera_is_named_once_and_in_one_line(make: Any, model: Any, camera: str | None) -> None:
    assert parse({0x010F: make, 0x0110: model}, {}, {}).camera == camera


def test_text_is_never_long() -> None:
    seen = parse({0x010F: "x" * 10**6, 0x0110: "y" * 10**6}, {0xA434: b"z" * 10**6}, {})
    assert len(seen.camera or "") <= 100
    assert len(seen.lens or "") <= 100


def test_text_beyond_ascii_survives() -> None:
    assert parse({}, {0xA434: "Zeiß 50 mm".encode().decode("latin-1")}, {}).lens == "Zeiß 50 mm"


def test_a_place_is_in_degrees_with_its_sign() -> None:
    seen = parse({}, {}, NORTH)
    assert (seen.latitude, seen.longitude) == (48.51, -11.25)
    assert parse({}, {}, NORTH | {2: (Fraction(97, 2),)}).latitude == 48.5


@pytest.mark.parametrize(
    "wrong",
    [
        {2: (math.nan, 0.0, 0.0)},
        {2: (math.inf, 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0)},
        {4: (180.0, 1.0, 0.0)},
        {2: (-5.0, 0.0, 0.0)},
        {2: "48"},
        {2: ()},
        {1: "X"},
        {1: None},
        {3: b""},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_cannot_be_is_none(wrong: dict[int, Any]) -> None:
    seen = parse({}, {}, NORTH | wrong)
    assert (seen.latitude, seen.longitude) == (None, None)


anything: Any = some.one_of(
    some.none(), some.text(), some.binary(), some.integers(), some.floats(), some.tuples(some.floats(), some.floats())
)
directory: Any = some.dictionaries(some.sampled_from([1, 2, 3, 4, 0x010F, 0x0110, 0x0132, 0x9003, 0xA434]), anything)


@given(directory, directory, directory)
def test_no_tag_makes_it_raise(main: dict[int, Any], photo: dict[int, Any], gps: dict[int, Any]) -> None:
    assert isinstance(parse(main, photo, gps), Metadata)
