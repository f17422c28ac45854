from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import frames, messages
from engine.photo import Folder, Problem
from engine.search_hit import SearchHit


def framed(header: object, *sections: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + b"".join(sections)


def header_of(message: messages.Message) -> dict:
    data = frames.encode(message)
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length])


HIT = SearchHit(
    7, b"/photos/caf\xe9 \n.jpg", b"/cache/ab.jpg", 640, 480, 0.5, 0.25, None, True, False, "2020-01-02T03:04:05",
    latitude=-12.5, tags=("snow", "\N{DOG FACE}", 'q"uote'),
)  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        messages.Search(1, "a dog in the snow", folder=b"/p\xff", like=()),
        messages.Search(2, "\N{DOG FACE}" * 10_000),
        messages.Search(3, "typed \udcff by hand"),
        messages.Index(4, (b"", b"/a\nb", bytes(range(256)))),
        messages.RetryProblems(5, (1, 2**62, -3)),
        messages.SearchResults(
            6, 1, messages.Stage.RERANKED, 2, bytes(16), bytes(8), bytes(8), 50, 2, 2, 0.01, "x", ("spaceship",)
        ),
        messages.Hits(7, 1, 0, (HIT, HIT)),
        messages.Hits(7, 1, 0, ()),
        messages.FolderList(8, (Folder(1, b"/p", True), Folder(2, b"/q", ready=4))),
        messages.ProblemList(9, (Problem(b"/p/x.jpg", "cut short", "copy it again", 3),)),
        messages.IndexProgress(10, 1, 2, 3, 4, 5.5, None, True),
        messages.Failed(11, "DiskFull", "No room", b"/p", "free some", 3, False),
        messages.EngineReady("0.1.0", 1, 0, 0),
        messages.Shutdown(12),
        messages.GetAlike(13, 1, 2),
        messages.Judge(16, "a dog", 7, -1),
        messages.ListJudgments(17, "a dog"),
        messages.Judgments(17, "a dog", bytes(8), b""),
        messages.Explain(14, 7, "a red umbrella"),
        messages.Explanation(
            15, 7, "a dog", (messages.WordSight("dog", 2, 5, 0.75, True, 1, 2, bytes(8)),), 0.5, missing="dog"
        ),
    ],
)
def test_a_message_comes_back_equal_and_of_the_same_type(message: messages.Message) -> None:
    back = frames.decode(frames.encode(message))
    assert back == message
    assert type(back) is type(message)


def test_a_stage_comes_back_as_an_enum_member() -> None:
    results = messages.SearchResults(1, 1, messages.Stage.RETRIEVED, 0, b"", b"", b"", 0, 0, 0, 0.0)
    back = frames.decode(frames.encode(results))
    assert isinstance(back, messages.SearchResults)
    assert back.stage is messages.Stage.RETRIEVED


def test_numbers_that_json_cannot_say_survive() -> None:
    for odd in (math.nan, math.inf, -math.inf):
        back = frames.decode(frames.encode(messages.IndexProgress(1, 0, 0, 0, 0, odd, odd, False)))
        assert isinstance(back, messages.IndexProgress)
        assert repr(back.rate) == repr(back.seconds_left) == repr(odd)


def test_bytes_travel_outside_of_the_json() -> None:
    data = frames.encode(messages.AddFolder(1, b"/raw/\x00\xff/path"))
    assert data.endswith(b"/raw/\x00\xff/path")
    assert header_of(messages.AddFolder(1, b"/raw"))["sections"] == [4]


def test_a_field_with_a_default_may_be_absent() -> None:
    header = {"version": 1, "type": "Search", "fields": {"request": 9}, "sections": []}
    assert frames.decode(framed(header)) == messages.Search(9)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        struct.pack("<I", 2**32 - 1) + b"{}",
        framed([]),
        framed({"version": 1}),
        framed({"version": 2, "type": "Shutdown", "fields": {"request": 1}, "sections": []}),
        framed({"version": 1, "type": "os.system", "fields": {"request": 1}, "sections": []}),
        framed({"version": 1, "type": ["Shutdown"], "fields": {"request": 1}, "sections": []}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": True}, "sections": []}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": 2**63}, "sections": []}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": 1, "more": 2}, "sections": []}),
        framed({"version": 1, "type": "Shutdown", "fields": {}, "sections": []}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": 1}, "sections": [5]}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": 1}, "sections": [-1, 1]}),
        framed({"version": 1, "type": "Shutdown", "fields": {"request": 1}, "sections": []}, b"left over"),
        framed({"version": 1, "type": "AddFolder", "fields": {"request": 1, "path": 0}, "sections": []}),
        framed({"version": 1, "type": "AddFolder", "fields": {"request": 1, "path": "/p"}, "sections": []}),
        framed({"version": 1, "type": "Index", "fields": {"request": 1, "folders": {}}, "sections": []}),
        framed({"version": 1, "type": "Reply", "fields": {"request": 1, "value": 3}, "sections": []}),
        struct.pack("<I", 200_000) + b"[" * 200_000,
        struct.pack("<I", 3) + b"NaN",
        struct.pack("<I", 2) + b"\xff\xff",
    ],
)
def test_a_hostile_frame_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the type is the promise, the words are free
        frames.decode(data)


def test_an_integer_beyond_64_bits_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="int64"):
        frames.encode(messages.RemoveFolder(1, 2**63))
    with pytest.raises(ValueError, match="int64"):
        frames.encode(messages.GetWords(1, (1, 2**63, 3)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(sorted(frames.message_types()))
NAMES = st.sampled_from(["request", "path", "folders", "hits", "stage", "sentence", "photo_ids", "rate", "limit"])
ALMOST = st.fixed_dictionaries(
    {
        "version": st.just(1) | JSON,
        "type": TYPES | JSON,
        "fields": st.dictionaries(NAMES, JSON, max_size=6) | JSON,
        "sections": st.lists(st.integers(-1, 4), max_size=3) | JSON,
    }
)
HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.builds(framed, ALMOST, st.binary(max_size=8)),
    st.builds(
        lambda at, byte: (d := frames.encode(messages.Hits(1, 2, 3, (HIT,))))[: at % len(d)] + byte + d[at % len(d) :],
        st.integers(0, 10_000),
        st.binary(max_size=2),
    ),
)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE)
def test_random_frames_give_a_message_or_a_value_error(data: bytes) -> None:
    try:
        message = frames.decode(data)
    except ValueError:
        return
    assert frames.decode(frames.encode(message)) is not None
