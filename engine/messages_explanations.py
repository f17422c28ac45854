"""The part of the contract that is about why a photo matched.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explain:
    """Where the model found each word of a sentence in one photo; ends in Explanation and Reply."""

    request: int
    photo_id: int
    sentence: str


@dataclass(frozen=True, slots=True)
class WordSight:
    """One word and how much each cell of the photo speaks for it: float32[rows, columns], 0 to 1, row by row from the
    upper left; `found` False where nothing in the photo does. start, end: its characters in the sentence."""

    word: str
    start: int
    end: int
    strength: float
    found: bool
    rows: int
    columns: int
    heat: bytes


@dataclass(frozen=True, slots=True)
class Explanation:
    """`missing`: the word that weakens the match most, or empty. `unexplained`: why there are no words."""

    request: int
    photo_id: int
    sentence: str
    words: tuple[WordSight, ...]
    probability: float | None = None
    missing: str = ""
    unexplained: str = ""
