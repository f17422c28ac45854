"""What a decoder may say. A photo can have taken it over, so that every field is looked at before anybody uses it."""

from __future__ import annotations

import math
from typing import Any

from engine.config import ModelInput
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, KnownPhoto, PhotoFacts, ReadWords, RenderedPhoto

LONGEST_TEXT = 2_000
LONGEST_WORDS = 4 * 2**20
LARGEST_THUMBNAIL_BYTES = 4 * 2**20
_HASH_BYTES, _SKETCH_BYTES = 32, 64
_SIDE, _SIZE, _ID = range(1, 65_536), range(2**40), range(-(2**63), 2**63)
_TIME = range(-(2**92), 2**92)  # some file systems know years beyond 64 bits of nanoseconds
_TONE = range(2**24)


def require_sense(outcome: DecodeOutcome, model_input: ModelInput) -> None:
    """Raises ValueError for values that no decoder of ours would say."""
    match outcome:
        case DecodedPhoto():
            _whole(photo_id=(outcome.photo_id, _ID), size=(outcome.size, _SIZE), tone=(outcome.tone, _TONE))
            _whole(mtime_ns=(outcome.mtime_ns, _TIME))
            _facts(outcome.facts)
            _long(file_hash=(outcome.file_hash, _HASH_BYTES), pixel_hash=(outcome.pixel_hash, _HASH_BYTES))
            _long(pixels=(outcome.pixels, model_input.photo_bytes))
            _long(sketch=(outcome.sketch, _SKETCH_BYTES if outcome.sketch else 0))
            _jpeg(outcome.thumbnail, LARGEST_THUMBNAIL_BYTES)
            _text(outcome.words, LONGEST_WORDS)
        case KnownPhoto():
            _whole(photo_id=(outcome.photo_id, _ID), size=(outcome.size, _SIZE), mtime_ns=(outcome.mtime_ns, _TIME))
            _long(file_hash=(outcome.file_hash, _HASH_BYTES))
        case RenderedPhoto():
            _whole(photo_id=(outcome.photo_id, _ID), width=(outcome.width, _SIDE), height=(outcome.height, _SIDE))
            _jpeg(outcome.jpeg, 2**30)
        case ReadWords():
            _whole(photo_id=(outcome.photo_id, _ID))
            _text(outcome.words, LONGEST_WORDS)
        case DecodeFailure():
            _whole(photo_id=(outcome.photo_id, _ID))
            _text(outcome.reason, LONGEST_TEXT)
            _text(outcome.remedy, LONGEST_TEXT)
            if type(outcome.final) is not bool or type(outcome.vanished) is not bool:
                raise ValueError("neither yes nor no")


def _facts(facts: PhotoFacts) -> None:
    _whole(width=(facts.width, _SIDE), height=(facts.height, _SIDE))
    _text(facts.format, LONGEST_TEXT)
    for text in (facts.taken_at, facts.camera, facts.lens):
        _text("" if text is None else text, LONGEST_TEXT)
    for degrees, limit in ((facts.latitude, 90), (facts.longitude, 180)):
        number = 0 if degrees is None else degrees
        if type(number) not in (int, float) or not math.isfinite(number) or abs(number) > limit:
            raise ValueError("no place on earth")


def _whole(**numbers: tuple[Any, range]) -> None:
    for name, (number, known) in numbers.items():
        if type(number) is not int or number not in known:
            raise ValueError(f"{name} cannot be that")


def _long(**sections: tuple[Any, int]) -> None:
    for name, (section, length) in sections.items():
        if type(section) is not bytes or len(section) != length:
            raise ValueError(f"{name} has another length")


def _text(text: Any, limit: int) -> None:
    if type(text) is not str or len(text) > limit:
        raise ValueError("no text")


def _jpeg(data: bytes, limit: int) -> None:
    """The window shows it: at least it is nothing else that Qt would try."""
    if not data.startswith(b"\xff\xd8\xff") or not data.endswith(b"\xff\xd9") or len(data) > limit:
        raise ValueError("no JPEG of ours")
