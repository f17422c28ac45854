"""What of a photo's EXIF goes along with a copy of other pixels. Pillow only."""

from __future__ import annotations

import io

from PIL import ExifTags, Image

# of the main directory; others describe how the original's pixels are stored
_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _DATE, _ARTIST, _COPYRIGHT = 270, 271, 272, 305, 306, 315, 33432
_KEPT = {_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _DATE, _ARTIST, _COPYRIGHT, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo}
_OF_THE_ORIGINAL = {
    ExifTags.Base.MakerNote,  # has offsets of its own, which a rewritten block breaks
    ExifTags.Base.ExifImageWidth,
    ExifTags.Base.ExifImageHeight,
    ExifTags.IFD.Interop,
}
LONGEST_BYTES = 60_000  # of a block that must fit a segment


def kept_exif(data: bytes, name: str, *, place: bool) -> bytes:
    """An EXIF block for an upright JPEG, of a photo's bytes in the format of this name; empty where there is none, or
    none that can be understood. Without `place` it has no coordinates."""
    try:
        exif = Image.open(io.BytesIO(data), formats=[name]).getexif()
        if not exif:
            return b""
        for tag in set(exif) - _KEPT:
            del exif[tag]
        if ExifTags.IFD.Exif in exif:
            inner = exif.get_ifd(ExifTags.IFD.Exif)
            for tag in _OF_THE_ORIGINAL & set(inner):
                del inner[tag]
        if not place and ExifTags.IFD.GPSInfo in exif:
            del exif[ExifTags.IFD.GPSInfo]
        block = exif.tobytes()
    except Exception:  # as everywhere with tags: there is no list of what a hostile one makes Pillow raise
        return b""
    return block if len(block) <= LONGEST_BYTES else b""
