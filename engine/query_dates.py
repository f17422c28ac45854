"""Dates as people write them: a year, a month or a day, in ISO, German or words."""

from __future__ import annotations

import re
from datetime import date, timedelta

EARLIEST, LATEST = 1800, 2199  # years that a photo, a scan of one, or a wrong clock can have

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_GERMAN = re.compile(r"(?:(\d{1,2})[./])?(\d{1,2})[./](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d_]{3,9})\.?\s+(\d{4})")
_MONTHS = (
    "january januar|february februar|march märz maerz|april|may mai|june juni|july juli|august"
    "|september|october oktober|november|december dezember"
)
_MONTH_NAMES = [names.split() for names in _MONTHS.split("|")]


def read_span(text: str) -> tuple[str, str] | None:
    """First day and the day after the last, both ISO, of `2020`, `2020-07`, `14.07.2020`, `July 2020` or of two of
    them with `..` between; None for anything else."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        return _read(first)
    begin, end = _read(first), _read(last)
    return (begin[0], end[1]) if begin and end and begin[0] < end[1] else None


def _read(text: str) -> tuple[str, str] | None:
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        after = first + timedelta(1)
    elif month:
        after = date(year + month // 12, month % 12 + 1, 1)
    else:
        after = date(year + 1, 1, 1)
    return first.isoformat(), after.isoformat()


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day; 0 for what is not said."""
    if not text.isascii() and not _NAMED.fullmatch(text):
        return None  # digits of other scripts: not what a catalog compares
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found := _GERMAN.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1] or 0)
    if found := _NAMED.fullmatch(text):
        month = _month(found[2].lower())
        return (int(found[3]), month, int(found[1] or 0)) if month else None
    return None


def _month(name: str) -> int:
    for number, names in enumerate(_MONTH_NAMES, start=1):
        if name in names or name in {some[:3] for some in names}:
            return number
    return 0
