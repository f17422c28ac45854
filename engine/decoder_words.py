"""What people wrote into a photo file, for a photo that is unpacked, and from the head of a file alone."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from engine import decoder_raw, photo_words
from engine.decoder_file import FILE_LIMIT_BYTES, open_photo
from engine.decoder_kinds import known_format
from engine.errors import PhotoUnreadable
from engine.photo import DecodeTask, ReadWords

HEAD_BYTES = 4_096  # enough to tell the format
_IPTC_BLOCK, _IPTC_TAG, _XMP_TAG = 0x0404, 33723, 700


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tags that stand for themselves, as Pillow's images give theirs."""

    tiff: bytes

    def getexif(self) -> Image.Exif:
        exif = Image.Exif()
        if self.tiff:
            exif.load(b"Exif\0\0" + self.tiff)
        return exif


def words_of(image: Image.Image, raw: bytes = b"") -> str:
    """As JSON: of a `raw` photo itself, or else of its preview. Pillow may raise anything on hostile blocks."""
    try:
        blocks, tags = image.info.get("photoshop"), getattr(image, "tag_v2", {})
        own = dict(Tagged(decoder_raw.tiff_of(raw)).getexif())
        iptc = own.get(_IPTC_TAG) or (blocks.get(_IPTC_BLOCK) if isinstance(blocks, dict) else tags.get(_IPTC_TAG))
        xmp = own.get(_XMP_TAG) or decoder_raw.boxed_packet(raw)
        xmp = xmp or image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or tags.get(_XMP_TAG)
        found = photo_words.embedded(xmp, iptc if isinstance(iptc, bytes) else None, own or dict(image.getexif()))
    except Exception:
        return ""
    return found.as_text()


def read_words(task: DecodeTask, opening: Callable[[], int] | None = None) -> ReadWords:
    """Without unpacking a pixel; of most formats only the head is read. Raises PhotoUnreadable; one that cannot even be
    opened counts as vanished, for it may be there again."""
    try:
        descriptor = opening() if opening is not None else open_photo(task.path)
    except OSError as error:
        raise PhotoUnreadable("The file is out of reach", path=task.path, final=False, vanished=True) from error
    try:
        with open(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > FILE_LIMIT_BYTES:
                raise PhotoUnreadable("This is not a regular file", path=task.path)
            return ReadWords(task.photo_id, _read(file, os.path.splitext(task.path)[1]))
    except PhotoUnreadable:
        raise
    except Exception as error:  # as everywhere with files: there is no list of what a hostile one makes Pillow raise
        raise PhotoUnreadable("Its words cannot be read", path=task.path) from error


def _read(file: io.BufferedReader, ending: bytes) -> str:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if decoder_raw.is_raw(head, ending):
        data = file.read()
        preview = decoder_raw.raw_picture(data, 1).jpeg
        return words_of(Image.open(io.BytesIO(preview), formats=["JPEG"]) if preview else Image.new("L", (1, 1)), data)
    name = known_format(head)
    if name == "JXL":  # to open it is to unpack it
        return ""
    return words_of(Image.open(file, formats=[name]))
