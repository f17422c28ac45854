"""Which tags somebody may mean by the letters typed so far."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST = 8
FEW = 3  # letters: from here on some may be left out
KEPT = 20_000  # names in lower case: all are asked for at every letter


def matches(typed: str, tags: Sequence[str], recent: Sequence[str], *, most: int = MOST) -> list[str]:
    """The best first: whole names, beginnings of a level, beginnings of a word, letters anywhere in order; of equals
    the recent ones, then those with a short name. Without letters the recent tags, then the others by name."""
    known = list(dict.fromkeys([*recent, *tags]))
    if not typed.strip():
        return known[:most]
    wanted = plain(typed)
    ages = {tag: age for age, tag in enumerate(recent)}
    ranked = [(rank, ages.get(tag, len(ages)), len(tag), tag) for tag in known if (rank := _rank(wanted, tag)) >= 0]
    return [tag for *_, tag in sorted(ranked)][:most]


@lru_cache(maxsize=KEPT)
def plain(text: str) -> str:
    """Lower case, accents aside."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(ch for ch in apart if not unicodedata.combining(ch)).split())


def _rank(wanted: str, tag: str) -> int:
    """0 is best, -1 no match."""
    whole = plain(tag)
    levels = [level.strip() for level in whole.split("/")]
    if wanted in (whole, levels[-1]):
        return 0
    if whole.startswith(wanted) or levels[-1].startswith(wanted):
        return 1
    if any(level.startswith(wanted) for level in levels):
        return 2
    words = [word for level in levels for word in level.split()]
    if any(word.startswith(wanted) for word in words):
        return 3
    if wanted in whole:
        return 4
    return 5 if len(wanted) >= FEW and any(_in_order(wanted.replace(" ", ""), level) for level in levels) else -1


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
