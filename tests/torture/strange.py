"""Photos that only look wrong, and files that only look like photos: each names what has to come of it.

A flag of four colours is in every one that is a photo, so that a picture on its side, in false colours or of noise is
not taken for a good one.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any

from PIL import Image

SIZE = (96, 64)
RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 170, 30), (30, 30, 200), (220, 210, 40)
FLAG = (RED, GREEN, BLUE, YELLOW)  # from the upper left to the lower right


@dataclass(frozen=True, slots=True)
class Strange:
    """`outcome`: "photo", "refused" or "either"; `corners`: the colours in the middles of the four quarters, or None
    where it does not matter."""

    name: str
    data: bytes
    outcome: str
    corners: tuple[tuple[int, int, int], ...] | None = None


def flag(size: tuple[int, int] = SIZE) -> Image.Image:
    image = Image.new("RGB", (2, 2))
    image.putdata(FLAG)
    return image.resize(size, Image.Resampling.NEAREST)


def good(name: str, data: bytes) -> Strange:
    return Strange(name, data, "photo", FLAG)


def brightness(colour: tuple[int, int, int]) -> int:
    value = Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0))
    assert isinstance(value, int)
    return value


def grey(name: str, data: bytes) -> Strange:
    """As good, without its colours."""
    corners = tuple((value, value, value) for value in map(brightness, FLAG))
    return Strange(name, data, "photo", corners)


def refused(name: str, data: bytes) -> Strange:
    return Strange(name, data, "refused")


def either(name: str, data: bytes) -> Strange:
    return Strange(name, data, "either")


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def stored(turn: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """The flag as a camera that was held at an EXIF orientation stores it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    return flag(size).transpose(undo[turn]) if turn in undo else flag(size)


def turned(turn: int) -> bytes:
    """An Exif block that says so."""
    exif = Image.Exif()
    exif[0x0112] = turn
    return exif.tobytes()


def tiff(
    entries: list[tuple[int, int, int, bytes]], body: bytes = b"", *, following: int = 0, order: str = "<"
) -> bytes:
    """(tag, type, count, four bytes or more) in one directory; what is longer than four bytes lies behind, and `body`
    behind that: its place is where 0xB0D7 stands as a LONG."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    behind = 8 + 2 + 12 * len(entries) + 4
    rows, tail = b"", b""
    for _, _, _, value in entries:
        tail += value if len(value) > 4 else b""
    place, at = behind + len(tail), behind
    for tag, kind, count, value in entries:
        if value == b"BODY":
            value = struct.pack(order + "I", place)
        if len(value) > 4:
            rows += struct.pack(order + "HHII", tag, kind, count, at)
            at += len(value)
        else:
            rows += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
    return head + struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", following) + tail + body
