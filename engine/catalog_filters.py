"""Filters of a query as conditions on the photos of a catalog. What a person typed reaches SQL as parameters only."""

from __future__ import annotations

import calendar
import os
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from engine.query_filters import FORMATS, LABELS, NONE, TYPES, WORDS, Filter

Condition = tuple[str, list[object]]

_PICKS = {"pick": "1", "reject": "-1"}
_PATH = "CAST({0}.path AS TEXT)"
# From one tag to the next through the index: far fewer steps than there are rows.
EVERY_TAG = """WITH RECURSIVE every(path) AS (
    SELECT min(path) FROM photo_tags UNION ALL
    SELECT (SELECT min(path) FROM photo_tags WHERE path > every.path) FROM every WHERE every.path IS NOT NULL
) SELECT path FROM every WHERE path IS NOT NULL"""


def below(folder: bytes) -> tuple[bytes, bytes]:
    """The half-open range of paths that lie below a folder; paths compare as bytes."""
    separator = os.fsencode(os.sep)
    root = folder.rstrip(separator)
    return root + separator, root + bytes([separator[0] + 1])


def phrase(words: str) -> str:
    """These words, one after the other, for the index of words."""
    return '"' + words.replace('"', '""') + '"'


def condition(filters: Sequence[Filter], *, photos: str = "p") -> Condition:
    """` AND ...` for each of them, on the table of photos by that alias, and its parameters."""
    sql, parameters = "", []
    for some in filters:
        part, values = _READERS[some.field](some.values, photos)
        sql += f" AND {'NOT ' if some.negated else ''}coalesce(({part}), 0)"
        parameters += values
    return sql, parameters


def _before(values: Sequence[str], photos: str) -> Condition:
    return f"{photos}.sort_s < ?", [_seconds(values[0])]


def _after(values: Sequence[str], photos: str) -> Condition:
    return f"{photos}.sort_s >= ?", [_seconds(values[0])]


def _on(values: Sequence[str], photos: str) -> Condition:
    return f"{photos}.sort_s >= ? AND {photos}.sort_s < ?", [_seconds(values[0]), _seconds(values[1])]


def _seconds(day: str) -> int:
    """As the catalog counts them: by the camera's own clock."""
    return calendar.timegm(date.fromisoformat(day).timetuple())


def _camera(values: Sequence[str], photos: str) -> Condition:
    return _any(values, lambda value: _all_words(f"{photos}.camera", value))


def _lens(values: Sequence[str], photos: str) -> Condition:
    return _any(values, lambda value: _all_words(f"{photos}.lens", value))


def _folder(values: Sequence[str], photos: str) -> Condition:
    """Photos below a folder that is named from the root on, or in folders whose names hold the words."""

    def one(value: str) -> Condition:
        value = os.path.expanduser(value)
        if os.path.isabs(value):
            return f"{photos}.path >= ? AND {photos}.path < ?", [*below(os.fsencode(value))]
        inner = value.replace("/", os.sep).strip(os.sep)
        return _like(_PATH.format(photos), inner, after=f"%{_escaped(os.sep)}%")

    return _any(values, one)


def _words(values: Sequence[str], photos: str) -> Condition:
    """What people wrote: names of files and folders, tags, and captions, where it is the words that count."""

    def one(value: str) -> Condition:
        named, names = _like(_PATH.format(photos), value)
        tagged, tags = _like("path", value)
        written = """SELECT c.photo_id FROM captions_words w JOIN captions c ON c.id = w.rowid
            WHERE captions_words MATCH ?"""
        sql = f"{named} OR {photos}.id IN (SELECT photo_id FROM photo_tags WHERE {tagged} UNION ALL {written})"
        return sql, [*names, *tags, phrase(value)]

    return _any(values, one)


def _type(values: Sequence[str], photos: str) -> Condition:
    """By what is in the file; raw photos are told by their names, for inside many look like TIFF."""

    def one(kind: str) -> Condition:
        if kind not in FORMATS:
            return _endings(TYPES[kind], photos)
        if kind != "tiff":
            return f"{photos}.format = ?", [FORMATS[kind]]
        raw, raws = _endings(TYPES["raw"], photos)
        return f"{photos}.format = ? AND NOT ({raw})", [FORMATS[kind], *raws]

    return _any(values, one)


