"""GIF, WebP, BMP, AVIF, HEIF and JPEG XL, and what only ends like a photo."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from PIL import Image

from tests.torture.strange import FLAG, Strange, either, flag, good, refused, saved, stored, turned


def others(*, large: bool) -> Iterator[Strange]:
    """`large`: also those that take seconds."""
    yield from _gifs(1_000_000 if large else 5_000)
    yield from _webps()
    yield from _bmps()
    yield from _avifs()
    yield from _heifs()
    yield from _jxls()
    yield from _no_photos()


def _gif_head(width: int, height: int, *, seen_through: bool = False) -> bytes:
    """Screen, a palette of the flag's four colours."""
    extra = b"\x21\xf9\4\1\0\0\0\0" if seen_through else b""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x81, 0, 0) + b"".join(bytes(each) for each in FLAG) + extra


def _gif_frame(left: int, top: int, width: int, height: int, body: bytes) -> bytes:
    return b"," + struct.pack("<HHHHB", left, top, width, height, 0) + body


ONE_PIXEL = b"\2\2\x44\1\0"  # clear, the first colour, end


def _gifs(many: int) -> Iterator[Strange]:
    plain = saved(flag().convert("P", palette=Image.Palette.ADAPTIVE, colors=4), "GIF")
    yield good("plain.gif", plain)
    yield good("without an end.gif", plain[:-1])
    film = [flag(), *(Image.new("RGB", (96, 64), (n * 9, 0, 0)) for n in range(20))]
    yield good("moving.gif", saved(film[0], "GIF", save_all=True, append_images=film[1:], loop=0, disposal=2))
    yield Strange(
        "a million pictures.gif", _gif_head(96, 64) + _gif_frame(0, 0, 1, 1, ONE_PIXEL) * many + b";", "photo"
    )
    words = b"\x21\xfe" + b"\1x" * many + b"\0"
    yield either("words in crumbs.gif", plain[: plain.index(b",")] + words + plain[plain.index(b",") :])
    yield either("the picture is outside.gif", _gif_head(96, 64) + _gif_frame(900, 900, 9, 9, ONE_PIXEL) + b";")
    yield either("a picture of nothing.gif", _gif_head(96, 64) + _gif_frame(0, 0, 0, 0, ONE_PIXEL) + b";")
    yield either("a screen of nothing.gif", _gif_head(0, 0) + _gif_frame(0, 0, 1, 1, ONE_PIXEL) + b";")
    yield refused("a giant screen.gif", _gif_head(65_535, 65_535) + _gif_frame(0, 0, 1, 1, ONE_PIXEL) + b";")
    yield either(
        "a large picture on a small screen.gif", _gif_head(9, 9) + _gif_frame(0, 0, 9_000, 9_000, ONE_PIXEL) + b";"
    )
    yield either("codes of 13 bits.gif", _gif_head(96, 64) + _gif_frame(0, 0, 96, 64, b"\x0d" + ONE_PIXEL[1:]) + b";")
    yield refused("only a screen.gif", _gif_head(96, 64) + b";")
    yield refused("no end of blocks.gif", _gif_head(96, 64) + b"\x21\xff\xff" * 9_000)


def _riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webps() -> Iterator[Strange]:
    yield good("without loss.webp", saved(flag(), "WEBP", lossless=True))
    yield good("with loss.webp", saved(flag((192, 128)), "WEBP", quality=95))
    yield good("with alpha.webp", saved(flag().convert("RGBA"), "WEBP", lossless=True))
    for turn in (3, 6, 8):
        yield good(f"held {turn}.webp", saved(stored(turn), "WEBP", lossless=True, exif=turned(turn)))
    film = [flag(), *(Image.new("RGB", (96, 64), (n, 0, 0)) for n in range(50))]
    yield good("moving.webp", saved(film[0], "WEBP", save_all=True, append_images=film[1:], lossless=True))
    simple = saved(flag(), "WEBP", lossless=True)[12:]
    picture = (simple[:4], simple[8 : 8 + struct.unpack("<I", simple[4:8])[0]])
    size = struct.pack("<I", 95)[:3] + struct.pack("<I", 63)[:3]
    giant = b"\xff\x3f\0" * 2
    for name, head in (("a right head", size), ("a giant head", giant), ("an endless head", b"\xff" * 6)):
        yield either(f"{name}.webp", _riff((b"VP8X", bytes(4) + head), picture))
    yield either("a film without pictures.webp", _riff((b"VP8X", b"\2\0\0\0" + size), (b"ANIM", bytes(6))))
    yield either("a profile of rubbish.webp", _riff((b"VP8X", b"\x20\0\0\0" + size), (b"ICCP", b"\xff" * 999), picture))
    yield either("Exif of rubbish.webp", _riff((b"VP8X", b"\x08\0\0\0" + size), picture, (b"EXIF", b"\xff" * 999)))
    yield either("rubbish before it.webp", _riff((b"JUNK", b"x" * 9_001), picture))
    yield either("30,000 blocks.webp", _riff((b"VP8X", bytes(4) + size), *[(b"JUNK", b"x")] * 30_000, picture))
    yield refused("no blocks.webp", _riff())
    yield refused("another RIFF.webp", _riff(picture).replace(b"WEBP", b"WAVE", 1))


