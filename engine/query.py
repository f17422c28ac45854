"""What was typed, understood: sentences to look for, what must not be there, and filters. Any text is a valid query.

The grammar is in docs/search.md. Needs the standard library only: the window shows the parts as chips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.query_clauses import And, Clause, Example, Not, Or, Text, positive, read_clause, texts
from engine.query_filters import FIELDS, TYPES, WORDS, Filter
from engine.query_order import SORT, Order
from engine.query_tokens import Kind, Token, as_words, balanced, clean, tokens

__all__ = [
    "FIELDS",
    "TYPES",
    "WORDS",
    "And",
    "Chip",
    "Clause",
    "Example",
    "Filter",
    "Not",
    "Or",
    "Order",
    "Query",
    "Text",
    "parse",
    "texts",
]

LONGEST_SENTENCE = 2_000  # characters; far beyond what any text tower reads
DEEPEST = 12  # brackets within brackets
MOST_FILTERS = 20
MOST_TEXTS = 8  # each is compared with the whole head

_DANGLING = re.compile(r"(?:^|\s)(?:AND|OR|UND|ODER|NOT|NICHT)\s*$")


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the text that can be taken out. kind: a filter's field, "words" (exact ones), "not", or "unclear" for
    what looks like a filter and could not be read as one. start, end: where it stands."""

    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """`sentence`: what the photo shall show, as a model reads it; empty means no description at all. `clause`: the same
    with its structure; None where there is nothing to look for. `order`: the one asked for first. `unclear`: what could
    not be understood; what looked like a filter is then searched as words. str() is the whole text, tidied: it means
    the same."""

    text: str
    sentence: str
    clause: Clause | None = None
    filters: tuple[Filter, ...] = ()
    chips: tuple[Chip, ...] = ()
    unclear: tuple[str, ...] = ()
    order: Order = Order.RELEVANCE

    @property
    def simple(self) -> bool:
        """One sentence, or none: no clauses to put together."""
        return self.clause is None or isinstance(self.clause, Text)

    def without(self, chip: Chip) -> str:
        """The text that is left when a chip is taken out, and the operator that led to it."""
        before, after = self.text[: chip.start], self.text[chip.end :].lstrip()
        before = _DANGLING.sub("", before.rstrip()).rstrip() if chip.kind != "unclear" else before.rstrip()
        return f"{before} {after}".strip()

    def __str__(self) -> str:
        return " ".join(self.text.split())


def parse(text: str) -> Query:
    """Never raises. What is not a character counts as a space, and endless text is cut."""
    text = clean(text[: 4 * LONGEST_SENTENCE])
    found = _finished(_tokens(text))
    strange = [token for token in found if token.kind is Kind.UNCLEAR]
    unclear = [token.text for token in strange]
    chips = [Chip(text[some.start : some.end], "unclear", some.start, some.end) for some in strange]
    filters, rest = _lift_filters(found)
    if len(filters) > MOST_FILTERS:
        unclear.append(f"more than {MOST_FILTERS} filters")
        filters = filters[:MOST_FILTERS]
    clause, denied = read_clause(rest)
    if len(list(texts(clause))) > MOST_TEXTS:
        unclear.append(f"more than {MOST_TEXTS} parts")
        clause, denied = read_clause(as_words(rest), plain=True)
    chips += [Chip(text[some.start : some.end], some.field, some.start, some.end) for some in filters]
    chips += [Chip(text[start:end], "not", start, end) for start, end in denied]
    return Query(
        text=text,
        sentence=positive(clause)[:LONGEST_SENTENCE].rstrip(),
        clause=clause,
        filters=tuple(some for some in filters if some.field != SORT),
        chips=tuple(sorted(chips, key=lambda chip: (chip.start, chip.end))),
        unclear=tuple(unclear) + tuple(_either_filter(found)),
        order=next((Order(some.values[0]) for some in filters if some.field == SORT), Order.RELEVANCE),
    )


def _tokens(text: str) -> list[Token]:
    """Brackets group only where each has its partner and there is something to group."""
    found = list(tokens(text, brackets=True))
    groups = any(token.kind in (Kind.AND, Kind.OR, Kind.NOT) for token in found)
    return found if groups and balanced(found, deepest=DEEPEST) else list(tokens(text, brackets=False))


def _finished(found: list[Token]) -> list[Token]:
    """Without a filter's name that nothing follows yet, as while it is typed."""
    last = found[-1].text if found else ""
    named = last.endswith(":") and last[:-1].removeprefix("-").lower() in FIELDS
    return found[:-1] if named and found[-1].kind in (Kind.WORD, Kind.MINUS) else found


def _lift_filters(found: list[Token]) -> tuple[list[Filter], list[Token]]:
    """Filters hold for the whole query, wherever they stand. NOT right before one turns it around."""
    filters: list[Filter] = []
    rest: list[Token] = []
    for place, token in enumerate(found):
        some = token.filter
        if some is None:
            rest.append(replace(token, kind=Kind.WORD) if token.kind is Kind.UNCLEAR else token)
            continue
        if place and found[place - 1].kind is Kind.NOT:
            start = rest.pop().start
            some = Filter(some.field, some.values, not some.negated, start, some.end)
        filters.append(some)
    return filters, rest


def _either_filter(found: list[Token]) -> Iterator[str]:
    """OR beside a filter says what we cannot do: a filter holds for the whole query."""
    for before, middle, after in zip(found, found[1:], found[2:], strict=False):
        if middle.kind is Kind.OR and Kind.FILTER in (before.kind, after.kind):
            yield f"{before.text} {middle.text} {after.text}"
