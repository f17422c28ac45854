"""What a calibration looks at: what is known of a sentence, of the cosines of a library, and of what a search met."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

FIRST, BEST = 20, 5  # of the nearest contents: those that compete, and the best of them
KNOWN_BEFORE = 30  # contents that weigh as much as what was known of cosines before
UNREAD = (1.0, -5.0)  # what is supposed of a sentence without a single word of the lexicon
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_IRREGULAR = {"men": "man", "women": "woman", "children": "child", "people": "person", "feet": "foot", "leaves": "leaf"}


@dataclass(frozen=True, slots=True)
class View:
    """What a search met: its `sentence` with `unknown` words among it, `size` contents searched, the cosines float32[m]
    of some of them, chosen without regard to the sentence, and those of the `nearest`, float32[n], best first.
    `embedding`: the sentence's, float32[d], where it is at hand."""

    sentence: str
    unknown: int
    size: int
    cosines: np.ndarray
    nearest: np.ndarray
    embedding: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of a model's words and cosines before a search. `words`: for each, how far photos that show it
    stand out from the others, in standard deviations of their cosines, and the log odds that a photo shows it. `usual`:
    mean and standard deviation of cosines. `doing`: the same of what is only done, beside which something is named."""

    words: dict[str, tuple[float, float]]
    usual: tuple[float, float]
    doing: dict[str, tuple[float, float]] = field(default_factory=dict)

    def read(self, sentence: str) -> np.ndarray:
        """float[n, 2] of the words of a sentence that are known; of an average rare word where none is."""
        return np.array(self._found(sentence) or [UNREAD], np.float64)

    def known(self, sentence: str) -> int:
        """How many of its words are known."""
        return len(self._found(sentence))

    def unread(self, sentence: str, unknown: int) -> float:
        """The share of the words that could be seen of which the model met none: `unknown` of them."""
        return unknown / max(unknown + self.known(sentence), 1)

    def every(self, sentence: str) -> np.ndarray:
        """As `read`, of what is done too."""
        doing = [self.doing[word] for word in plain_words(sentence) if word in self.doing]
        return np.array(self._found(sentence) + doing or [UNREAD], np.float64)

    def _found(self, sentence: str) -> list[tuple[float, float]]:
        return [self.words[word] for word in plain_words(sentence) if word in self.words]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the nearest contents score on the whole where nothing matches, told from the sentence, for some are near to
    everything: `bias` plus the embedding times `weights`, float[d]. More contents come nearer by chance: `growth` for
    each standard deviation that the nearest of so many lie further out than those of `size`."""

    bias: float
    weights: tuple[float, ...] = ()
    growth: float = 0.0
    size: int = 1_000

    def of(self, view: View) -> float:
        """Among as many contents as it was fitted to."""
        known = view.embedding is not None and len(view.embedding) == len(self.weights)
        return self.bias + (float(view.embedding @ np.array(self.weights)) if known else 0.0)

    def among(self, view: View) -> float:
        """Among as many as were searched."""
        return self.of(view) + self.growth * (reach(view.size) - reach(self.size))

    def rescaled(self, offset: float, slope: float) -> Ground:
        """In scores of which `offset` plus `slope` times them are those of this ground."""
        weights = tuple(weight / slope for weight in self.weights)
        return Ground((self.bias - offset) / slope, weights, self.growth / slope, self.size)


def reach(size: int) -> float:
    """How many standard deviations above their mean the middle of the FIRST of so many normal numbers lies."""
    return NormalDist().inv_cdf(1 - FIRST / 2 / max(size, FIRST + 1))


def filled(scores: np.ndarray, ground: float) -> np.ndarray:
    """float[FIRST]: what the nearest contents score, float32[n], best cosine first; a library of few photos has few
    that could compete, and the others are supposed to be at the `ground` of nothing."""
    first = np.full(FIRST, ground)
    first[: len(scores)] = scores[:FIRST]
    return first