def _bmp(width: int, height: int, bits: int, packing: int, body: bytes, palette: bytes = b"") -> bytes:
    start = 14 + 40 + len(palette)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, packing, len(body), 0, 0, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + head + palette + body


def _bmps() -> Iterator[Strange]:
    palette = b"".join(bytes((*colour[::-1], 0)) for colour in FLAG)
    for mode in ("RGB", "RGBA"):
        yield good(f"{mode}.bmp", saved(flag().convert(mode), "BMP"))
    bottom_up = (b"\2" * 48 + b"\3" * 48) * 32 + (b"\0" * 48 + b"\1" * 48) * 32
    yield good("palette.bmp", _bmp(96, 64, 8, 0, bottom_up, palette))
    yield good("palette, upside down.bmp", _bmp(96, -64, 8, 0, bottom_up[3072:] + bottom_up[:3072], palette))
    runs = (b"\x30\2\x30\3\0\0") * 32 + (b"\x30\0\x30\1\0\0") * 32 + b"\0\1"
    yield good("in runs.bmp", _bmp(96, 64, 8, 1, runs, palette))
    half = (b"\x30\x22\x30\x33\0\0") * 32 + (b"\x30\x00\x30\x11\0\0") * 32 + b"\0\1"
    yield good("in runs of halves.bmp", _bmp(96, 64, 4, 2, half, palette))
    yield either("runs that jump away.bmp", _bmp(96, 64, 8, 1, b"\0\2\xff\xff" * 9_000 + b"\0\1", palette))
    yield either("runs without end.bmp", _bmp(9_000, 9_000, 8, 1, b"\0\0" * 500_000, palette))
    yield either("no runs.bmp", _bmp(9_000, 9_000, 8, 1, b"\0\1", palette))
    for bits in (0, 1, 2, 3, 4, 16, 24, 32, 64, 255):
        yield either(f"{bits} bits.bmp", _bmp(96, 64, bits, 0, bytes(25_000), palette))
    for packing in (3, 4, 5, 6, 11, 99):
        yield either(f"packing {packing}.bmp", _bmp(96, 64, 24, packing, saved(flag(), "JPEG"), palette))
    yield refused("giant.bmp", _bmp(60_000, -60_000, 24, 0, bytes(99)))
    yield refused("below nothing.bmp", _bmp(-(2**31), -(2**31), 24, 0, bytes(99)))
    yield either("a palette beyond the end.bmp", _bmp(96, 64, 8, 0, bytes(99), palette)[:60])
    yield refused("only a head.bmp", b"BM" + bytes(12))


def _avifs() -> Iterator[Strange]:
    yield good("plain.avif", saved(flag((192, 128)), "AVIF", quality=95))
    yield good("with alpha.avif", saved(flag((192, 128)).convert("RGBA"), "AVIF", quality=95))
    for turn in (3, 6, 8):
        yield good(f"held {turn}.avif", saved(stored(turn, (192, 128)), "AVIF", quality=95, exif=turned(turn)))
    film = [flag((192, 128)), *(Image.new("RGB", (192, 128), (n, 0, 0)) for n in range(12))]
    data = saved(film[0], "AVIF", save_all=True, append_images=film[1:], quality=95)
    yield good("moving.avif", data)
    yield from _boxes(saved(flag(), "AVIF"), "avif")


def _heifs() -> Iterator[Strange]:
    try:
        import pillow_heif
    except ImportError:
        return
    yield good("plain.heic", _heif(pillow_heif, flag((192, 128))))
    yield good("with alpha.heic", _heif(pillow_heif, flag((192, 128)).convert("RGBA")))
    for turn in (3, 6, 8):
        yield good(f"held {turn}.heic", _heif(pillow_heif, stored(turn, (192, 128)), exif=turned(turn)))
    more = [Image.new("RGB", (192, 128), (n, 0, 0)) for n in range(6)]
    yield good("several pictures.heic", _heif(pillow_heif, flag((192, 128)), more=more))
    yield from _boxes(_heif(pillow_heif, flag((192, 128))), "heic")


def _heif(pillow_heif: Any, image: Image.Image, *, more: list[Image.Image] | None = None, exif: bytes = b"") -> bytes:
    file = pillow_heif.HeifFile()
    for each in (image, *(more or [])):
        file.add_from_pillow(each)
    out = io.BytesIO()
    file.save(out, quality=95, primary_index=0, **({"exif": exif} if exif else {}))
    return out.getvalue()


