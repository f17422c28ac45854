"""`before:2020 camera:x100 rating:>=4`: what follows the colon, and whether it can be understood."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

from engine.query_dates import read_span
from engine.query_order import SORT, read_order

FIELDS = {
    "before": "before",
    "after": "after",
    "on": "on",
    "date": "on",
    "camera": "camera",
    "lens": "lens",
    "in": "in",
    "folder": "folder",
    "tag": "tag",
    "rating": "rating",
    "flag": "flag",
    "label": "label",
    "collection": "collection",
    "type": "type",
    "sort": "sort",
    "vor": "before",
    "nach": "after",
    "am": "on",
    "datum": "on",
    "kamera": "camera",
    "objektiv": "lens",
    "ort": "in",
    "ordner": "folder",
    "schlagwort": "tag",
    "bewertung": "rating",
    "markierung": "flag",
    "farbe": "label",
    "sammlung": "collection",
    "typ": "type",
    "sortierung": "sort",
}
WORDS = "words"  # the field of "exact words"
_RAW = "cr2 cr3 crw nef nrw arw srf sr2 raf orf rw2 dng pef srw x3f 3fr fff iiq mrw rwl erf kdc dcr"
TYPES = {  # what can follow `type:`, and the endings of such files
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "png": ("png",),
    "heic": ("heic", "heif", "hif"),
    "avif": ("avif",),
    "webp": ("webp",),
    "tiff": ("tif", "tiff"),
    "gif": ("gif",),
    "bmp": ("bmp",),
    "jxl": ("jxl",),
    "raw": tuple(_RAW.split()),
}
FORMATS = {"jpeg": "JPEG", "png": "PNG", "heic": "HEIF", "avif": "AVIF", "webp": "WEBP", "tiff": "TIFF", "gif": "GIF"}
FORMATS |= {"bmp": "BMP", "jxl": "JXL"}  # what a decoder calls them
NONE = "none"
_NOTHING = ("none", "no", "keine", "ohne")
FLAGS = {"pick": ("pick", "picked", "ausgewählt"), "reject": ("reject", "rejected", "abgelehnt"), NONE: _NOTHING}
LABELS = {  # as programs write them in either language; other words are labels too
    "red": ("red", "rot"),
    "yellow": ("yellow", "gelb"),
    "green": ("green", "grün"),
    "blue": ("blue", "blau"),
    "purple": ("purple", "lila", "violett"),
    NONE: _NOTHING,
}
MOST_STARS = 5
LONGEST_VALUE = 200  # characters
MOST_VALUES = 20

_RATING = re.compile(r"(>=|<=|>|<|=|≥|≤)?\s*([0-5])(\+)?")
_RATINGS = re.compile(r"([0-5])(?:\.\.|-)([0-5])")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on what is known of a photo. `values`: any of them will do; of dates the first day (ISO) and the
    day after the last; of `before` and `after` the day at which the wanted time ends or begins; of ratings the least
    and the most; of `sort` an order. start, end: where it stands in the text."""

    field: str
    values: tuple[str, ...]
    negated: bool = False
    start: int = 0
    end: int = 0

    def meaning(self) -> tuple[str, tuple[str, ...], bool]:
        """The same wherever it stands."""
        return self.field, self.values, self.negated


def read_values(field: str, text: str, *, quoted: bool) -> tuple[str, ...] | None:
    """What a text, white space folded, is to be compared with; None where it cannot be understood. A quoted text is
    one value."""
    if not text or len(text) > LONGEST_VALUE:
        return None
    if field in ("before", "after", "on"):
        return _dates(field, text)
    if field == "rating":
        return _ratings(text)
    if field == SORT:
        return read_order(text)
    values = (text,) if quoted else tuple(value.strip() for value in text.split(",") if value.strip())
    if len(values) > MOST_VALUES:
        return None
    if field == "type":
        types = [_type(value) for value in values]
        return tuple(kind for kind in types if kind) if types and all(types) else None
    if field == "flag":
        flags = [_called(value, FLAGS) for value in values]
        return tuple(flag for flag in flags if flag) if flags and all(flags) else None
    if field == "label":
        return tuple(_called(value, LABELS) or value for value in values) or None
    return values or None


def _dates(field: str, text: str) -> tuple[str, ...] | None:
    span = read_span(text)
    if span is None or (field != "on" and ".." in text):
        return None
    return {"before": span[:1], "after": span[1:], "on": span}[field]


def _ratings(text: str) -> tuple[str, ...] | None:
    if found := _RATINGS.fullmatch(text):
        return (found[1], found[2]) if found[1] <= found[2] else None
    found = _RATING.fullmatch(text)
    if not found or (found[1] and found[3]):
        return None
    stars = int(found[2])
    least, most = {
        ">": (stars + 1, MOST_STARS),
        ">=": (stars, MOST_STARS),
        "<": (0, stars - 1),
        "<=": (0, stars),
    }.get((found[1] or "").replace("≥", ">=").replace("≤", "<="), (stars, MOST_STARS if found[3] else stars))
    return (str(least), str(most)) if least <= most else None


def _called(name: str, named: dict[str, tuple[str, ...]]) -> str | None:
    """What of these is called so."""
    name = unicodedata.normalize("NFC", name).lower()
    return next((one for one, names in named.items() if name in names), None)


def _type(name: str) -> str | None:
    name = name.lower().removeprefix(".")
    return next((kind for kind, endings in TYPES.items() if name == kind or name in endings), None)


def kind_of(path: bytes, format_: str) -> str:
    """Which `type:` a photo is of, or "": raw photos are told by their names, for inside they look like TIFF."""
    ending = os.path.splitext(path)[1][1:].lower().decode("ascii", "replace")
    if ending in TYPES["raw"]:
        return "raw"
    return next((kind for kind, form in FORMATS.items() if form == format_), "")
