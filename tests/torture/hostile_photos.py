"""Photos as an enemy, or a bad camera, would make them: bombs, odd kinds, bad metadata, ruins."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.photos import draw

FORMATS = {
    ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF", ".tif": "TIFF", ".bmp": "BMP", ".avif": "AVIF",
}  # fmt: skip


def hostile_photos(mutants: int, *, seed: int = 20) -> Iterator[tuple[str, bytes, str]]:
    """(name, bytes, what has to come of it: "photo", "refused" or "either")."""
    yield from _bombs()
    yield from _odd_but_valid()
    yield from _bad_metadata()
    draws = random.Random(seed)
    originals = [(ending, _saved(ending, draw((96, 64), seed=n))) for n, ending in enumerate(FORMATS)]
    for ending, data in originals:
        for share in range(1, 20):
            yield f"cut {share}{ending}", data[: len(data) * share // 20], "either"
        yield f"zeros behind{ending}", data + bytes(5000), "photo"
        yield f"empty{ending}", b"", "refused"
        yield f"only rubbish{ending}", draws.randbytes(5000), "refused"
    for number in range(mutants):
        ending, data = originals[number % len(originals)]
        yield f"mutant {number}{ending}", _mutant(data, draws), "either"


def _saved(ending: str, image: Image.Image, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, FORMATS[ending], **more)
    return out.getvalue()


def _mutant(data: bytes, draws: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(draws.choice((1, 2, 8, 64))):
        at = draws.randrange(len(broken))
        how = draws.randrange(4)
        if how == 0:
            broken[at] ^= 1 << draws.randrange(8)
        elif how == 1:
            broken[at : at + 4] = draws.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
        elif how == 2:
            broken[at:at] = broken[at : at + draws.randrange(40)]
        else:
            del broken[at : at + draws.randrange(40)]
            broken = broken or bytearray(b"\0")
    return bytes(broken)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, *, extra: bytes = b"", rows: int = 0) -> bytes:
    """A header of a size, an optional chunk, and `rows` rows of zeros that really are there."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(rows)) + packer.flush()
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _bombs() -> Iterator[tuple[str, bytes, str]]:
    for width, height in ((1, 65_536), (65_536, 1), (10_001, 10_000), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1), (0, 9)):
        yield f"bomb {width} x {height}.png", _png(width, height), "refused"
    yield "10,000 rows behind a small file.png", _png(9_000, 9_000, rows=9_000), "photo"
    deep = zlib.compress(bytes(64 * 2**20), 9)
    yield "bomb in a text.png", _png(8, 8, extra=_chunk(b"zTXt", b"Comment\0\0" + deep), rows=8), "either"
    yield "bomb in a profile.png", _png(8, 8, extra=_chunk(b"iCCP", b"sRGB\0\0" + deep), rows=8), "either"
    jpeg = bytearray(_saved(".jpg", draw((64, 64), seed=1)))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", 65_535, 65_535)
    yield "bomb.jpg", bytes(jpeg), "refused"
    gif = bytearray(_saved(".gif", draw((64, 64), seed=1).convert("P")))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    yield "bomb.gif", bytes(gif), "refused"
    bmp = bytearray(_saved(".bmp", draw((64, 64), seed=1)))
    bmp[18:26] = struct.pack("<ii", 60_000, -60_000)
    yield "bomb.bmp", bytes(bmp), "refused"
    yield (
        "bomb.tif",
        _tiff({256: (4, 60_000), 257: (4, 60_000), 258: (3, 8), 262: (3, 1), 273: (4, 8), 279: (4, 9)}),
        "refused",
    )
    yield (
        "endless strips.tif",
        _tiff({256: (4, 9), 257: (4, 9), 258: (3, 8), 262: (3, 1), 273: (4, 2**31), 278: (4, 0)}),
        "refused",
    )
    frames = [draw((200, 200), seed=n).convert("P") for n in range(60)]
    yield "many pictures.gif", _saved(".gif", frames[0], save_all=True, append_images=frames[1:]), "photo"
    for name, data in (
        ("script.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), ("layers.jpg", b"8BPS\0\1" + bytes(60)),
        ("drawing.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>"),
        ("icons.png", b"icns\0\0\0\x10" + bytes(60)), ("film.jpg", b"\0\0\0\x18ftypmp42" + bytes(60)),
        ("program.jpg", b"\x7fELF" + bytes(60)), ("archive.jpg", b"PK\3\4" + bytes(60)),
    ):  # fmt: skip
        yield name, data, "refused"


def _tiff(tags: dict[int, tuple[int, int]], *, loop: bool = False) -> bytes:
    entries = b"".join(
        struct.pack("<HHI", tag, kind, 1) + struct.pack("<I", value) for tag, (kind, value) in tags.items()
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 8 if loop else 0) + bytes(64)


def _odd_but_valid() -> Iterator[tuple[str, bytes, str]]:
    image = draw((90, 60), seed=3)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        yield f"mode {mode}.png", _saved(".png", image.convert(mode)), "photo"
    yield "16 bits.png", _saved(".png", Image.new("I;16", (90, 60), 40_000)), "photo"
    for mode in ("1", "L", "CMYK", "YCbCr"):
        yield f"mode {mode}.tif", _saved(".tif", image.convert(mode)), "photo"
    for mode in ("LAB", "F", "I"):
        yield f"mode {mode}.tif", _saved(".tif", Image.new(mode, (9, 9))), "photo"
    for mode in ("L", "CMYK"):
        yield f"mode {mode}.jpg", _saved(".jpg", image.convert(mode)), "photo"
    yield "palette with alpha.png", _saved(".png", image.convert("P"), transparency=3), "photo"
    yield "one pixel.png", _saved(".png", Image.new("RGB", (1, 1))), "photo"
    yield "a line.png", _saved(".png", Image.new("RGB", (20_000, 1))), "photo"
    yield "in steps.jpg", _saved(".jpg", image, progressive=True, quality=95), "photo"
    for turn in (*range(10), 65_535):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield f"turned {turn}.jpg", _saved(".jpg", image, exif=exif.tobytes()), "photo"


def _bad_metadata() -> Iterator[tuple[str, bytes, str]]:
    image = draw((40, 30), seed=4)
    for number, date in enumerate(
        ("0000:00:00 00:00:00", "9999:99:99 99:99:99", "\0" * 19, "\u202e2020", "x" * 70_000)
    ):
        exif = Image.Exif()
        exif[0x0132], exif[0x010F], exif[0x0110] = date, "A\0B\x1b[31m", "M" * 4000
        exif.get_ifd(0x8769)[0x9003] = date
        exif.get_ifd(0x8825).update({1: "N", 2: (float("nan"),) * 3, 3: "Q", 4: (10**9, 0, 0)})
        try:
            yield f"words {number}.png", _saved(".png", image, exif=exif.tobytes()), "photo"
        except (ValueError, struct.error):
            continue  # Pillow does not write it
    loops = _tiff({0x8769: (4, 8), 0x8825: (4, 8), 0x0112: (3, 6)}, loop=True)
    for name, tags in (("loop", loops), ("rubbish", b"\xff" * 5000), ("far away", b"II*\0\xff\xff\xff\x7f" + bytes(9))):
        yield f"tags in a {name}.jpg", _with_segment(image, b"Exif\0\0" + tags), "photo"
    yield "many tags.jpg", _with_segment(image, b"Exif\0\0" + _tiff({n: (2, n) for n in range(4000)})), "photo"
    entities = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    for name, packet in (("entities", entities + b"]><x>&i;</x>"), ("depth", b"<a>" * 15_000), ("nothing", b"")):
        yield f"XMP of {name}.jpg", _with_segment(image, b"http://ns.adobe.com/xap/1.0/\0" + packet), "photo"
    profile = _with_segment(image, b"ICC_PROFILE\0\1\1" + b"\xff" * 3000, marker=0xE2)
    yield "profile of rubbish.jpg", profile, "photo"


def _with_segment(image: Image.Image, body: bytes, *, marker: int = 0xE1) -> bytes:
    data = _saved(".jpg", image)
    return data[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2 & 0xFFFF) + body + data[2:]