def _endings(endings: Sequence[str], photos: str) -> Condition:
    """Looked up by their length, which takes a quarter of the time of one LIKE for each."""
    found = {len(ending): [f".{other}" for other in endings if len(other) == len(ending)] for ending in endings}
    marks = {length: ", ".join("?" * len(some)) for length, some in found.items()}
    parts = [f"lower(CAST(substr({photos}.path, -{n + 1}) AS TEXT)) IN ({marks[n]})" for n in found]
    return " OR ".join(parts), [ending for some in found.values() for ending in some]


def _tag(values: Sequence[str], photos: str) -> Condition:
    """Whole levels of a tag: `norway` is found in `places/Norway/Lofoten`, `way` is not."""
    sql, parameters = _any(values, lambda value: _like("'/' || path || '/'", f"/{value.strip('/')}/"))
    return f"{photos}.id IN (SELECT photo_id FROM photo_tags WHERE path IN ({EVERY_TAG} AND ({sql})))", parameters


def _collection(values: Sequence[str], photos: str) -> Condition:
    """The whole name, whatever its case."""
    names = sorted({case for value in values for case in _cases(value)})
    marks = ", ".join("?" * len(names))
    return f"{photos}.id IN (SELECT photo_id FROM collection_photos WHERE name IN ({marks}))", [*names]


def _rating(values: Sequence[str], photos: str) -> Condition:
    """A photo that nobody rated has no star."""
    given = f"SELECT CAST(value AS INTEGER) FROM marks WHERE photo_id = {photos}.id AND field = 'rating'"
    return f"coalesce(({given}), 0) BETWEEN ? AND ?", [int(values[0]), int(values[1])]


def _flag(values: Sequence[str], photos: str) -> Condition:
    return _any(values, lambda value: _marked("pick", (_PICKS.get(value, ""),), photos, value))


def _label(values: Sequence[str], photos: str) -> Condition:
    """A label of any other name is found by it."""
    return _any(values, lambda value: _marked("label", LABELS.get(value, (value,)), photos, value))


def _marked(field: str, values: Sequence[str], photos: str, wanted: str) -> Condition:
    """Photos with one of these marks; where none is wanted, those without any."""
    given = f"{photos}.id IN (SELECT photo_id FROM marks WHERE field = ?"
    if wanted == NONE:
        return f"NOT {given} AND value NOT IN ('', '0'))", [field]
    cases = sorted({case for value in values for case in _cases(value)})
    return f"{given} AND value COLLATE NOCASE IN ({', '.join('?' * len(cases))}))", [field, *cases]


def _any(values: Sequence[str], one: Callable[[str], Condition]) -> Condition:
    parts = [one(value) for value in values]
    return " OR ".join(f"({sql})" for sql, _ in parts), [value for _, some in parts for value in some]


def _all_words(column: str, text: str) -> Condition:
    """`canon 5d` is a Canon EOS 5D."""
    parts = [_like(column, word) for word in text.split()]
    return " AND ".join(f"({sql})" for sql, _ in parts), [value for _, some in parts for value in some]


def _like(column: str, text: str, *, after: str = "%") -> Condition:
    """SQLite compares only ASCII letters whatever their case, and some disks take accented letters apart."""
    forms = sorted({unicodedata.normalize(form, case) for case in _cases(text) for form in ("NFC", "NFD")})
    sql = " OR ".join([rf"{column} LIKE ? ESCAPE '\'"] * len(forms))
    return sql, [f"%{_escaped(form)}{after}" for form in forms]


def _cases(text: str) -> set[str]:
    return {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_READERS: dict[str, Callable[[Sequence[str], str], Condition]] = {
    "before": _before,
    "after": _after,
    "on": _on,
    "camera": _camera,
    "lens": _lens,
    "in": _folder,
    "folder": _folder,
    "tag": _tag,
    "rating": _rating,
    "flag": _flag,
    "label": _label,
    "collection": _collection,
    "type": _type,
    WORDS: _words,
}
