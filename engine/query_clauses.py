"""The tree of what a photo shall show and shall not: AND, OR and NOT over sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.query_negation import split_denied
from engine.query_tokens import Kind, Token

LONGEST_TEXT = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, as the model reads it."""

    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """Looks like a photo. Nobody types one: `number` says which of the photos that came with the text."""

    number: int


@dataclass(frozen=True, slots=True)
class Not:
    clause: Clause


@dataclass(frozen=True, slots=True)
class And:
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Or:
    clauses: tuple[Clause, ...]


Clause = Text | Example | Not | And | Or
Spans = list[tuple[int, int]]


def texts(clause: Clause | None) -> Iterator[Text]:
    """Every sentence of the tree, denied ones too, from left to right."""
    if isinstance(clause, Text):
        yield clause
    elif isinstance(clause, Not):
        yield from texts(clause.clause)
    elif isinstance(clause, And | Or):
        for part in clause.clauses:
            yield from texts(part)


def positive(clause: Clause | None) -> str:
    """What shall be seen, as one sentence."""
    if isinstance(clause, Text):
        return clause.text
    if isinstance(clause, And | Or):
        return ", ".join(filter(None, map(positive, clause.clauses)))
    return ""


def read_clause(found: Sequence[Token], *, plain: bool = False) -> tuple[Clause | None, Spans]:
    """The tree, and from where to where each denial reaches in the text. NOT binds closest, then AND, then OR; what
    stands side by side is joined by AND. An operator without something on its side says nothing, unless there is
    nothing else: then it is a word. `plain`: words are not looked at for denials."""
    reader = _Reader(found, plain)
    clause = reader.either()
    if clause is None and found:
        return _joined([token for token in found if token.kind not in (Kind.OPEN, Kind.CLOSE)]), []
    return clause, reader.denied


class _Reader:
    """Goes through balanced tokens once, from left to right."""

    def __init__(self, found: Sequence[Token], plain: bool) -> None:
        self.denied: Spans = []
        self._found = found
        self._plain = plain
        self._place = 0

    def either(self) -> Clause | None:
        """Up to the closing bracket, or the end. A `-word` holds for all of it."""
        parts: list[Clause] = []
        minus: list[Clause] = []
        while True:
            part = self._all(minus)
            parts += [part] if part is not None else []
            if self._kind() is not Kind.OR:
                break
            self._place += 1
        clause = _one(Or, parts)
        return _one(And, [*([clause] if clause is not None else []), *minus])

    def _all(self, minus: list[Clause]) -> Clause | None:
        parts: list[Clause] = []
        while (kind := self._kind()) not in (None, Kind.OR, Kind.CLOSE):
            if kind is Kind.AND:
                self._place += 1
            elif kind is Kind.NOT:
                parts += self._denial(minus)
            else:
                parts += self._unit(minus, self._plain)
        return _one(And, parts)

    def _denial(self, minus: list[Clause]) -> list[Clause]:
        start, denies = self._found[self._place].start, False
        while self._kind() is Kind.NOT:
            denies = not denies
            self._place += 1
        if self._kind() in (None, Kind.AND, Kind.OR, Kind.CLOSE):
            return []
        parts = self._unit(minus, plain=True)
        if not denies or not parts:
            return parts
        self.denied.append((start, self._found[self._place - 1].end))
        return [Not(_one(And, parts) or parts[0])]

    def _unit(self, minus: list[Clause], plain: bool) -> list[Clause]:
        """What is in brackets, or all words up to the next operator."""
        if self._kind() is Kind.OPEN:
            self._place += 1
            inside = self.either()
            self._place += 1
            return [inside] if inside is not None else []
        words: list[Token] = []
        while self._kind() in (Kind.WORD, Kind.MINUS):
            token = self._found[self._place]
            self._place += 1
            if token.kind is Kind.WORD:
                words.append(token)
            else:
                minus.append(Not(_joined([token])))
                self.denied.append((token.start, token.end))
        return self._sentence(words, plain)

    def _sentence(self, words: list[Token], plain: bool) -> list[Clause]:
        if plain:
            return [_joined(words)] if words else []
        kept, denied, spans = split_denied(words)
        self.denied += spans
        sentence = _joined(kept).text.rstrip(" ,;") if denied else _joined(kept).text
        return [*([Text(sentence)] if sentence else []), *(Not(_tidy(thing)) for thing in denied)]

    def _kind(self) -> Kind | None:
        return self._found[self._place].kind if self._place < len(self._found) else None


def _joined(words: Sequence[Token]) -> Text:
    return Text(" ".join(token.text for token in words)[:LONGEST_TEXT].rstrip())


def _tidy(words: Sequence[Token]) -> Text:
    return Text(_joined(words).text.rstrip(",;:.!?"))


def _one(kind: type[And] | type[Or], parts: list[Clause]) -> Clause | None:
    """One part needs nothing around it; parts of the same kind are parts of it."""
    flat = [inner for part in parts for inner in (part.clauses if isinstance(part, kind) else (part,))]
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))
