"""Readers of what strangers wrote: the kept corpus always, and what hypothesis thinks of."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import frames
from engine.config import ModelInput
from engine.decoder import decode
from engine.errors import PhotoUnreadable
from engine.photo import DecodeTask
from engine.photo_metadata import parse as parse_tags
from engine.query import parse as parse_query
from engine.sidecar_xmp import Change, Packet
from tests.torture.hostile_photos import hostile_photos

CORPUS = Path(__file__).parent.parent / "corpus"
LIMIT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def corpus(folder: str) -> list[Path]:
    found = sorted((CORPUS / folder).iterdir())
    assert found
    return found


def spoiled(data: bytes, seed: int) -> bytes:
    """Some bytes otherwise, gone, or twice."""
    draw, broken = random.Random(seed), bytearray(data or b"\0")
    for _ in range(draw.choice((1, 2, 5, 30))):
        at = draw.randrange(len(broken))
        part = broken[at : at + draw.randrange(1, 12)]
        broken[at : at + len(part)] = draw.choice(
            (b"", bytes(part) * 2, draw.randbytes(len(part)), b"<", b'"', b"\xff")
        )
        broken = broken or bytearray(1)
    return bytes(broken)


def read_query(data: bytes) -> None:
    query = parse_query(data.decode("utf-8", "replace"))
    assert parse_query(query.sentence) is not None


def read_sidecar(data: bytes) -> None:
    """Understood, and then it can be written and read again; or ValueError."""
    try:
        packet = Packet.parse(data)
    except ValueError:
        return
    before = packet.written()
    packet.apply(Change(add=frozenset({("fuzz", "tag")}), rating=2))
    after = Packet.parse(packet.to_bytes()).written()
    assert after.rating == 2
    assert before.tags <= after.tags | {("fuzz",)}


def read_frame(data: bytes) -> None:
    try:
        frames.encode(frames.decode(data))
    except ValueError:
        return


READERS: dict[str, Callable[[bytes], None]] = {
    "queries": read_query, "sidecars": read_sidecar, "frames": read_frame,
}  # fmt: skip


@pytest.mark.parametrize("folder", READERS)
def test_the_corpus_is_read(folder: str) -> None:
    for path in corpus(folder):
        READERS[folder](path.read_bytes())


@pytest.mark.parametrize("folder", READERS)
@LIMIT
@given(st.data(), st.integers(0, 2**32))
def test_what_is_left_of_the_corpus_is_read(folder: str, data: st.DataObject, seed: int) -> None:
    READERS[folder](spoiled(data.draw(st.sampled_from(corpus(folder))).read_bytes(), seed))


def test_photos_of_the_corpus_are_read_or_refused(tmp_path: Path) -> None:
    for path in corpus("exif"):
        for seed in range(3):
            target = tmp_path / path.name
            target.write_bytes(path.read_bytes() if seed == 0 else spoiled(path.read_bytes(), seed))
            try:
                assert decode(DecodeTask(1, bytes(target)), ModelInput(32)).size > 0
            except PhotoUnreadable as error:
                assert error.problem  # noqa: PT017


ODD = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=40), st.binary(max_size=40), st.booleans(),
    st.tuples(st.floats(), st.floats(), st.floats()), st.tuples(), st.lists(st.integers(), max_size=3),
)  # fmt: skip
TAGS = st.dictionaries(st.sampled_from([0x10F, 0x110, 0x132, 0x9003, 0xA434, 0x8769, 1, 2, 3, 4, 5, 6]), ODD)


@LIMIT
@given(TAGS, TAGS, TAGS)
def test_any_tags_give_metadata(main: dict[int, object], photo: dict[int, object], gps: dict[int, object]) -> None:
    found = parse_tags(main, photo, gps)
    assert found.latitude is None or -90 <= found.latitude <= 90
    assert found.longitude is None or -180 <= found.longitude <= 180


@pytest.mark.slow
def test_our_own_hostile_photos_are_the_same_every_time() -> None:
    first = [(name, len(data)) for name, data, _ in hostile_photos(20)]
    assert first == [(name, len(data)) for name, data, _ in hostile_photos(20)]
