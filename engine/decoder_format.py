"""Which format a file's bytes are in, whatever its name says, and whether a JPEG is all there."""

from __future__ import annotations

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"}
_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
)
_ZERO_TAIL_BYTES = 16
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
_START_OF_SCAN = 0xDA
_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"


def photo_format(data: bytes) -> str | None:
    """Pillow's name of the format, or None for anything that is not a photo we read."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        brands = _brands(data)
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            return "HEIF"
    return None


def _brands(data: bytes) -> set[bytes]:
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[start : start + 4] for start in range(16, end, 4))}


def is_zero_filled(jpeg: bytes) -> bool:
    """Whether the end of a JPEG was never written: space was reserved for it, and it decodes, to grey.

    A whole one may well end in zeros (some cameras pad), but has its end marker before them.
    """
    if any(jpeg[-_ZERO_TAIL_BYTES:]):
        return False
    start = _scan_start(jpeg)
    return start is not None and jpeg.find(_END_OF_IMAGE, start) < 0


def scans(jpeg: bytes) -> int:
    """How many times its first picture goes over the pixels: a few bytes are enough for each."""
    start = _scan_start(jpeg)
    if start is None:
        return 0
    end = jpeg.find(_END_OF_IMAGE, start)
    return jpeg.count(_SCAN, start, end if end >= 0 else len(jpeg))


def _scan_start(jpeg: bytes) -> int | None:
    """Where the compressed pixels begin (ITU T.81, annex B); None where the segments before make no sense."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == _START_OF_SCAN:
            return at
        if marker == 0xFF:
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return None
