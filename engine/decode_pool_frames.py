"""What travels between the pool and its workers: a JSON header and raw bytes behind it, never pickle."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from engine.config import ModelInput
from engine.decode_pool_sense import require_sense
from engine.photo import (
    DecodedPhoto,
    DecodeFailure,
    DecodeOutcome,
    DecodeTask,
    KnownPhoto,
    PhotoFacts,
    ReadWords,
    RenderedPhoto,
)

_HASH_BYTES = 32


def pack_task(task: DecodeTask) -> bytes:
    header: dict[str, Any] = {"photo_id": task.photo_id, "rendition_edge": task.rendition_edge}
    header |= {"quality": task.quality, "exif": task.exif, "words_only": task.words_only}
    return _pack(header, task.path, b"".join(task.known_hashes))


def unpack_task(frame: bytes) -> DecodeTask:
    header, (path, hashes) = _unpack(frame)
    known = tuple(hashes[at : at + _HASH_BYTES] for at in range(0, len(hashes), _HASH_BYTES))
    return DecodeTask(path=path, known_hashes=known, **header)


def pack_outcome(outcome: DecodeOutcome, *, apart: bool = False) -> bytes:
    """`apart`: without the pixels, which travel another way."""
    match outcome:
        case DecodedPhoto():
            header = {"kind": "decoded", "photo_id": outcome.photo_id, "size": outcome.size, "tone": outcome.tone}
            header |= {"words": outcome.words}
            header |= {"mtime_ns": outcome.mtime_ns, "facts": asdict(outcome.facts)}
            hashes = (outcome.file_hash, outcome.pixel_hash)
            pixels = b"" if apart else outcome.pixels
            return _pack(header, *hashes, pixels, outcome.thumbnail, outcome.sketch)
        case KnownPhoto():
            header = {"kind": "known", "photo_id": outcome.photo_id, "size": outcome.size, "mtime_ns": outcome.mtime_ns}
            return _pack(header, outcome.file_hash)
        case RenderedPhoto():
            header = {"kind": "rendered", "photo_id": outcome.photo_id, "width": outcome.width}
            return _pack(header | {"height": outcome.height}, outcome.jpeg)
        case ReadWords():
            return _pack({"kind": "words", **asdict(outcome)})
        case DecodeFailure():
            return _pack({"kind": "failure", **asdict(outcome)})


def unpack_outcome(frame: bytes, model_input: ModelInput, *, apart: Callable[[], bytes] | None = None) -> DecodeOutcome:
    """`apart` gives the pixels that travelled another way. Raises ValueError for whatever is not exactly one outcome
    that fits: a photo may have written it."""
    try:
        outcome = _outcome(*_unpack(frame))
        if apart is not None and isinstance(outcome, DecodedPhoto):
            outcome = replace(outcome, pixels=apart())
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("a decoder said what makes no sense") from error
    require_sense(outcome, model_input)
    return outcome


def _outcome(header: dict[str, Any], sections: list[bytes]) -> DecodeOutcome:
    match header.pop("kind"):
        case "decoded":
            facts = PhotoFacts(**header.pop("facts"))
            file_hash, pixel_hash, pixels, thumbnail, sketch = sections
            header |= {"file_hash": file_hash, "pixel_hash": pixel_hash, "pixels": pixels, "thumbnail": thumbnail}
            return DecodedPhoto(facts=facts, sketch=sketch, **header)
        case "known":
            (file_hash,) = sections
            return KnownPhoto(file_hash=file_hash, **header)
        case "rendered":
            (jpeg,) = sections
            return RenderedPhoto(jpeg=jpeg, **header)
        case "words":
            return ReadWords(**header)
        case "failure":
            return DecodeFailure(**header)
        case _:
            raise ValueError("an outcome of no kind")


def _pack(header: dict[str, Any], *sections: bytes) -> bytes:
    head = json.dumps([header, [len(section) for section in sections]]).encode()
    return b"".join((len(head).to_bytes(4, "little"), head, *sections))


def _unpack(frame: bytes) -> tuple[dict[str, Any], list[bytes]]:
    at = 4 + int.from_bytes(frame[:4], "little")
    header, lengths = json.loads(frame[4:at])
    sections = []
    for length in lengths:
        if type(length) is not int or not 0 <= length <= len(frame) - at:
            raise ValueError("a section that is not there")
        sections.append(frame[at : at + length])
        at += length
    if at != len(frame):
        raise ValueError("more than was announced")
    return header, sections
