"""Keywords, rating, label and caption that lie in a photo file itself: XMP, IPTC and what Windows writes.

Whatever a file holds, this raises nothing. Sources: ISO 16684-1 (XMP); IPTC-NAA Information Interchange Model 4.2,
chapters 3 and 6 (records 1:90, 2:25, 2:120); the XP tags of Microsoft's photo metadata policies.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from typing import Any

from engine import sidecar
from engine.file_words import LONGEST_CAPTION, MOST_TAGS, FileWords

XP_KEYWORDS, EXIF_RATING = 0x9C9E, 0x4746
LONGEST_TAG, DEEPEST_TAG = 200, 20
_UTF_8 = b"\x1b%G"
_KEYWORD, _CAPTION = 25, 120
_OF_CAMERAS = {"SONY DSC", "OLYMPUS DIGITAL CAMERA", "DIGITAL CAMERA", "SAMSUNG", "DEFAULT", "IMAGE-DESCRIPTION"}


def embedded(xmp: bytes | str | None, iptc: bytes | None, exif: Mapping[int, Any]) -> FileWords:
    """XMP counts where it says something; IPTC and Exif fill what it leaves open, which programs before it wrote."""
    return _of_xmp(xmp).over(_of_iptc(iptc or b"")).over(_of_exif(exif))


def warm_up() -> None:
    """Loads the codecs that words need: behind the decoder's walls there is no right to."""
    for codec in ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le"):
        codecs.lookup(codec)


def of_written(written: sidecar.Written) -> FileWords:
    """What a packet says, as photos carry it."""
    paths = {path for levels in written.tags if (path := _path(levels))}
    rating = max(-1, min(5, written.rating or 0))
    return FileWords(
        tuple(sorted(paths)[:MOST_TAGS]), rating, _line(written.label or ""), _caption(written.description or "")
    )


def _of_xmp(xmp: bytes | str | None) -> FileWords:
    data = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp
    if not isinstance(data, bytes) or not data:
        return FileWords()
    try:
        return of_written(sidecar.words(data))
    except ValueError:
        return FileWords()


def _of_iptc(data: bytes) -> FileWords:
    """A run of datasets: 0x1c, record, dataset, length in two bytes, value."""
    tags: list[str] = []
    caption, charset, at = "", "latin-1", 0
    while at + 5 <= len(data) and data[at] == 0x1C and len(tags) < MOST_TAGS:
        record, dataset, length = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        value = data[at + 5 : at + 5 + length]
        at += 5 + length
        if length > 0x7FFF:
            break  # an extended dataset: nobody writes words in these
        if (record, dataset) == (1, 90) and value.startswith(_UTF_8):
            charset = "utf-8"
        elif (record, dataset) == (2, _KEYWORD):
            tags.append(_path([_decoded(value, charset).replace("/", " ")]))
        elif (record, dataset) == (2, _CAPTION):
            caption = _caption(_decoded(value, charset))
    return FileWords(tuple(sorted({tag for tag in tags if tag})), caption=caption)


def _decoded(value: bytes, charset: str) -> str:
    """Many programs write UTF-8 without saying so."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode(charset, "replace")


def _of_exif(exif: Mapping[int, Any]) -> FileWords:
    words, rating = exif.get(XP_KEYWORDS), exif.get(EXIF_RATING)
    if isinstance(words, tuple):
        words = bytes(part for part in words if isinstance(part, int) and 0 <= part < 256)
    text = words.decode("utf-16-le", "ignore") if isinstance(words, bytes) else ""
    found = {_path([word.replace("/", " ")]) for word in text.split("\0")[0].split(";")[:MOST_TAGS]}
    stars = rating if isinstance(rating, int) and 0 < rating <= 5 else 0
    return FileWords(tuple(sorted(found - {""})), stars)


def _path(levels: Iterable[str]) -> str:
    """Empty where nothing is left, or far too much."""
    kept = [level for level in (_line(part) for name in levels for part in name.split("/")) if level]
    path = "/".join(kept)
    return path if len(kept) <= DEEPEST_TAG and len(path) <= LONGEST_TAG else ""


def _line(text: str) -> str:
    shown = "".join(ch if ch.isprintable() else " " for ch in text.encode("utf-8", "ignore").decode())
    return " ".join(shown.split())[: LONGEST_TAG + 1]


def _caption(text: str) -> str:
    """Lines stay."""
    if text.strip().upper() in _OF_CAMERAS:
        return ""
    lines = [_plain(line) for line in text[: 2 * LONGEST_CAPTION].encode("utf-8", "ignore").decode().splitlines()]
    return "\n".join(lines).strip()[:LONGEST_CAPTION]


def _plain(text: str) -> str:
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