def _boxes(plain: bytes, ending: str) -> Iterator[Strange]:
    """Boxes in boxes: their lengths, their tables, their references."""
    for box in (b"meta", b"iloc", b"iinf", b"iprp", b"ipco", b"ipma", b"ispe", b"pitm", b"hdlr", b"mdat"):
        at = plain.find(box)
        if at < 0:
            continue
        for name, length in (
            ("nothing", 0),
            ("a large length", 1),
            ("less than a head", 7),
            ("2 GB", 2**31 - 1),
            ("4 GB", 2**32 - 1),
        ):
            yield either(f"{box.decode()} of {name}.{ending}", plain[: at - 4] + struct.pack(">I", length) + plain[at:])
        for size in (1, 2, 4, 8):
            yield either(
                f"{box.decode()} says {size} x ff.{ending}", plain[: at + 8] + b"\xff" * size + plain[at + 8 + size :]
            )
        yield either(f"{box.decode()} unknown.{ending}", plain.replace(box, b"qqqq", 1))
    if (at := plain.find(b"ispe")) > 0:
        for width, height in ((0, 0), (2**31, 2**31), (65_535, 65_535), (1, 1)):
            yield either(
                f"{width} x {height}.{ending}", plain[: at + 8] + struct.pack(">II", width, height) + plain[at + 16 :]
            )
    nested = b""
    for _ in range(3_000):
        nested = struct.pack(">I", len(nested) + 8) + b"meta" + nested
    head = plain[: struct.unpack(">I", plain[:4])[0]]
    yield refused(f"3,000 boxes in each other.{ending}", head + nested)
    yield refused(f"a million empty boxes.{ending}", head + b"\0\0\0\x08free" * 1_000_000)
    yield refused(f"only brands.{ending}", head)


def _jxls() -> Iterator[Strange]:
    try:
        import pillow_jxl  # noqa: F401
    except ImportError:
        return
    yield good("plain.jxl", saved(flag(), "JXL", lossless=True))
    yield good("with loss.jxl", saved(flag((192, 128)), "JXL", quality=95))
    yield either("from a JPEG.jxl", saved(Image.open(io.BytesIO(saved(flag(), "JPEG", quality=95))), "JXL"))
    bare, boxed = b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"
    yield refused("only a start.jxl", bare)
    yield refused("only a box.jxl", boxed)
    yield refused("rubbish behind a start.jxl", bare + b"\xff" * 5_000)
    yield refused("zeros behind a start.jxl", bare + bytes(5_000))
    yield refused("boxes without end.jxl", boxed + b"\0\0\0\x08free" * 100_000)


def _no_photos() -> Iterator[Strange]:
    """Ends like a photo, and is none; nobody's interpreter is started for it."""
    yield refused("nothing.jpg", b"")
    yield refused("one byte.jpg", b"\xff")
    yield refused("zeros.jpg", bytes(100_000))
    for name, start in (
        ("a page", b"%PDF-1.7\n"), ("a print", b"%!PS\n{showpage} loop"), ("a drawing", b"<?xml version='1.0'?><svg/>"),
        ("layers", b"8BPS\0\1"), ("stars", b"SIMPLE  =                    T"), ("an icon", b"\0\0\1\0\1\0"),
        ("a cursor", b"\0\0\2\0\1\0"), ("a fli", b"\0\0\0\0\x12\xaf"), ("a print of fax", b"\x3a\xde\x68\xb1"),
        ("a game's picture", b"DDS |\0\0\0"), ("JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n"),
        ("a bare JPEG 2000", b"\xffO\xffQ"),
        ("a portable map", b"P6\n9 9\n255\n"), ("a targa", b"\0\0\2" + bytes(9)), ("Sun", b"\x59\xa6\x6a\x95"),
        ("a Windows metafile", b"\xd7\xcd\xc6\x9a\0\0"), ("an xbm", b"#define x_width 9\n"), ("an xpm", b"/* XPM */"),
        ("a film", b"\0\0\0\x1cftypisom"), ("Matroska", b"\x1a\x45\xdf\xa3"), ("a song", b"ID3\4"),
        ("a program", b"MZ\x90\0"), ("a script", b"#!/bin/sh\ntouch /tmp/owned\n"),
        ("a pickle", b"\x80\4cos\nsystem\n"),
        ("an archive", b"\x1f\x8b\x08"), ("a table", b"SQLite format 3\0"),
    ):  # fmt: skip
        yield refused(f"{name}.jpg", start + bytes(3_000))
    for ending in (".cr2", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2"):
        yield either(f"a bare directory{ending}", b"II*\0\x08\0\0\0" + bytes(4_000))
        yield refused(f"rubbish{ending}", b"\x5a" * 9_000)
