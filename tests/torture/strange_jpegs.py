"""JPEGs that cameras, phones, scanners and enemies make."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from PIL import Image, ImageCms

from tests.torture.strange import Strange, either, flag, good, grey, refused, saved, stored, turned

SCAN, END = b"\xff\xda", b"\xff\xd9"


def jpegs(*, large: bool) -> Iterator[Strange]:
    """`large`: also those that take seconds."""
    plain = saved(flag(), "JPEG", quality=95, subsampling=0)
    yield from _kinds(plain)
    yield from _segments(plain)
    yield from _frames(plain)
    yield from _scans(large)
    yield from _guests(plain)


def _kinds(plain: bytes) -> Iterator[Strange]:
    for turn in range(1, 9):
        yield good(f"held {turn}.jpg", saved(stored(turn), "JPEG", quality=95, subsampling=0, exif=turned(turn)))
    yield grey("grey.jpg", saved(flag().convert("L"), "JPEG", quality=95))
    yield good("ink.jpg", saved(flag().convert("CMYK"), "JPEG", quality=95))
    for ratio in (0, 1, 2):
        yield good(f"colour at {ratio}.jpg", saved(flag(), "JPEG", quality=95, subsampling=ratio))
    yield good("three colours kept.jpg", saved(flag(), "JPEG", quality=95, keep_rgb=True))
    yield good("restarts.jpg", saved(flag(), "JPEG", quality=95, restart_marker_blocks=1))
    yield good("in steps.jpg", saved(flag(), "JPEG", quality=95, progressive=True, subsampling=0))
    yield good(
        "two pictures.mpo", saved(flag(), "MPO", quality=95, save_all=True, append_images=[Image.new("RGB", (96, 64))])
    )
    yield Strange("wide.jpg", saved(flag((9_000, 60)), "JPEG", quality=90), "photo")
    yield Strange("tall.jpg", saved(flag((60, 9_000)), "JPEG", quality=90), "photo")
    yield Strange("smallest.jpg", saved(Image.new("RGB", (1, 1)), "JPEG"), "photo")


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _behind_start(data: bytes, more: bytes) -> bytes:
    return data[:2] + more + data[2:]


def _segments(plain: bytes) -> Iterator[Strange]:
    """Blocks before the pixels: many, long, lying about themselves."""
    yield good("many comments.jpg", _behind_start(plain, _segment(0xFE, b"x") * 30_000))
    yield good("long comments.jpg", _behind_start(plain, _segment(0xFE, b"x" * 65_000) * 300))
    yield good("fill bytes.jpg", _behind_start(plain, b"\xff" * 5_000))
    yield good(
        "every block.jpg",
        _behind_start(plain, b"".join(_segment(0xE0 + n, b"rubbish" * 9) for n in range(1, 16) if n != 14)),
    )
    yield good(
        "Photoshop's block.jpg",
        _behind_start(
            plain, _segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\xff\xff\xff\xff" + b"\x1c\2\x19\xff\xff")
        ),
    )
    iptc = (b"\x1c\x02\x19\x00\x03abc" * 4_000)[:60_000]
    block = b"Photoshop 3.0\0" + b"8BIM\4\4\0\0" + struct.pack(">I", len(iptc)) + iptc
    yield good("4,000 keywords.jpg", _behind_start(plain, _segment(0xED, block)))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    parts = [b"ICC_PROFILE\0" + bytes((n + 1, 255)) + profile[n * 12 : n * 12 + 12] for n in range(255)]
    yield good("a profile in 255 parts.jpg", _behind_start(plain, b"".join(_segment(0xE2, part) for part in parts)))
    yield good("a profile that lies.jpg", saved(flag(), "JPEG", quality=95, icc_profile=_lying(profile)))
    yield good(
        "a profile of ink.jpg", saved(flag(), "JPEG", quality=95, icc_profile=profile[:16] + b"CMYK" + profile[20:])
    )
    yield good("second pictures that lie.jpg", _behind_start(plain, _segment(0xE2, b"MPF\0" + _pictures(2**31 - 1))))
    yield good("a picture at itself.jpg", _behind_start(plain, _segment(0xE2, b"MPF\0" + _pictures(2))))
    xmp = b"http://ns.adobe.com/xap/1.0/\0"
    for name, packet in _packets():
        yield good(f"XMP {name}.jpg", _behind_start(plain, _segment(0xE1, (xmp + packet)[:65_000])))
    for name, tags in _tags():
        yield good(f"Exif {name}.jpg", _behind_start(plain, _segment(0xE1, b"Exif\0\0" + tags)))


def _lying(profile: bytes) -> bytes:
    """Right at the front, with tags that point everywhere, and without the name that would be believed."""
    broken = bytearray(profile.replace(b"sRGB", b"xxxx"))
    count = struct.unpack(">I", broken[128:132])[0]
    for number in range(count):
        struct.pack_into(">II", broken, 132 + 12 * number + 4, 0xFFFFFFF0 - number, 0x7FFFFFFF)
    return bytes(broken)


def _pictures(count: int) -> bytes:
    entry = struct.pack("<HHII", 0xB001, 4, 1, count) + struct.pack("<HHII", 0xB002, 7, 16 * min(count, 2**27), 50)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + entry + bytes(60)


def _packets() -> Iterator[tuple[str, bytes]]:
    rdf = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>%s</rdf:RDF></x:xmpmeta>"
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    yield "laughs", b'<!DOCTYPE x [<!ENTITY l0 "lol">' + laughs + b"]>" + rdf % b"<a>&l11;</a>"
    yield "long laughs", b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 30_000 + b'">]><x>' + b"&a;" * 9_000 + b"</x>"
    yield "asks for a file", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + rdf % b"<a>&f;</a>"
    yield "asks the net", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + rdf % b"<a/>"
    yield "of 8,000 attributes", rdf % (b"<a " + b" ".join(b'a%d=""' % n for n in range(6_000)) + b"/>")
    yield "in UTF-16 without an end", (rdf % b"<a>").decode().encode("utf-16")
    yield "of NULs", bytes(60_000)
    bag = b"<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:subject><rdf:Bag>%s</rdf:Bag></dc:subject></rdf:Description>"
    yield "of 3,000 keywords", rdf % (bag % b"".join(b"<rdf:li>k%d</rdf:li>" % n for n in range(2_500)))
    deep = bag.replace(b"dc:subject", b"l:hierarchicalSubject").replace(
        b"xmlns:dc='http://purl.org/dc/elements/1.1/'", b"xmlns:l='http://ns.adobe.com/lightroom/1.0/'"
    )
    yield "of 2,500 branches", rdf % (deep % b"".join(b"<rdf:li>a|%d</rdf:li>" % n for n in range(2_500)))
    yield "of one endless branch", rdf % (deep % (b"<rdf:li>" + b"a|" * 25_000 + b"</rdf:li>"))
    yield "of one long keyword", rdf % (bag % (b"<rdf:li>" + b"k/" * 20_000 + b"</rdf:li>"))


def _tags() -> Iterator[tuple[str, bytes]]:
    """Directories that point at themselves, at each other, far away; counts that are too large for any memory."""

    def row(tag: int, kind: int, count: int, value: int) -> bytes:
        return struct.pack("<HHII", tag, kind, count, value)

    def directory(*rows: bytes, following: int = 0) -> bytes:
        return struct.pack("<H", len(rows)) + b"".join(rows) + struct.pack("<I", following)

    head = b"II*\0\x08\0\0\0"
    yield "at itself", head + directory(row(0x8769, 4, 1, 8), row(0x8825, 4, 1, 8), row(0xA005, 4, 1, 8), following=8)
    yield "huge counts", head + directory(*(row(0x9003 + n, kind, 0xFFFFFFFF, 8) for n, kind in enumerate(range(14))))
    yield "far away", head + directory(row(0x8769, 4, 1, 0xFFFFFFFF), row(0x8825, 4, 1, 0x80000000))
    yield "a maker's note of itself", head + directory(row(0x927C, 7, 60_000, 8)) + bytes(60_000)
    yield "5,000 rows", head + directory(*(row(n, 5, 1, 8) for n in range(5_000)))
    yield "no row", head + directory()
    yield (
        "halves of zero",
        head
        + directory(row(0x0112, 3, 1, 1), row(0x8825, 4, 1, 38), row(0x829A, 5, 1, 90))
        + directory(row(1, 2, 2, 78), row(2, 5, 3, 90), row(3, 2, 2, 69), row(4, 5, 3, 90))
        + bytes(60),
    )
    yield "of another kind", b"MM\0*" + head + bytes(30)
    yield "turned by text", head + directory(row(0x0112, 2, 4, 0x36363636))
    yield "turned 65,535", head + directory(row(0x0112, 3, 1, 65_535))
    yield "turned by many", head + directory(row(0x0112, 3, 9_000, 8))


def _frames(plain: bytes) -> Iterator[Strange]:
    """Headers that do not fit what follows."""
    at = plain.index(b"\xff\xc0")

    def sized(height: int, width: int) -> bytes:
        return plain[: at + 5] + struct.pack(">HH", height, width) + plain[at + 9 :]

    yield either("higher than it is.jpg", sized(6_400, 96))
    yield either("wider than it is.jpg", sized(64, 9_600))
    yield either("smaller than it is.jpg", sized(16, 16))
    yield either("without a height.jpg", sized(0, 96))
    yield refused("without a width.jpg", sized(64, 0))
    yield refused("nothing at all.jpg", sized(0, 0))
    for marker, name in ((0xC1, "extended"), (0xC3, "lossless"), (0xC5, "differential"), (0xC9, "arithmetic"),
                         (0xCA, "arithmetic in steps"), (0xCB, "lossless arithmetic"), (0xF7, "JPEG-LS")):  # fmt: skip
        yield either(f"{name}.jpg", plain[: at + 1] + bytes((marker,)) + plain[at + 2 :])
    for bits in (0, 1, 7, 12, 16, 255):
        yield either(f"{bits} bits.jpg", plain[: at + 4] + bytes((bits,)) + plain[at + 5 :])
    for parts in (0, 2, 4, 255):
        yield either(f"{parts} parts.jpg", plain[: at + 9] + bytes((parts,)) + plain[at + 10 :])
    yield either("odd sampling.jpg", plain[: at + 11] + b"\xff" + plain[at + 12 :])
    yield refused("no tables.jpg", b"".join(part for part in _parts(plain) if part[1:2] not in b"\xdb\xc4"))
    yield refused("no scan.jpg", plain[: plain.index(SCAN)] + END)
    yield refused("only a start.jpg", b"\xff\xd8\xff")
    yield either("two starts.jpg", plain[:2] + plain)
    yield either("two headers.jpg", plain[:at] + plain[at : at + 19] + plain[at:])
    yield either("nothing in it.jpg", plain[: plain.index(SCAN) + 14] + END)
    yield either("an empty tail.jpg", plain[:-300] + bytes(5_000) + END)


def _parts(data: bytes) -> Iterator[bytes]:
    """Start, segments, and everything from the first scan on."""
    yield data[:2]
    at = 2
    while data[at : at + 2] != SCAN:
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        yield data[at:end]
        at = end
    yield data[at:]


def _scans(large: bool) -> Iterator[Strange]:
    """A few bytes that make a decoder go over all pixels again and again."""
    small = saved(flag(), "JPEG", quality=95, progressive=True, subsampling=0)
    last = small[small.rindex(SCAN) : -2]
    yield good("60 scans.jpg", small[:-2] + last * 50 + END)
    side = 9_000 if large else 2_000
    image = Image.new("RGB", (side, side), (90, 120, 200))
    data = saved(image, "JPEG", progressive=True, optimize=True)
    more = data[data.rindex(SCAN) : -2]
    yield refused("100,000 scans.jpg", data[:-2] + more * 100_000 + END)


def _guests(plain: bytes) -> Iterator[Strange]:
    """Two kinds of file in one."""
    yield good("an archive behind.jpg", plain + b"PK\3\4" + bytes(26) + b"x" * 4_000 + b"PK\5\6" + bytes(18))
    yield good("a page in front.jpg", _behind_start(plain, _segment(0xFE, b"<html><script>alert(1)</script>%PDF-1.7 ")))
    yield good("a photo behind.jpg", plain + saved(Image.new("RGB", (96, 64)), "JPEG"))
    yield good("really a photo.png", plain)
    yield good("really a photo.cr2", plain)
    yield good("a film behind.jpg", plain + struct.pack(">I", 24) + b"ftypmp42" + bytes(9_000))
    yield refused("rubbish in front.jpg", b"\0\0\0\0" + plain)
    yield refused("a line in front.jpg", b"\r\n" + plain)
    yield refused("a note.jpg", b"This photo is no longer available.\n")
    yield refused("a page.jpg", b"<!doctype html><title>404</title>")
