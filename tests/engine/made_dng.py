"""A small DNG of our own: a raw photo with a coloured gradient, and a camera's preview where one is asked for.

Written after Adobe's Digital Negative Specification 1.4, chapter 4.
"""

from __future__ import annotations

import io
import struct

from PIL import Image

BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED = 1, 2, 3, 4, 5, 10
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, SIGNED: 8}
_CODES = {BYTE: "B", SHORT: "H", LONG: "I"}


def dng(
    width: int = 640,
    height: int = 480,
    *,
    preview: Image.Image | None = None,
    orientation: int = 1,
    packet: bytes = b"",
) -> bytes:
    """Reddish to the left, bluish to the right; taken with a camera of no maker at 2021-07-14 18:03:22."""
    raw = _mosaic(width, height)
    jpeg = _jpeg(preview) if preview is not None else b""
    main = {
        50706: (BYTE, [1, 4, 0, 0]),
        50708: (ASCII, b"Drawn One\0"),
        271: (ASCII, b"Drawn\0"),
        272: (ASCII, b"Drawn One\0"),
        274: (SHORT, [orientation]),
        306: (ASCII, b"2021:07:14 18:03:22\0"),
        50721: (SIGNED, [(v, 10_000) for v in (10_000, 0, 0, 0, 10_000, 0, 0, 0, 10_000)]),
        50728: (RATIONAL, [(1, 1), (1, 1), (1, 1)]),
        50778: (SHORT, [21]),
    }
    if packet:
        main[700] = (BYTE, list(packet))
    cfa = {
        254: (LONG, [0]),
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [16]),
        259: (SHORT, [1]),
        262: (SHORT, [32803]),
        277: (SHORT, [1]),
        278: (LONG, [height]),
        279: (LONG, [len(raw)]),
        33421: (SHORT, [2, 2]),
        33422: (BYTE, [0, 1, 1, 2]),
        50714: (SHORT, [0]),
        50717: (LONG, [65_535]),
    }
    if not jpeg:
        return _file([{**main, **cfa}], [raw])
    shown = {
        254: (LONG, [1]),
        256: (LONG, [preview.width]),  # type: ignore[union-attr]
        257: (LONG, [preview.height]),  # type: ignore[union-attr]
        258: (SHORT, [8, 8, 8]),
        259: (SHORT, [7]),
        262: (SHORT, [6]),
        277: (SHORT, [3]),
        278: (LONG, [preview.height]),  # type: ignore[union-attr]
        279: (LONG, [len(jpeg)]),
    }
    return _file([{**main, **shown}, cfa], [jpeg, raw])


def _mosaic(width: int, height: int) -> bytes:
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            share = x / width
            colour = (1 - share, 0.25, share)[0 if (x % 2, y % 2) == (0, 0) else 2 if (x % 2, y % 2) == (1, 1) else 1]
            row.append(int(60_000 * colour))
        rows.append(struct.pack(f"<{width}H", *row))
    return b"".join(rows)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _file(directories: list[dict[int, tuple]], strips: list[bytes]) -> bytes:
    """The first directory is the main one, the second hangs below it; each has one strip."""
    at, places = 8, []
    for tags in directories:
        tags[273] = (LONG, [0])
    if len(directories) > 1:
        directories[0][330] = (LONG, [0])
    for tags in directories:
        places.append(at)
        at += _length(tags)
    for tags, strip in zip(directories, strips, strict=True):
        tags[273] = (LONG, [at])
        at += len(strip)
    if len(directories) > 1:
        directories[0][330] = (LONG, [places[1]])
    return (
        b"II*\0\x08\0\0\0"
        + b"".join(_directory(tags, place) for tags, place in zip(directories, places, strict=True))
        + b"".join(strips)
    )


def _data(kind: int, values: object) -> bytes:
    if kind == ASCII:
        return bytes(values)  # type: ignore[call-overload]
    if kind in (RATIONAL, SIGNED):
        return b"".join(struct.pack("<ii", *pair) for pair in values)  # type: ignore[attr-defined]
    return struct.pack(f"<{len(values)}{_CODES[kind]}", *values)  # type: ignore[arg-type, misc]


def _length(tags: dict[int, tuple]) -> int:
    beside = sum(len(data) + len(data) % 2 for kind, values in tags.values() if len(data := _data(kind, values)) > 4)
    return 6 + 12 * len(tags) + beside


def _directory(tags: dict[int, tuple], place: int) -> bytes:
    entries, beside = b"", b""
    start = place + 6 + 12 * len(tags)
    for tag in sorted(tags):
        kind, values = tags[tag]
        data = _data(kind, values)
        entry = struct.pack("<HHI", tag, kind, len(data) // _SIZES[kind])
        if len(data) <= 4:
            entries += entry + data.ljust(4, b"\0")
        else:
            entries += entry + struct.pack("<I", start + len(beside))
            beside += data + b"\0" * (len(data) % 2)
    return struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + beside