def features_of(
    lexicon: Lexicon, view: View, scores: np.ndarray, cosines: np.ndarray, *, first: np.ndarray, ground: Ground
) -> dict[str, np.ndarray]:
    """Every feature that a curve may weigh, float[n] each; `first`: what the nearest contents score, float32[m], best
    cosine first.

    Of each content: score; score_least, score_length: score times least and length; beyond: the cosine in standard
    deviations above what is usual here; clear: beyond times least; first, first_least, first_length: 1 for the very
    best, and that times least and length.

    Of the search: seen, least: how well the model sees the sentence's words, on average and at worst; rarity: log odds
    of all the words together; words: how many; length: the log of one more; unread: the share that it never met;
    ground: what the sentence usually scores; over, over_best, over_top: how far above the ground of as many contents
    those that compete score in the middle, the best of them, and the very best; over_least: over times least; scatter:
    how far they lie apart; lead, ahead: best and top above middle, times least; typed: how many words there are.

    With "every": the same with what is only done among the words; every_rarest: log odds of the rarest of them.
    """
    usual, spread = _usual(view, lexicon.usual)
    first = filled(first, ground.among(view))
    top = max(first.max(), scores.max(initial=-np.inf))
    search = _of_search(lexicon, view, first=first, top=top, ground=ground)
    least, length = search["least"], search["length"]
    every_least, every_length = search["every_least"], search["every_length"]
    score, beyond = scores.astype(np.float64), (cosines.astype(np.float64) - usual) / spread
    ahead = (scores >= top).astype(np.float64)
    return {name: np.full(len(scores), value, np.float64) for name, value in search.items()} | {
        "score": score,
        "score_least": score * least,
        "score_length": score * length,
        "score_every_least": score * every_least,
        "score_every_length": score * every_length,
        "beyond": beyond,
        "clear": beyond * least,
        "clear_every": beyond * every_least,
        "first": ahead,
        "first_least": ahead * least,
        "first_length": ahead * length,
        "first_every_least": ahead * every_least,
        "first_every_length": ahead * every_length,
    }


def _of_search(lexicon: Lexicon, view: View, *, first: np.ndarray, top: float, ground: Ground) -> dict[str, float]:
    """`first` float[FIRST], filled; `top`: the very best score."""
    read, every = lexicon.read(view.sentence), lexicon.every(view.sentence)
    here = ground.among(view)
    least, every_least = float(read[:, 0].min()), float(every[:, 0].min())
    best, middle = float(np.sort(first)[-BEST:].mean()), float(np.median(first))
    return {
        "seen": float(read[:, 0].mean()),
        "least": least,
        "rarity": float(read[:, 1].sum()),
        "every_seen": float(every[:, 0].mean()),
        "every_least": every_least,
        "every_least_square": every_least**2,
        "every_rarity": float(every[:, 1].sum()),
        "every_rarest": float(every[:, 1].min()),
        "every_words": len(every),
        "every_length": float(np.log1p(len(every))),
        "typed": typed(view.sentence),
        "words": len(read),
        "length": float(np.log1p(len(read))),
        "unread": lexicon.unread(view.sentence, view.unknown),
        "ground": ground.of(view),
        "over": middle - here,
        "over_best": best - here,
        "over_top": top - here,
        "over_least": (middle - here) * least,
        "scatter": float(first.std()),
        "lead": (best - middle) * least,
        "ahead": (top - middle) * least,
    }


def _usual(view: View, before: tuple[float, float]) -> tuple[float, float]:
    """Mean and standard deviation of what cosines are here; of few contents they say little beyond what was known."""
    count = len(view.cosines)
    share = count / (count + KNOWN_BEFORE)
    mean = view.cosines.mean() if count else 0.0
    spread = view.cosines.std() if count else 0.0
    return share * float(mean) + (1 - share) * before[0], share * float(spread) + (1 - share) * before[1]


def typed(sentence: str) -> int:
    """How many words there are."""
    return len(_WORD.findall(sentence))


def plain_words(sentence: str) -> list[str]:
    """The words of a sentence as a calibration lists them, each once."""
    return list(dict.fromkeys(singular(word.lower()) for word in _WORD.findall(sentence)))


def singular(word: str) -> str:
    """Of an English noun in lower case; verbs on -s lose it too, which does no harm where both are treated alike."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
