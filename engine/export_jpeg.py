"""A JPEG without what it says about itself: its pixels stay as they are, to the last bit.

Sources: the JPEG interchange format (ITU-T T.81, annex B), EXIF 2.32 and TIFF 6.0 for what lies in an APP1 segment.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP13, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF
_EXIF, _ICC = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_XMP = (b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00")
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")  # in a scan 00 and D0 to D7 belong to the pixels
_ORIENTATION, _GPS = 0x0112, 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_PLACE_WORDS = (b"GPS", b":City", b":State", b":Country", b"Location", b"CountryCode", b":Sublocation")
_PLACE_RECORDS = tuple(b"\x1c\x02" + bytes((number,)) for number in (26, 27, 90, 92, 95, 100, 101))


class NotUnderstood(Exception):
    """This is no JPEG of the kind that can be taken apart."""


def without_metadata(data: bytes) -> bytes:
    """Pixels, colour profile and which way is up; nothing else. Raises NotUnderstood."""
    return _rewritten(data, place_only=False)


def without_place(data: bytes) -> bytes:
    """All but coordinates and names of places: what holds them goes, whole blocks of XMP and IPTC with them, and so do
    further pictures behind the first. Raises NotUnderstood."""
    return _rewritten(data, place_only=True)


def _rewritten(data: bytes, *, place_only: bool) -> bytes:
    kept, upright = [b"\xff\xd8"], 1
    for marker, body in _segments(data):
        if marker == _SCAN:
            head = [_orientation_only(upright)] if upright > 1 and not place_only else []
            return b"".join((kept[0], *head, *kept[1:], body))
        if marker == _APP1 and body.startswith(_EXIF):
            exif, turned = _exif_without_place(body) if place_only else (b"", _orientation(body))
            upright = turned or upright
            kept += [_segment(_APP1, exif)] if exif else []
        elif _harmless(marker, body, place_only=place_only):
            kept.append(_segment(marker, body))
    raise NotUnderstood("a JPEG without a scan")


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, body) up to the first scan, whose body is everything from its marker to the end of the picture."""
    if data[:2] != b"\xff\xd8":
        raise NotUnderstood("no start")
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise NotUnderstood("no marker where one belongs")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _SCAN:
            yield marker, data[at : _picture_end(data, at)]
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise NotUnderstood("a segment that is cut short")
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _picture_end(data: bytes, at: int) -> int:
    """Behind the end marker of this picture; segments between its scans are jumped over."""
    while True:
        if data[at + 1] == _END:
            return at + 2
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        found = _MARKER.search(data, at)
        if found is None:
            return len(data)  # cut short: as far as it goes
        at = found.start()


def _harmless(marker: int, body: bytes, *, place_only: bool) -> bool:
    if not (_APP0 <= marker <= _APP15 or marker == _COMMENT):
        return True
    if marker in (_APP0, _APP14):  # JFIF and Adobe's: how the pixels are to be read
        return True
    if marker == _APP2:
        return body.startswith(_ICC)  # the other kind points at further pictures
    if not place_only:
        return False
    if marker == _APP1 and body.startswith(_XMP):
        return not any(word in body for word in _PLACE_WORDS) and not body.startswith(_XMP[1])
    if marker == _APP13:
        return not any(record in body for record in _PLACE_RECORDS)
    return marker == _COMMENT


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


# ---- EXIF -----------------------------------------------------------------------------------------------------


class _Tiff:
    """The directories of an EXIF block, changed in place so that no offset moves."""

    def __init__(self, body: bytes) -> None:
        self.data = bytearray(body[len(_EXIF) :])
        self._order = {b"II": "<", b"MM": ">"}.get(bytes(self.data[:2]), "")
        if not self._order or self.number(2, 2) != 42:
            raise NotUnderstood("no TIFF header")
        self.first = self.number(4, 4)

    def number(self, at: int, size: int) -> int:
        if at + size > len(self.data):
            raise NotUnderstood("a number beyond the end")
        return int(struct.unpack_from(self._order + {2: "H", 4: "I"}[size], self.data, at)[0])

    def entries(self, directory: int) -> Iterator[tuple[int, int, int, int]]:
        """(tag, place of the entry, place of its value, bytes of its value)."""
        for place in range(directory + 2, directory + 2 + 12 * self.number(directory, 2), 12):
            tag, kind, count = self.number(place, 2), self.number(place + 2, 2), self.number(place + 4, 4)
            size = _SIZES.get(kind, 1) * count
            value = place + 8 if size <= 4 else self.number(place + 8, 4)
            if value + size > len(self.data):
                raise NotUnderstood("a value beyond the end")
            yield tag, place, value, size

    def find(self, tag: int, directory: int) -> tuple[int, int, int] | None:
        """(place of the entry, place of its value, bytes of its value)."""
        entries = (rest for known, *rest in self.entries(directory) if known == tag)
        found = next(entries, None)
        return (found[0], found[1], found[2]) if found is not None else None

    def wipe(self, start: int, size: int) -> None:
        self.data[start : start + size] = bytes(size)

    def drop(self, directory: int, place: int) -> None:
        """Takes an entry out; those behind it, and the offset of the next directory, move up."""
        count = self.number(directory, 2)
        end = directory + 2 + 12 * count + 4
        self.data[place : end - 12] = self.data[place + 12 : end]
        self.wipe(end - 12, 12)
        struct.pack_into(self._order + "H", self.data, directory, count - 1)


def _exif_without_place(body: bytes) -> tuple[bytes, int]:
    """Without its GPS directory; what is not understood is dropped as a whole, but for which way is up."""
    try:
        tiff = _Tiff(body)
        found = tiff.find(_GPS, tiff.first)
        if found is not None:
            place, value, _ = found
            gps = tiff.number(value, 4)
            for _, entry, at, size in list(tiff.entries(gps)):
                tiff.wipe(at, size)
                tiff.wipe(entry, 12)
            tiff.wipe(gps, 2)
            tiff.drop(tiff.first, place)
        return _EXIF + bytes(tiff.data), 1
    except NotUnderstood:
        return _orientation_only(_orientation(body))[4:], 1


def _orientation(body: bytes) -> int:
    try:
        tiff = _Tiff(body)
        found = tiff.find(_ORIENTATION, tiff.first)
        turned = tiff.number(found[1], 2) if found is not None else 1
    except NotUnderstood:
        return 1
    return turned if 1 <= turned <= 8 else 1


def _orientation_only(turned: int) -> bytes:
    """A whole APP1 segment that says which way is up."""
    entry = struct.pack("<HHIHH", _ORIENTATION, 3, 1, turned, 0)
    return _segment(_APP1, _EXIF + b"II*\x00" + struct.pack("<IH", 8, 1) + entry + bytes(4))
