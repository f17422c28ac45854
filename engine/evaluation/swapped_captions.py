"""Captions made false by exchanging two of their words: the same words, bound differently.

Two kinds, by rules whose results were read over by eye: the colours of two things ("girl in red, boy in blue"), and who
does what to what ("a dog catches a ball"). A caption that a swap may leave true is left alone: "a black dog and a brown
dog" says the same either way round.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.captions.pairs import CaptionedPhotos


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COLOURS = _words("black white red blue green yellow brown orange pink purple gray grey tan")
# Both of a pair are one or several, so that verbs still agree.
ONE = _words(
    """man woman boy girl child baby dog puppy cat horse bird bike bicycle motorcycle car truck boat ball frisbee stick
    bench table chair tree fence wall building bridge ladder rope surfboard skateboard snowboard sled tent umbrella
    guitar camera hat helmet shirt jacket bucket bottle net wave pool lake river ocean hill cliff field street sidewalk
    beach"""
)
MANY = _words("men women boys girls children dogs horses birds bikes cars boats balls trees")
# Said of one thing about another, and not the other way round.
RELATIONS = _words(
    """in on over onto into through under above behind below inside holding holds carrying carries riding rides chasing
    chases catching catches throwing throws kicking kicks climbing climbs pulling pulls pushing pushes biting bites
    wearing wears"""
)
EITHER_WAY = _words("and or with by near beside next at around while as who that which , . ;")
NO_THING = _words("a an the and or in on of with at to is are his her its their one ones")
FEW_WORDS = 5  # between two nouns: beyond that they may have nothing to do with each other
_PART = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")


@dataclass(frozen=True, slots=True)
class Swap:
    """photo: its row in the captioned photos; kind: "colours" or "roles"; right and wrong are spaced alike."""

    photo: int
    kind: str
    right: str
    wrong: str


def swapped(pairs: CaptionedPhotos) -> list[Swap]:
    """Every caption that can be made false so, once for each kind, in order."""
    return [
        Swap(photo, kind, " ".join(_PART.findall(caption)), wrong)
        for photo, captions in enumerate(pairs.captions)
        for caption in captions
        for kind, wrong in _swaps(caption)
    ]


def _swaps(caption: str) -> Iterator[tuple[str, str]]:
    parts = _PART.findall(caption)
    words = [part.lower() for part in parts]
    for kind, places in (("colours", _coloured(words)), ("roles", _roles(words))):
        if places is not None:
            yield kind, _exchanged(parts, *places)


def _coloured(words: Sequence[str]) -> tuple[int, int] | None:
    """Where two different things have two different colours, and nothing has a third."""
    places = [place for place, word in enumerate(words) if word in COLOURS]
    if len(places) != 2 or words[places[0]] == words[places[1]] or places[1] - places[0] <= len(("black", "and")):
        return None
    things = [_thing(words, place) for place in places]
    apart = {thing.removesuffix("s") for thing in things if thing is not None}
    return (places[0], places[1]) if len(apart) == 2 else None


def _thing(words: Sequence[str], place: int) -> str | None:
    """What the colour at this place is said of: what follows it or, of one "in red", what stands before."""
    following = words[place + 1] if place + 1 < len(words) else "."
    if following.isalpha() and following not in NO_THING | COLOURS:
        return following
    dressed = place > 1 and words[place - 1] == "in" and (not following.isalpha() or following in ("and", "is", "are"))
    return words[place - 2] if dressed and words[place - 2] in ONE | MANY else None


def _roles(words: Sequence[str]) -> tuple[int, int] | None:
    """The first two nouns that stand in a relation to each other."""
    nouns = [place for place, word in enumerate(words) if word in ONE | MANY]
    for first, second in itertools.pairwise(nouns):
        between = set(words[first + 1 : second])
        alike = (words[first] in ONE) == (words[second] in ONE) and words[first] != words[second]
        if alike and second - first <= FEW_WORDS and between & RELATIONS and not between & EITHER_WAY:
            return first, second
    return None


def _exchanged(parts: Sequence[str], one: int, other: int) -> str:
    """The caption with these two parts exchanged, and with the articles that they then need."""
    changed = list(parts)
    changed[one], changed[other] = parts[other].lower(), parts[one].lower()
    for place in (one, other):
        article = changed[place - 1] if place else ""
        if article.lower() in ("a", "an"):
            changed[place - 1] = article[0] + ("n" if changed[place][0] in "aeiou" else "")
    return " ".join(changed)
