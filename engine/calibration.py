"""From a score to the probability that the photo matches, for one model and one head.

Logistic regression over a few features of a hit and of the search it came from (Platt, "Probabilistic outputs for
support vector machines", 1999, with more than one input). What is fitted where: docs/scores.md.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from engine.errors import ModelAltered

FORMAT = 1
FILE = "calibration.json"
OF_SCORES = ("score", "best", "middle", "top")  # features in the units of a score
OF_DIFFERENCES = ("lead", "scatter", "ahead")  # and of what lies between scores
LARGEST_ODDS = 30.0
SURE = 0.5
FIRST, BEST = 20, 5  # of the nearest contents: those that compete, and the best of them
KNOWN_BEFORE = 30  # contents that weigh as much as what was known of cosines before
UNREAD = (1.0, -5.0)  # what is supposed of a sentence without a single word of the lexicon
SAMPLE = 2_000  # contents whose cosines tell what is usual for a sentence in this library
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_IRREGULAR = {"men": "man", "women": "woman", "children": "child", "people": "person", "feet": "foot", "leaves": "leaf"}
NORMAL_80 = 1.2816  # standard deviations on either side of the middle 80 % of a normal distribution


@dataclass(frozen=True, slots=True)
class View:
    """What a search met: its `sentence` with `unknown` words among it, `size` contents searched, the cosines float32[m]
    of some of them, chosen without regard to the sentence, and those of the `nearest`, float32[n], best first."""

    sentence: str
    unknown: int
    size: int
    cosines: np.ndarray
    nearest: np.ndarray


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of a model's words and cosines before a search. `words`: for each, how far photos that show it
    stand out from the others, in standard deviations of their cosines, and the log odds that a photo shows it. `usual`:
    mean and standard deviation of cosines."""

    words: dict[str, tuple[float, float]]
    usual: tuple[float, float]

    def read(self, sentence: str) -> np.ndarray:
        """float[n, 2] of the words of a sentence that are known; of an average rare word where none is."""
        found = [self.words[word] for word in plain_words(sentence) if word in self.words]
        return np.array(found or [UNREAD], np.float64)


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability's log odds: `bias` plus the features (see `features_of`), each times its weight. `middle`: what
    the first contents of a search score on the whole. `presence`: a curve for whether anything at all matches, of which
    the log odds are the feature "present"; below `least` it is said that nothing does."""

    bias: float
    weights: dict[str, float]
    middle: float = 0.0
    presence: Curve | None = None
    least: float = 0.5

    def __call__(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """float[n] each -> float32[n], between 0 and 1."""
        if self.presence is not None:
            features = features | {"present": self.presence.odds(features)}
        return (1 / (1 + np.exp(-self.odds(features)))).astype(np.float32)

    def odds(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """Log odds float[n]."""
        odds = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        clipped: np.ndarray = np.clip(odds, -LARGEST_ODDS, LARGEST_ODDS)
        return clipped

    def anything(self, features: dict[str, np.ndarray]) -> float:
        """The probability that anything at all matches; 1 where that is not known."""
        if self.presence is None:
            return 1.0
        return float(1 / (1 + np.exp(-self.presence.odds(features)[0])))

    def stretched(self, bias: float, slope: float) -> Curve:
        """With log odds of `bias` plus `slope` times what they were."""
        weights = {name: slope * weight for name, weight in self.weights.items()}
        return replace(self, bias=bias + slope * self.bias, weights=weights)

    def rescaled(self, offset: float, slope: float) -> Curve:
        """For scores of which `offset` plus `slope` times them are those that this curve was fitted to."""
        own = (*OF_SCORES, *OF_DIFFERENCES)
        weights = {name: weight * (slope if name in own else 1) for name, weight in self.weights.items()}
        moved = sum(weight for name, weight in self.weights.items() if name in OF_SCORES) * offset
        presence = self.presence.rescaled(offset, slope) if self.presence is not None else None
        middle = (self.middle - offset) / slope
        return replace(self, bias=self.bias + moved, weights=weights, middle=middle, presence=presence)


@dataclass(frozen=True, slots=True)
class Expected:
    """How many contents match, and the ends of a range that holds in 80 of 100 searches."""

    count: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one model and one head (empty without one). `retrieved` reads cosines, `reranked` the scores of the head. A
    row of `threshold` or more is a match, where anything is. `unknown` is what remains of a probability for each word
    that the model does not know. `spread`: relative error of a count beyond chance. `facts`: where it comes from, for
    people."""

    model_id: str
    head: str
    lexicon: Lexicon
    retrieved: Curve
    reranked: Curve | None
    threshold: float
    unknown: float = 0.1
    spread: float = 0.5
    facts: dict[str, Any] = field(default_factory=dict)

    def of_cosines(self, view: View, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of any contents of the library."""
        return self._said(self.retrieved, view, self._of_cosines(view, cosines))

    def of_scores(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of the contents that were looked at closely, all of one search together."""
        return self._said(self._head, view, self._of_scores(view, scores, cosines))

    def matches(self, view: View, likely: np.ndarray, scores: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Which contents with these probabilities float32[n] are said to match, bool[n]; `scores` and `cosines`: see
        `anything`. A search with a hit that is more likely than not never ends with nothing."""
        enough: np.ndarray = likely >= self.threshold
        sure = len(likely) > 0 and float(likely.max()) >= SURE
        return enough if sure or self.anything(view, scores, cosines) else enough & False

    def anything(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> bool:
        """Whether anything in the library matches at all: float32[n] of the contents that were looked at closely; of
        none, the cosines decide."""
        if len(scores) and self.reranked is not None:
            return self.reranked.anything(self._of_scores(view, scores, cosines)) >= self.reranked.least
        if not len(view.nearest):
            return False
        return self.retrieved.anything(self._of_cosines(view, view.nearest)) >= self.retrieved.least

    @property
    def _head(self) -> Curve:
        if self.reranked is None:
            raise AssertionError("this calibration is for a model without a head")
        return self.reranked

    def _of_cosines(self, view: View, cosines: np.ndarray) -> dict[str, np.ndarray]:
        return features_of(self.lexicon, view, cosines, cosines, first=filled(view.nearest, self.retrieved))

    def _of_scores(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> dict[str, np.ndarray]:
        first = filled(scores[np.argsort(-cosines, kind="stable")], self._head)
        return features_of(self.lexicon, view, scores, cosines, first=first)

    def _said(self, curve: Curve, view: View, features: dict[str, np.ndarray]) -> np.ndarray:
        return (curve(features) * self.unknown**view.unknown).astype(np.float32)

    def expected(
        self, probabilities: np.ndarray, *, view: View | None = None, floor: float = -1.0, rest: float = 0.0
    ) -> Expected:
        """Of the contents with these probabilities float32[n] and, with a view, of those whose cosine is below the
        `floor`, which is the lowest that was retrieved; `rest`: matches that are known of otherwise."""
        count, variance = self.amount(probabilities, view=view, floor=floor)
        return expected(count + rest, variance + rest, spread=self.spread)

    def amount(
        self, probabilities: np.ndarray, *, view: View | None = None, floor: float = -1.0
    ) -> tuple[float, float]:
        """Mean and variance of how many match, as far as that is chance (Poisson's binomial distribution)."""
        count, variance = float(probabilities.sum()), float((probabilities * (1 - probabilities)).sum())
        if view is not None and view.size > len(probabilities) and len(view.cosines):
            below = view.cosines[view.cosines < floor]
            rest = float(self.of_cosines(view, below).sum()) * view.size / len(view.cosines)
            count, variance = count + rest, variance + rest
        return count, variance

    def as_text(self) -> str:
        """JSON, as `read` takes it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)


def expected(count: float, variance: float, *, spread: float) -> Expected:
    """Chance and the calibration's own error, which is relative, add up to the range of a log-normal distribution."""
    if count <= 0:
        return Expected(0.0, 0.0, 0.0)
    width = float(np.sqrt(np.log1p((variance + (spread * count) ** 2) / count**2)))
    middle = count * np.exp(-(width**2) / 2)
    return Expected(count, middle * np.exp(-NORMAL_80 * width), middle * np.exp(NORMAL_80 * width))


def filled(scores: np.ndarray, curve: Curve) -> np.ndarray:
    """float[FIRST]: what the nearest contents score, float32[n], best cosine first; a library of few photos has few
    that could compete."""
    first = np.full(FIRST, curve.middle)
    first[: len(scores)] = scores[:FIRST]
    return first


def features_of(
    lexicon: Lexicon, view: View, scores: np.ndarray, cosines: np.ndarray, *, first: np.ndarray
) -> dict[str, np.ndarray]:
    """Every feature that a curve may weigh, float[n] each; `first`: see `filled`.

    score; beyond: the cosine in standard deviations above what is usual here; seen, least: how well the model sees the
    sentence's words, on average and at worst; clear: beyond times least; rarity: log odds of all the words together;
    words: how many; best, middle, top, scatter: what the nearest contents score: the best of them, the one in the
    middle, the very best, and how far they lie apart; lead: best above middle, times least; far, near: how far beyond
    the usual the nearest is, and the nearest few; reach: far times least; first: 1 for the very best; ahead: that above
    middle, times least.
    """
    usual, spread = _usual(view, lexicon.usual)
    every, beyond = np.ones(len(scores), np.float64), (cosines.astype(np.float64) - usual) / spread
    read = lexicon.read(view.sentence)
    top = max(first.max(), scores.max(initial=-np.inf))
    least, best, middle = read[:, 0].min(), np.sort(first)[-BEST:].mean(), np.median(first)
    nearest = (view.nearest[:BEST].astype(np.float64) - usual) / spread if len(view.nearest) else np.zeros(1)
    return {
        "score": scores.astype(np.float64),
        "beyond": beyond,
        "seen": every * read[:, 0].mean(),
        "least": every * least,
        "clear": beyond * least,
        "rarity": every * read[:, 1].sum(),
        "words": every * len(read),
        "best": every * best,
        "middle": every * middle,
        "top": every * top,
        "first": (scores >= top).astype(np.float64),
        "ahead": every * (top - middle) * least,
        "scatter": every * first.std(),
        "lead": every * (best - middle) * least,
        "far": every * nearest[0],
        "near": every * nearest.mean(),
        "reach": every * nearest[0] * least,
    }


def _usual(view: View, before: tuple[float, float]) -> tuple[float, float]:
    """Mean and standard deviation of what cosines are here; of few contents they say little beyond what was known."""
    count = len(view.cosines)
    share = count / (count + KNOWN_BEFORE)
    mean = view.cosines.mean() if count else 0.0
    spread = view.cosines.std() if count else 0.0
    return share * float(mean) + (1 - share) * before[0], share * float(spread) + (1 - share) * before[1]


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


def own_file(head: str) -> bytes:
    """What a calibration made on this computer is called, in the folder of what its model has learned."""
    return f"calibration-{head or 'cosine'}.json".encode()


def read(path: bytes, *, model_id: str, head: str | None) -> Calibration | None:
    """None where there is none, where it is of another version, or for another model or head (None: whatever head).

    Raises ModelAltered for a file that cannot be understood.
    """
    try:
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        of = (facts.pop("format"), facts["model_id"], facts["head"] if head is not None else None)
        if of != (FORMAT, model_id, head):
            return None
        retrieved, reranked = facts.pop("retrieved"), facts.pop("reranked")
        lexicon = facts.pop("lexicon")
        words = {word: (float(seen), float(odds)) for word, (seen, odds) in lexicon["words"].items()}
        mean, spread = lexicon["usual"]
        return Calibration(
            **facts,
            lexicon=Lexicon(words, (mean, spread)),
            retrieved=_curve(retrieved),
            reranked=_curve(reranked) if reranked is not None else None,
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelAltered(
            "the calibration cannot be read", path=path, remedy="delete it and calibrate anew"
        ) from error


def _curve(facts: dict[str, Any]) -> Curve:
    presence = facts.pop("presence")
    return Curve(**facts, presence=_curve(presence) if presence is not None else None)


def write(path: bytes, calibration: Calibration) -> None:
    """Replaces the file as a whole."""
    part = path + b".part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(calibration.as_text())
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
