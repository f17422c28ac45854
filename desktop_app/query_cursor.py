"""What is being typed at the cursor of the search box: the value of a filter, or what may become its name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.query import FIELDS, parse
from engine.query_filters import read_values

_TOKEN = re.compile(r'(?P<minus>-?)(?P<name>[^\W\d_]+):(?P<value>"[^"]*"?|\S*)|"[^"]*"?|\S+')
_LETTERS = re.compile(r"[^\W\d_]+")
SHORTEST_NAME = 2  # letters
AMONG_WORDS = 3  # after a sentence has begun: "to be" asks for no filter
ORDINARY = frozenset(["in", "on", "am", "or", "vor", "nach", "be", "an", "ca", "ty", "so"])  # rather words


@dataclass(frozen=True, slots=True)
class Typed:
    """`field` as the engine calls it, "" for the beginning of a filter's name; `prefix` is what stands before the
    cursor, start and end what a completion takes the place of."""

    field: str
    prefix: str
    start: int
    end: int


def typed_at(text: str, cursor: int) -> Typed | None:
    """None where there is nothing to complete."""
    found = _token_at(text, cursor)
    if found is None:
        return None
    field = FIELDS.get((found["name"] or "").lower())
    if field is None:
        return _name(found, cursor)
    start, end = found.span("value")
    value = found["value"]
    if cursor < start or (value[:1] == '"' and len(value) > 1 and value[-1] == '"'):
        return None
    if not value.startswith('"') and "," in text[start:cursor]:
        start = text.rindex(",", start, cursor) + 1
    return Typed(field, text[start:cursor].lstrip('"'), start, end)


def _token_at(text: str, cursor: int) -> re.Match[str] | None:
    return next((token for token in _TOKEN.finditer(text) if token.start() < cursor <= token.end()), None)


def _name(found: re.Match[str], cursor: int) -> Typed | None:
    word = found[0].removeprefix("-")
    if cursor != found.end() or not _LETTERS.fullmatch(word):
        return None
    return Typed("", word, found.end() - len(word), found.end())


def settled(text: str, cursor: int) -> str:
    """The text without a filter at the cursor that says nothing yet: that is not searched for."""
    typed, token = typed_at(text, cursor), _token_at(text, cursor)
    if typed is None or token is None or not typed.field:
        return text
    if read_values(typed.field, text[typed.start : typed.end].strip('"'), quoted=True) is not None:
        return text
    return f"{text[: token.start()].rstrip()} {text[token.end() :].lstrip()}".strip()


def filter_names(text: str, typed: Typed) -> list[str]:
    """Names of filters that the word may become; none for words that are rather words."""
    word, alone = typed.prefix.lower(), not parse(text[: typed.start]).sentence
    if len(word) < (SHORTEST_NAME if alone else AMONG_WORDS) or (word in ORDINARY and not alone):
        return []
    return [name for name in FIELDS if name.startswith(word) and name != word][:3]


def with_value(text: str, typed: Typed, value: str) -> tuple[str, int]:
    """The text with the value in the place of what was typed, and where the cursor stands then."""
    said = filter_value(value) + " "
    rest = text[typed.end :].lstrip()
    return text[: typed.start] + said + rest, typed.start + len(said)


def with_name(text: str, typed: Typed, name: str) -> tuple[str, int]:
    said = f"{name}:"
    return text[: typed.start] + said + text[typed.end :], typed.start + len(said)


def filter_value(value: str) -> str:
    """A value as it is typed: in quotation marks where it would be cut or read as several."""
    return f'"{value}"' if not value or re.search(r'[\s,"“”„«»()]', value) else value


def with_filter(text: str, field: str, value: str) -> str:
    """The text with this filter instead of others of its kind; an empty value takes them away."""
    query = parse(text)
    for chip in reversed(query.chips):
        if chip.kind == field and chip.text.partition(":")[0].lower() in FIELDS:
            text = f"{text[: chip.start].rstrip()} {text[chip.end :].lstrip()}".strip()
    return f"{text.strip()} {field}:{filter_value(value)}".strip() if value else text
