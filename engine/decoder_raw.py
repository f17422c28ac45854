"""Raw photos of cameras: the preview that the camera put into the file where it is large enough, else developed here.

The only door to LibRaw. What says how to turn the picture and what was noted when it was taken is read by the decoder.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from engine.errors import PhotoUnreadable
from engine.query_filters import TYPES

ENDINGS = frozenset(b"." + ending.encode() for ending in TYPES["raw"])
_MAGIC = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM")
_LIKE_TIFF = (b"II*\0", b"MM\0*")
_XMP_BOX = b"uuid" + bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_LARGE_ENOUGH = 0.75  # of what is asked for: looks no worse than what a camera's own viewer shows
_LIMIT_PX = 200_000_000
_TURNS = {3: 3, 5: 8, 6: 6}  # LibRaw's way of saying it, and EXIF's


@dataclass(frozen=True, slots=True)
class RawPicture:
    """`jpeg` as the camera made it, or else `rgb` uint8[height, width, 3] as bytes with its `size`. `orientation` 1-8
    (EXIF) is still to be applied. `whole`: width and height of the raw photo, upright."""

    whole: tuple[int, int]
    orientation: int = 1
    jpeg: bytes = b""
    rgb: bytes = b""
    size: tuple[int, int] = (0, 0)


@cache
def ready() -> bool:
    """Whether raw photos can be read."""
    return importlib.util.find_spec("rawpy") is not None


def warm_up() -> None:
    """Loads the library: later there may be no right to."""
    if ready():
        _rawpy()


def is_raw(data: bytes, ending: bytes) -> bool:
    """By what the file begins with. Many raw photos begin as a TIFF does: their names tell those."""
    if data.startswith(_MAGIC) or data[8:11] == b"CR\x02" or data[6:14] == b"HEAPCCDR" or data[4:12] == b"ftypcrx ":
        return True
    return data.startswith(_LIKE_TIFF) and ending.lower() in ENDINGS


def raw_picture(data: bytes, enough_px: int) -> RawPicture:
    """A picture of which the long edge is at least about `enough_px`, where the photo has as many.

    Raises PhotoUnreadable, and whatever a damaged file makes LibRaw raise.
    """
    if not ready():
        raise PhotoUnreadable("Raw photos need an optional part", remedy="pip install rawpy")
    rawpy = _rawpy()
    with rawpy.imread(io.BytesIO(data)) as raw:
        sizes = raw.sizes
        whole = (int(sizes.width), int(sizes.height))
        if whole[0] * whole[1] > _LIMIT_PX:
            problem = f"The photo is too large ({whole[0]} x {whole[1]} pixels)"
            raise PhotoUnreadable(problem, remedy="export a smaller copy")
        orientation = _TURNS.get(int(sizes.flip), 1)
        upright = whole[::-1] if orientation in (6, 8) else whole
        wanted = min(enough_px, max(whole))
        preview = _preview(rawpy, raw)
        if preview is not None and max(preview.size) >= _LARGE_ENOUGH * wanted:
            return RawPicture(upright, orientation, preview.jpeg, preview.rgb, preview.size)
        half = max(whole) // 2 >= wanted
        rgb = raw.postprocess(half_size=half, use_camera_wb=True, output_bps=8, user_flip=0)
        return RawPicture(upright, orientation, rgb=rgb.tobytes(), size=(int(rgb.shape[1]), int(rgb.shape[0])))


def _preview(rawpy: ModuleType, raw: Any) -> RawPicture | None:
    """The largest that is in the file."""
    try:
        thumbnail = raw.extract_thumb()
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError):
        return None
    if thumbnail.format == rawpy.ThumbFormat.JPEG:
        size = jpeg_size(thumbnail.data)
        return RawPicture((0, 0), jpeg=thumbnail.data, size=size) if min(size) else None
    rgb = thumbnail.data
    return RawPicture((0, 0), rgb=rgb.tobytes(), size=(int(rgb.shape[1]), int(rgb.shape[0])))


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height from the frame header (ITU T.81, B.2.2); zeros where there is none."""
    at = 2
    while at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return 0, 0


def tiff_of(data: bytes) -> bytes:
    """What stands in the file as a TIFF does, and can be read as EXIF; empty where nothing does.

    Olympus and Panasonic write another number where TIFF has 42.
    """
    if data[:2] in (b"II", b"MM") and data[6:14] != b"HEAPCCDR":
        return data[:2] + (b"*\0" if data[:2] == b"II" else b"\0*") + data[4:]
    return b""


def boxed_tiff(data: bytes, name: bytes) -> bytes:
    """The TIFF in Canon's box `CMT1` (what is in the main directory), `CMT2` (Exif) or `CMT4` (place) of a CR3."""
    at = data.find(name, 0, 2**20)
    if at < 4 or data[4:12] != b"ftypcrx ":
        return b""
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")]


def boxed_packet(data: bytes) -> bytes:
    """The XMP packet in a CR3's box for it (XMP Specification, part 3: ISO base media files), or nothing."""
    if data[4:12] != b"ftypcrx ":
        return b""
    at = data.find(_XMP_BOX, 0, 2**22)
    return data[at + len(_XMP_BOX) : at - 4 + int.from_bytes(data[at - 4 : at], "big")] if at >= 4 else b""


@cache
def _rawpy() -> ModuleType:
    import rawpy

    return rawpy
