"""Any text as a query, any bytes as a message."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import time
from pathlib import Path

import numpy as np
from PIL import Image

from engine import frames
from engine.config import ModelInput
from engine.decode_pool_frames import pack_outcome, unpack_outcome
from engine.decoder import decode
from engine.errors import AfterimageError
from engine.messages import Search, SearchResults
from engine.photo import DecodeFailure, DecodeTask, KnownPhoto, RenderedPhoto
from tests.torture.scenario import Figures, open_library, paint_photos, percentile, settle

PIECES = (
    "dog", "red", "not", "NOT", "AND", "OR", "(", ")", '"', "'", "-", "*", "?", "%", "_", "\\", "--", ";", ":", "tag:",
    "rating:>3", "date:2020..", "before:", "folder:\"", "near:", "camera:", "\0", "\n", "\u202e", "\ufffd",
    "\U0001f600", "\ud800", "x" * 3000, "SELECT", "NULL", "MATCH", "NEAR/3", "{", "}", "[", "]", "^", "~",
    "&&", "||", "0" * 400,
)  # fmt: skip

BODIES = (b"[" * 5000, b"{" * 999, b"9" * 9999, b"null", b"5", b'"x"', b"[]", b"[{},[1e400]]", b"[[],{}]")


def queries(folder: Path, full: bool) -> Figures:
    """D4: any text is a valid query."""
    count = 10_000 if full else 400
    draw = random.Random(40)
    seconds = []
    refused = 0
    paint_photos(folder / "photos", 30)
    with open_library(folder / "library") as library:
        library.add_folder(os.fsencode(folder / "photos"))
        settle(library)
        library.tags.change((), [os.fsencode(folder / "photos" / "000001.png")], add=["dog"], remove=())
        for number in range(count):
            text = draw.choice(("", " ")).join(draw.choice(PIECES) for _ in range(draw.randrange(12)))
            if draw.random() < 0.2:
                text = "".join(chr(draw.randrange(0x11_0000)) for _ in range(draw.randrange(60)))
            started = time.monotonic()
            try:
                events = [event for event in library.search(Search(number, text)) if event is not None]
                assert isinstance(events[-1], SearchResults)
            except AfterimageError:
                refused += 1
            seconds.append(time.monotonic() - started)
        assert library.doctor()["database"]["integrity"] == "ok"
        assert library.progress().ready == 30
    return {"queries": count, "refused_with_words": refused, "p99_s": percentile(seconds, 0.99)}


def messages(folder: Path, full: bool) -> Figures:
    """D3: a frame is one message or a ValueError, whoever sends it."""
    count = 100_000 if full else 3_000
    draw = random.Random(41)
    real = [frames.encode(Search(1, "a dog", like=(b"/a", b"/b"))), frames.encode(Search(2))]
    kept = 0
    for _ in range(count):
        try:
            frames.decode(spoil(draw.choice(real), draw))
            kept += 1
        except ValueError:
            continue
    return {"frames": count, "messages": kept, "otherwise": 0}


def spoil(frame: bytes, draw: random.Random) -> bytes:
    """Other bytes, with lengths that fit or do not."""
    how = draw.randrange(6)
    if how == 0:
        return draw.randbytes(draw.randrange(300))
    if how == 1:
        body = draw.choice(
            (b"[" * 5000, b"{" * 999, b"9" * 9999, b"null", b"5", b'"x"', b"[]", b"[{},[1e400]]", b"[[],{}]")
        )
        return len(body).to_bytes(4, "little") + body
    broken = bytearray(frame)
    for _ in range(draw.choice((1, 3, 20))):
        at = draw.randrange(len(broken))
        if how == 2:
            broken[at] = draw.randrange(256)
        elif how == 3:
            del broken[at : at + draw.randrange(20)]
        elif how == 4:
            broken[at:at] = draw.randbytes(draw.randrange(20))
        else:
            broken[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"null", b"-1e9", b"true", b'""'))
        broken = broken or bytearray(1)
    return bytes(broken)


def decoders(folder: Path, full: bool) -> Figures:
    """B5: what a decoder says is a photo that fits, or is not believed."""
    count = 50_000 if full else 2_000
    draw = random.Random(42)
    size = ModelInput(32)
    Image.new("RGB", (64, 48), (9, 99, 199)).save(folder / "a.png")
    photo = decode(DecodeTask(1, bytes(folder / "a.png")), size)
    real = [photo, KnownPhoto(1, bytes(32), 5, 6), RenderedPhoto(1, b"\xff\xd8\xff\xd9", 5, 5), DecodeFailure(1, "no")]
    believed = 0
    for number in range(count):
        frame = pack_outcome(draw.choice(real))
        try:
            outcome = unpack_outcome(spoil_words(frame, draw) if number % 2 else spoil(frame, draw), size)
        except ValueError:
            continue
        believed += 1
        json.dumps(dataclasses.asdict(outcome), default=bytes.hex)
        if hasattr(outcome, "pixels"):
            assert np.frombuffer(outcome.pixels, np.uint8).reshape(size.size, size.size, 3).size
            assert len(outcome.file_hash) == len(outcome.pixel_hash) == 32
    return {"frames": count, "believed": believed, "otherwise": 0}


def spoil_words(frame: bytes, draw: random.Random) -> bytes:
    """Valid JSON with other values in it."""
    end = 4 + int.from_bytes(frame[:4], "little")
    header, lengths = json.loads(frame[4:end])
    fields = [header, header["facts"]] if "facts" in header else [header]
    some = draw.choice(fields)
    odd = (None, "", "x" * 9999, -1, 2**70, 0.5, float("nan"), True, [], {}, [[1]], "\ud800")
    name = draw.choice(list(some))
    if draw.random() < 0.3:
        del some[name]
    else:
        some[name] = draw.choice(odd)
    if draw.random() < 0.3 and lengths:
        lengths[draw.randrange(len(lengths))] = draw.choice((0, -1, 5, 2**40, None, "a"))
    head = json.dumps([header, lengths]).encode()
    return len(head).to_bytes(4, "little") + head + frame[end:]
