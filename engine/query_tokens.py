"""A typed text cut into words, operators, brackets and filters, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.query_filters import FIELDS, LONGEST_VALUE, WORDS, Filter, read_values
from engine.query_order import SORT

_OPERATORS = {"AND": "and", "UND": "and", "OR": "or", "ODER": "or", "NOT": "not", "NICHT": "not"}
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
_FIELD = re.compile(r"(-?)([^\W\d_]+):(?=\S)")
_BARE = re.compile(r"\S+")
_MINUS = re.compile(r"-(?=[^\W_])")


class Kind(StrEnum):
    WORD = "word"
    MINUS = "minus"
    AND = "and"
    OR = "or"
    NOT = "not"
    OPEN = "open"
    CLOSE = "close"
    FILTER = "filter"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as it is read (NFC); start, end: where it stands in the typed text."""

    kind: Kind
    text: str
    start: int
    end: int
    filter: Filter | None = None


def clean(text: str) -> str:
    """As long as the text, with a space for what is no character: controls, unpaired surrogates, unassigned ones."""
    return "".join(" " if unicodedata.category(ch) in ("Cc", "Cs", "Cn") else ch for ch in text)


def tokens(text: str, *, brackets: bool) -> Iterator[Token]:
    """All tokens of a cleaned text. Without `brackets` these belong to the words beside them."""
    place = 0
    while (start := _next(text, place)) < len(text):
        token = _quoted(text, start) or _filter(text, start, brackets) or _plain(text, start, brackets)
        yield token
        place = token.end


def _next(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _quoted(text: str, start: int) -> Token | None:
    """Exact words, with a minus before them or not. A quotation mark without its partner is part of a word."""
    minus = text[start] == "-"
    opened = start + minus
    closed = _closing(text, opened)
    if closed < 0:
        return None
    words = _folded(text[opened + 1 : closed])
    if not words or len(words) > LONGEST_VALUE:
        return None
    found = Filter(WORDS, (words,), minus, start, closed + 1)
    return Token(Kind.FILTER, _folded(text[start : closed + 1]), start, closed + 1, found)


def _closing(text: str, opened: int) -> int:
    partner = _QUOTES.get(text[opened : opened + 1])
    return text.find(partner, opened + 1) if partner else -1


def _filter(text: str, start: int, brackets: bool) -> Token | None:
    head = _FIELD.match(text, start)
    field = FIELDS.get(head[2].lower()) if head else None
    if head is None or field is None:
        return None
    value, end, quoted = _value(text, head.end(), brackets)
    if end == head.end():
        return None
    whole = _folded(text[start:end])
    values = read_values(field, _folded(value), quoted=quoted)
    if values is None or (field == SORT and head[1]):
        return Token(Kind.UNCLEAR, whole, start, end)
    return Token(Kind.FILTER, whole, start, end, Filter(field, values, bool(head[1]), start, end))


def _value(text: str, start: int, brackets: bool) -> tuple[str, int, bool]:
    """What follows the colon, where it ends, and whether it is quoted. One without its closing mark, as while it is
    being typed, goes on to the end."""
    if text[start] in _QUOTES:
        closed = _closing(text, start)
        end = closed if closed >= 0 else len(text)
        return text[start + 1 : end], min(end + 1, len(text)), True
    found = _BARE.match(text, start)
    value = found[0] if found else ""
    value = value.rstrip(")") if brackets else value
    return value, start + len(value), False


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain(text: str, start: int, brackets: bool) -> Token:
    if brackets and text[start] in "()":
        return Token(Kind.OPEN if text[start] == "(" else Kind.CLOSE, text[start], start, start + 1)
    found = _BARE.match(text, start)
    assert found is not None
    word = found[0]
    if brackets:
        word = word[: len(word.rstrip(")"))] or word
    end = start + len(word)
    if word in _OPERATORS:
        return Token(Kind(_OPERATORS[word]), word, start, end)
    if _MINUS.match(word):
        return Token(Kind.MINUS, unicodedata.normalize("NFC", word[1:]), start, end)
    return Token(Kind.WORD, unicodedata.normalize("NFC", word), start, end)


def balanced(found: list[Token], *, deepest: int) -> bool:
    """Whether every bracket has its partner, none too deep."""
    depth = 0
    for token in found:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not 0 <= depth <= deepest:
            return False
    return depth == 0


def as_words(found: list[Token]) -> list[Token]:
    """Operators and brackets are words too."""
    special = (Kind.AND, Kind.OR, Kind.NOT, Kind.OPEN, Kind.CLOSE)
    return [replace(token, kind=Kind.WORD) if token.kind in special else token for token in found]
