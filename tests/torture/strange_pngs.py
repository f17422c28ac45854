"""PNGs, and what calls itself one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.torture.strange import FLAG, Strange, brightness, either, flag, good, grey, refused, saved, stored, turned

START = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}


def pngs(*, large: bool) -> Iterator[Strange]:
    """`large`: also those that take seconds."""
    plain = saved(flag(), "PNG")
    yield from _depths()
    yield from _blocks(plain, 300_000 if large else 20_000)
    yield from _bodies(plain)
    yield from _films(plain, 100_000 if large else 2_000)


def block(kind: bytes, body: bytes = b"", *, right: bool = True) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) ^ (not right))


def header(width: int, height: int, bits: int, kind: int, *, woven: int = 0) -> bytes:
    return block(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, woven))


def _png(bits: int, kind: int, rows: bytes, extra: bytes = b"", size: tuple[int, int] = (96, 64)) -> bytes:
    return START + header(*size, bits, kind) + extra + block(b"IDAT", zlib.compress(rows)) + block(b"IEND")


def _depths() -> Iterator[Strange]:
    """Every kind of pixel, written bit by bit."""
    for bits in (8, 16):
        for kind, name in ((COLOUR, "colour"), (COLOUR_ALPHA, "colour and alpha")):
            yield good(f"{name} of {bits} bits.png", _png(bits, kind, _rows(bits, kind)))
        for kind, name in ((GREY, "grey"), (GREY_ALPHA, "grey and alpha")):
            yield grey(f"{name} of {bits} bits.png", _png(bits, kind, _rows(bits, kind)))
    colours = block(b"PLTE", b"".join(bytes(colour) for colour in FLAG))
    for bits in (2, 4, 8):
        yield good(f"palette of {bits} bits.png", _png(bits, PALETTE, _indexed(bits), colours))
    seen = block(b"tRNS", bytes((255, 255, 255, 255)))
    yield good("palette that is seen through nowhere.png", _png(8, PALETTE, _indexed(8), colours + seen))
    unseen = block(b"tRNS", bytes(4))
    clear = ((128, 128, 128),) * 4
    yield Strange("palette that is seen through.png", _png(8, PALETTE, _indexed(8), colours + unseen), "photo", clear)
    hole = block(b"tRNS", struct.pack(">HHH", *FLAG[0]))
    left = ((128, 128, 128), *FLAG[1:])
    yield Strange("one colour is a hole.png", _png(8, COLOUR, _rows(8, COLOUR), hole), "photo", left)
    yield either("no palette.png", _png(8, PALETTE, _indexed(8)))
    yield either("palette of one.png", _png(8, PALETTE, _indexed(8), block(b"PLTE", bytes(3))))
    yield either("palette of 300.png", _png(8, PALETTE, _indexed(8), block(b"PLTE", bytes(900))))
    yield either("holes without a palette.png", _png(8, PALETTE, _indexed(8), unseen + colours))
    bits_1 = (b"\0" + b"\xff" * 6 + bytes(6)) * 32 + (b"\0" + bytes(6) + b"\xff" * 6) * 32
    chess = ((255,) * 3, (0,) * 3, (0,) * 3, (255,) * 3)
    yield Strange("grey of 1 bit.png", _png(1, GREY, bits_1), "photo", chess)
    for bits, kind in ((3, GREY), (32, GREY), (1, COLOUR), (16, PALETTE), (8, 1), (8, 7), (0, 0)):
        yield refused(f"{bits} bits of kind {kind}.png", _png(bits, kind, bytes(9_000)))
    for turn in (3, 6, 8):
        yield good(f"held {turn}.png", saved(stored(turn), "PNG", exif=turned(turn)))


def _rows(bits: int, kind: int) -> bytes:
    """The flag as samples, with no filter."""
    grey_of = [brightness(colour) for colour in FLAG]
    out = bytearray()
    for y in range(64):
        out.append(0)
        for half in (0, 1):
            place = half + 2 * (y >= 32)
            pixel = FLAG[place] if kind & 2 else (grey_of[place],)
            pixel = (*pixel, 255) if kind & 4 else pixel
            out += b"".join(bytes((value, value) if bits == 16 else (value,)) for value in pixel) * 48
    return bytes(out)


def _indexed(bits: int) -> bytes:
    a_byte = 8 // bits
    rows = bytearray()
    for y in range(64):
        rows.append(0)
        for half in (0, 1):
            index, value = half + 2 * (y >= 32), 0
            for _ in range(a_byte):
                value = value << bits | index
            rows += bytes((value,)) * (48 // a_byte)
    return bytes(rows)


def _blocks(plain: bytes, many: int) -> Iterator[Strange]:
    """Blocks beside the pixels: many, large, lying, packed."""
    first, end = plain.index(b"IDAT") - 4, plain.rindex(b"IEND") - 4
    pixels, tail = plain[first:end], plain[end:]

    def beside(more: bytes) -> bytes:
        return plain[:first] + more + pixels + tail

    deep = zlib.compress(bytes(900 * 2**20), 9) if many > 100_000 else zlib.compress(bytes(70 * 2**20), 9)
    yield either("a profile that swells.png", beside(block(b"iCCP", b"x\0\0" + deep)))
    yield either("words that swell.png", beside(block(b"zTXt", b"Comment\0\0" + deep)))
    yield either("XMP that swells.png", beside(block(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + deep)))
    yield either(
        "200 words that swell.png", beside(block(b"zTXt", b"C\0\0" + zlib.compress(bytes(2**20 - 9), 9)) * 200)
    )
    yield either("many small blocks.png", beside(block(b"tEXt", b"k\0v") * many))
    yield either("many empty blocks behind.png", plain[:end] + block(b"teSt") * many + tail)
    yield good("strange blocks.png", beside(block(b"prVt", b"x" * 9_000) + block(b"qqQq")))
    yield either("a block that must be known.png", beside(block(b"QQQQ", b"x")))
    yield either("a block of 2 GB.png", beside(struct.pack(">I", 0x7FFFFFFF) + b"tEXt"))
    yield either("a block of 4 GB.png", beside(struct.pack(">I", 0xFFFFFFFF) + b"tEXt"))
    yield either("a wrong checksum.png", beside(block(b"tEXt", b"k\0v", right=False)))
    yield either("wrong checksums of pixels.png", plain[:first] + block(b"IDAT", pixels[8:-4], right=False) + tail)
    yield good("words in every tongue.png", beside(block(b"iTXt", "T\0\0\0xx\0ü\0\u202e\U0001f600".encode())))
    yield good("gamma of nothing.png", beside(block(b"gAMA", bytes(4)) + block(b"cHRM", b"\xff" * 32)))
    yield good("the year 0.png", beside(block(b"tIME", bytes(7)) + block(b"pHYs", b"\xff" * 9)))
    yield either("Exif of nothing.png", beside(block(b"eXIf")))
    yield either("Exif of rubbish.png", beside(block(b"eXIf", b"II*\0" + b"\xff" * 4_000)))
    yield either("two headers.png", beside(header(9_000, 9_000, 8, 2)))
    yield either("a header that grows.png", beside(header(60_000, 60_000, 16, 6)))


def _bodies(plain: bytes) -> Iterator[Strange]:
    """Pixels in other pieces, too few, too many."""
    rows = _rows(8, COLOUR)
    packed = zlib.compress(rows)
    crumbs = b"".join(block(b"IDAT", packed[n : n + 1]) for n in range(len(packed)))
    yield good("pixels in crumbs.png", START + header(96, 64, 8, COLOUR) + crumbs + block(b"IEND"))
    nothing = block(b"IDAT") * 30_000
    yield good(
        "empty pieces.png", START + header(96, 64, 8, COLOUR) + nothing + block(b"IDAT", packed) + block(b"IEND")
    )
    yield good("no end.png", plain[: plain.rindex(b"IEND") - 4])
    yield good("too many pixels.png", _png(8, COLOUR, rows + bytes(2**20)))
    yield either("too few pixels.png", _png(8, COLOUR, rows[:2_000]))
    yield either("no pixels.png", START + header(96, 64, 8, COLOUR) + block(b"IEND"))
    yield either("an unknown filter.png", _png(8, COLOUR, b"".join(b"\x09" + bytes(288) for _ in range(64))))
    yield either(
        "woven, not enough.png", START + header(96, 64, 8, COLOUR, woven=1) + block(b"IDAT", packed) + block(b"IEND")
    )
    yield either(
        "woven otherwise.png", START + header(96, 64, 8, COLOUR, woven=7) + block(b"IDAT", packed) + block(b"IEND")
    )
    yield refused(
        "200 million pixels.png", START + header(20_000, 10_000, 1, GREY) + block(b"IDAT", packed) + block(b"IEND")
    )
    yield refused("a size below nothing.png", START + header(2**32 - 1, 2**32 - 1, 8, 2) + block(b"IDAT", packed))
    yield refused("line ends of another system.png", plain.replace(b"\r\n", b"\n", 1))
    yield good("an archive behind.png", plain + b"PK\3\4" + bytes(5_000) + b"PK\5\6" + bytes(18))


def _films(plain: bytes, many: int) -> Iterator[Strange]:
    pictures = [flag(), *(Image.new("RGB", (96, 64), (n, 0, 0)) for n in range(5))]
    yield good("moving.png", saved(pictures[0], "PNG", save_all=True, append_images=pictures[1:]))
    at = plain.index(b"IDAT") - 4
    for count in (0, 2**31 - 1, 2**32 - 1):
        film = block(b"acTL", struct.pack(">II", count, 0))
        yield either(f"a film of {count}.png", plain[:at] + film + plain[at:])
    control = struct.pack(">IIIIIHHBB", 1, 2**31 - 1, 2**31 - 1, 2**31 - 1, 2**31 - 1, 1, 0, 9, 9)
    yield either(
        "frames outside.png",
        plain[:at] + block(b"acTL", struct.pack(">II", 2, 0)) + block(b"fcTL", control) + plain[at:],
    )
    frames = b"".join(
        block(b"fcTL", struct.pack(">IIIIIHHBB", 1 + 2 * n, 96, 64, 0, 0, 1, 100, 0, 0))
        + block(b"fdAT", struct.pack(">I", 2 + 2 * n) + b"x")
        for n in range(many)
    )
    end = plain.rindex(b"IEND") - 4
    film = block(b"acTL", struct.pack(">II", many + 1, 0))
    yield either("a very long film.png", plain[:at] + film + plain[at:end] + frames + plain[end:])
