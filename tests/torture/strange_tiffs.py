"""TIFFs: every kind of pixel that scanners write, and directories that go round in circles."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.torture.strange import FLAG, Strange, either, flag, good, grey, refused, saved, stored, tiff

SHORT, LONG = 3, 4
WIDTH, HEIGHT = 96, 64


def tiffs(*, large: bool) -> Iterator[Strange]:
    """`large`: also those that take seconds."""
    yield from _packed()
    yield from _pixels()
    yield from _circles()
    yield from _sizes(4_000_000 if large else 200_000)


def _packed() -> Iterator[Strange]:
    for how in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_deflate", "jpeg", "webp", "zstd", "lzma"):
        try:
            yield good(f"packed by {how}.tif", saved(flag(), "TIFF", compression=how))
        except (OSError, KeyError):
            continue  # this Pillow does not write it
    for how in ("group3", "group4", "tiff_ccitt"):
        yield Strange(f"a fax by {how}.tif", saved(flag().convert("1"), "TIFF", compression=how), "photo")
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield good(f"held {turn}.tif", saved(stored(turn), "TIFF", exif=exif))
    pages = [Image.new("RGB", (96, 64), (n, n, n)) for n in range(40)]
    yield good("40 pages.tif", saved(flag(), "TIFF", save_all=True, append_images=pages))
    yield good("in ink.tif", saved(flag().convert("CMYK"), "TIFF"))
    yield good("in ink, packed.tif", saved(flag().convert("CMYK"), "TIFF", compression="tiff_lzw"))
    yield good("palette.tif", saved(flag().convert("P", palette=Image.Palette.ADAPTIVE, colors=4), "TIFF"))
    yield good("luma and chroma.tif", saved(flag().convert("YCbCr"), "TIFF"))
    yield good("large.tif", saved(flag(), "TIFF", big_tiff=True))
    yield grey("grey.tif", saved(flag().convert("L"), "TIFF"))
    yield grey(
        "grey of 16 bits.tif",
        saved(Image.merge("L", [flag().convert("L")]).convert("I;16").point(lambda v: v * 257), "TIFF"),
    )


def row(tag: int, kind: int, count: int, value: bytes) -> tuple[int, int, int, bytes]:
    return tag, kind, count, value


def _short(value: int) -> bytes:
    return struct.pack("<HH", value, 0)


def _long(value: int) -> bytes:
    return struct.pack("<I", value)


def _tags(
    bits: int, samples: int, photometric: int, length: int, *, more: tuple[tuple[int, int, int, bytes], ...] = ()
) -> list[tuple[int, int, int, bytes]]:
    depth = struct.pack("<H", bits) * samples
    rows = {
        each[0]: each
        for each in (
            row(256, LONG, 1, _long(WIDTH)), row(257, LONG, 1, _long(HEIGHT)), row(258, SHORT, samples, depth),
            row(259, SHORT, 1, _short(1)), row(262, SHORT, 1, _short(photometric)), row(273, LONG, 1, b"BODY"),
            row(277, SHORT, 1, _short(samples)), row(278, LONG, 1, _long(HEIGHT)), row(279, LONG, 1, _long(length)),
            *more,
        )
    }  # fmt: skip
    return [rows[tag] for tag in sorted(rows)]


def _raster(pixels: list[bytes]) -> bytes:
    """Rows of four fields of these pixels."""
    upper, lower = (pixels[n] * 48 + pixels[n + 1] * 48 for n in (0, 2))
    return upper * 32 + lower * 32


def _pixels() -> Iterator[Strange]:
    """Depths and orders, written byte by byte."""
    wide = _raster([struct.pack("<HHH", *(value * 257 for value in colour)) for colour in FLAG])
    yield good("colour of 16 bits.tif", tiff(_tags(16, 3, 2, len(wide)), wide))
    float_rows = _raster([struct.pack("<f", sum(colour) / 765) for colour in FLAG])
    is_float = row(339, SHORT, 1, _short(3))
    yield Strange("grey of 32 bits.tif", tiff(_tags(32, 1, 1, len(float_rows), more=(is_float,)), float_rows), "photo")
    nan = _raster([struct.pack("<f", value) for value in (float("nan"), float("inf"), -float("inf"), 1e38)])
    yield either("no brightness.tif", tiff(_tags(32, 1, 1, len(nan), more=(is_float,)), nan))
    plain = _raster([bytes(colour) for colour in FLAG])
    yield good("colour.tif", tiff(_tags(8, 3, 2, len(plain)), plain))
    yield good(
        "colour, rows from the right.tif",
        tiff(
            _tags(8, 3, 2, len(plain), more=(row(274, SHORT, 1, _short(2)),)),
            _raster([bytes(FLAG[n]) for n in (1, 0, 3, 2)]),
        ),
    )
    yield either("white is 0.tif", tiff(_tags(8, 1, 0, 6144), _raster([b"\0", b"\x55", b"\xaa", b"\xff"])))
    alpha = _raster([bytes((*colour, 255)) for colour in FLAG])
    for kind in (0, 1, 2):
        yield good(
            f"a fourth sample of kind {kind}.tif",
            tiff(_tags(8, 4, 2, len(alpha), more=(row(338, SHORT, 1, _short(kind)),)), alpha),
        )
    lab = _raster(
        [
            bytes((light, a & 255, b & 255))
            for light, a, b in ((107, 65, 49), (155, -59, 56), (66, 60, -88), (213, -8, 73))
        ]
    )
    yield good("Lab.tif", tiff(_tags(8, 3, 8, len(lab)), lab))
    planes = b"".join(_raster([bytes((colour[n],)) for colour in FLAG]) for n in range(3))
    strips = struct.pack("<III", *(len(planes) // 3 for _ in range(3)))
    apart = _tags(
        8, 3, 2, 0, more=(row(284, SHORT, 1, _short(2)), row(279, LONG, 3, strips), row(273, LONG, 3, b"PLACES"))
    )
    base = 8 + 2 + 12 * len(apart) + 4 + 6 + 12 + 12
    places = struct.pack("<III", *(base + n * len(planes) // 3 for n in range(3)))
    yield good(
        "planes apart.tif",
        tiff(
            [(tag, kind, count, places if value == b"PLACES" else value) for tag, kind, count, value in apart], planes
        ),
    )
    for bits in (0, 3, 5, 12, 24, 64, 65_535):
        yield either(f"{bits} bits.tif", tiff(_tags(bits, 1, 1, 9_000), bytes(9_000)))
    for kind in (3, 4, 5, 9, 10, 32_803, 32_844, 65_535):
        yield either(f"colours of kind {kind}.tif", tiff(_tags(8, 3, kind, 18_432), plain))
    for packing in (2, 6, 7, 8, 32_767, 32_773, 34_661, 34_712, 34_925, 50_000, 65_000):
        how = row(259, SHORT, 1, _short(packing))
        yield either(f"packing {packing} of rubbish.tif", tiff(_tags(8, 3, 2, 18_432, more=(how,)), plain))


def _circles() -> Iterator[Strange]:
    """Directories that lead back to themselves."""
    plain = _raster([bytes(colour) for colour in FLAG])
    yield good("the next page is this one.tif", tiff(_tags(8, 3, 2, len(plain)), plain, following=8))
    for tag, name in ((330, "parts"), (0x8769, "Exif"), (0x8825, "GPS"), (0xA005, "Interop"), (34_377, "Photoshop"),
                      (700, "XMP"), (33_723, "IPTC"), (34_675, "a profile"), (37_500, "a maker's note")):  # fmt: skip
        yield good(
            f"{name} of itself.tif", tiff(_tags(8, 3, 2, len(plain), more=(row(tag, LONG, 1, _long(8)),)), plain)
        )
        many = row(tag, 7, 0xFFFFFFF0, _long(8))
        yield either(f"endless {name}.tif", tiff(_tags(8, 3, 2, len(plain), more=(many,)), plain))
    yield refused("no directory.tif", b"II*\0\0\0\0\0")
    yield refused("a directory beyond the end.tif", b"II*\0\xf0\xff\xff\xff")
    yield refused("a directory of itself.tif", b"II*\0\0\0\0\0" * 4_000)
    yield either("a large one beyond the end.tif", b"II+\0\x08\0\0\0" + b"\xff" * 8)
    wait = struct.pack("<Q", 0xFFFFFFFFFFFF)
    yield either("a large one of endless rows.tif", b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + wait + bytes(4_000))


def _sizes(many: int) -> Iterator[Strange]:
    """Sizes that the file does not hold, and pieces without end."""
    plain = _raster([bytes(colour) for colour in FLAG])
    large = _tags(
        8,
        3,
        2,
        len(plain),
        more=(row(256, LONG, 1, _long(9_000)), row(257, LONG, 1, _long(9_000)), row(278, LONG, 1, _long(9_000))),
    )
    yield either("81 million pixels that are not there.tif", tiff(large, plain))
    deep = zlib.compress(bytes(9_000 * 3 * 9_000), 9)
    swelling = _tags(
        8,
        3,
        2,
        len(deep),
        more=(
            row(256, LONG, 1, _long(9_000)),
            row(257, LONG, 1, _long(9_000)),
            row(278, LONG, 1, _long(9_000)),
            row(259, SHORT, 1, _short(8)),
        ),
    )
    yield either("81 million pixels in a small file.tif", tiff(swelling, deep))
    strips = struct.pack("<I", 8) * many
    slow = _tags(
        8,
        1,
        1,
        0,
        more=(
            row(278, LONG, 1, _long(1)),
            row(257, LONG, 1, _long(60_000)),
            row(273, LONG, many, strips),
            row(279, LONG, many, strips),
        ),
    )
    yield either("strips without end.tif", tiff(slow, bytes(96)))
    tiled = _tags(
        8,
        1,
        1,
        0,
        more=(
            row(322, LONG, 1, _long(16)),
            row(323, LONG, 1, _long(16)),
            row(324, LONG, many, strips),
            row(325, LONG, many, strips),
            row(256, LONG, 1, _long(9_000)),
            row(257, LONG, 1, _long(9_000)),
        ),
    )
    yield either("tiles without end.tif", tiff([each for each in tiled if each[0] not in (273, 278, 279)], bytes(256)))
    nothing = _tags(
        8,
        1,
        1,
        0,
        more=(
            row(322, LONG, 1, _long(0)),
            row(323, LONG, 1, _long(0)),
            row(324, LONG, 1, _long(8)),
            row(325, LONG, 1, _long(8)),
        ),
    )
    yield either("tiles of nothing.tif", tiff([each for each in nothing if each[0] not in (273, 278, 279)], bytes(256)))
    yield either("60,000 samples.tif", tiff(_tags(8, 1, 2, 9_000, more=(row(277, SHORT, 1, _short(60_000)),)), plain))
    for name, size in (("0", 0), ("4 billion", 2**32 - 1)):
        yield refused(f"{name} wide.tif", tiff(_tags(8, 3, 2, 9, more=(row(256, LONG, 1, _long(size)),)), plain))
