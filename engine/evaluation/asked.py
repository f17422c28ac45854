"""Sentences that a calibration is fitted to and judged by, and which photos each of them describes.

What a match is: a photo shows a concept beyond doubt where at least two of its captions name it, and matches a sentence
of concepts where it shows them all; for whoever asks for it one caption is enough, for captions leave out much of what
is plain to see. A caption's own photo matches it, and so does one whose captions name at least two thirds of
what the caption names; how well that agrees with people is in docs/scores.md.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.calibration_features import View
from engine.captions.pairs import CaptionedPhotos
from engine.evaluation.concepts import AGREED, ENOUGH, PERSON, SCENES, SMALL, Concept, Named

MOST = 2 / 3
RARE = 5  # photos that show a word, below which it says little


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind`: scene, small, word, people, pair or caption. matches bool[n]: photos that the sentence describes. named
    bool[n]: those whose captions name what it is about at all: without them nothing matches for certain. `about`: what
    that is, the same for several phrasings. enough bool[n]: photos that content whoever asks, where that is less."""

    text: str
    kind: str
    about: str
    matches: np.ndarray
    named: np.ndarray
    enough: np.ndarray | None = None

    @property
    def right(self) -> np.ndarray:
        """bool[n]: what probabilities are of."""
        return self.matches if self.enough is None else self.enough


@dataclass(frozen=True, slots=True)
class Searched:
    """One sentence in one pool. Its head in the order of the cosines: photos int64[k] (rows of all), cosines and scores
    float32[k], matches bool[k]; and of every photo of the pool cosines float32[n] and matches bool[n], of which there
    are `total`. `whole`: whether every photo was searched, or only those that do not name what the sentence is about.
    `share`: what the search weighs, less than 1 where only a part of the photos was searched. The scores of a model
    without a head are its cosines. `pool`: rows int64[n] of the photos searched, all of them where it is None."""

    asked: Asked
    whole: bool
    view: View
    photos: np.ndarray
    cosines: np.ndarray
    scores: np.ndarray
    matches: np.ndarray
    all_cosines: np.ndarray
    all_matches: np.ndarray
    share: float = 1.0
    pool: np.ndarray | None = None

    @property
    def total(self) -> int:
        return int(self.all_matches.sum())

    @property
    def right(self) -> np.ndarray:
        """bool[k]: of the head, see `Asked.right`."""
        return self.matches if self.asked.enough is None else self.asked.enough[self.photos]

    @property
    def all_right(self) -> np.ndarray:
        """bool[n]: of every photo of the pool."""
        if self.asked.enough is None:
            return self.all_matches
        return self.asked.enough if self.pool is None else self.asked.enough[self.pool]


def scenes(named: Named, *, of: Sequence[Concept] = SCENES, kind: str = "scene") -> list[Asked]:
    """Each concept in all its phrasings."""
    asked = []
    people = named.by([PERSON])
    for concept in of:
        count = named.by(concept.words)
        about = concept.phrases[0]
        asked += [Asked(text, kind, about, count >= AGREED, count > 0, count >= ENOUGH) for text in concept.phrases]
        both = np.minimum(count, people)
        asked.append(Asked(concept.with_people, kind, about, both >= AGREED, count > 0, both >= ENOUGH))
    return asked


def small_things(named: Named) -> list[Asked]:
    return scenes(named, of=SMALL, kind="small")


def words(named: Named, number: int, *, seed: int) -> list[Asked]:
    """Words drawn from the captions, alone, in a phrase and with people, and pairs of words that are shown together or
    never."""
    drawn = random.Random(seed)
    known = named.frequent(RARE)
    chosen = drawn.sample(known, min(number, len(known)))
    people = named.by([PERSON])
    asked = []
    for place, word in enumerate(chosen):
        count, spelled = named.by([word]), named.spelling(word)
        shown = (word, count >= AGREED, count > 0, named.of(word) >= ENOUGH)
        asked.append(Asked(spelled, "word", *shown))
        if place % 3 == 0:
            asked.append(Asked(f"a photo of {spelled}", "word", *shown))
        if place % 3 == 1:
            text = drawn.choice(("people and {}", "a man with {}", "a child and {}")).format(spelled)
            both = np.minimum(count, people)
            asked.append(Asked(text, "people", word, both >= AGREED, count > 0, both >= ENOUGH))
    return asked + _two_words(named, chosen, number // 2, drawn)


def _two_words(named: Named, known: Sequence[str], number: int, drawn: random.Random) -> list[Asked]:
    counts = {word: named.by([word]) for word in known}
    asked: list[Asked] = []
    together, apart = 2 * number // 3, number - 2 * number // 3
    for _ in range(50 * number):
        one, other = drawn.sample(list(known), 2)
        count = np.minimum(counts[one], counts[other])
        both = count >= AGREED
        if both.sum() >= 2 and together:
            together -= 1
        elif not both.any() and apart:
            apart -= 1
        else:
            continue
        text = drawn.choice(("{} and {}", "{} with {}", "{} {}")).format(named.spelling(one), named.spelling(other))
        asked.append(Asked(text, "pair", one, both, counts[one] > 0, count >= ENOUGH))
    return asked


def captions(pairs: CaptionedPhotos, named: Named) -> list[Asked]:
    """Every caption, in order."""
    asked = []
    for text, owner in zip(pairs.sentences(), pairs.rows(), strict=True):
        own = np.zeros(named.photos, bool)
        own[owner] = True
        asked.append(Asked(text, "caption", str(owner), own | (named.covered(text) >= MOST), own))
    return asked
