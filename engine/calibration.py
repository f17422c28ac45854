"""From a score to the probability that the photo matches, for one model and one head.

Logistic regression over a few features of a hit and of the search it came from (Platt, "Probabilistic outputs for
support vector machines", 1999, with more than one input). What is fitted where: docs/scores.md.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from engine.calibration_features import Ground, Lexicon, View, features_of
from engine.errors import ModelAltered

FORMAT = 2
FILE = "calibration.json"
OF_SCORES = ("score", "ground")  # features in the units of a score
OF_DIFFERENCES = ("over", "over_best", "over_top", "over_least", "lead", "scatter", "ahead")  # and of what lies between
TIMES = {  # a score times another feature
    "score_least": "least",
    "score_length": "length",
    "score_every_least": "every_least",
    "score_every_length": "every_length",
}
LARGEST_ODDS = 30.0
SURE = 0.75  # a hit that is so likely is shown, whatever is thought of the search
SHORT = 6  # words, known or not, up to which a sentence is one that people type rather than write
LONG = 4  # known words, from which on what the nearest score tells nothing of whether anything matches
NEARLY = 0.7  # of the best probability: from here on a row is as good as the best
SAMPLE = 2_000  # contents whose cosines tell what is usual for a sentence in this library
NO_GROUND = Ground(0.0)
NORMAL_80 = 1.2816  # standard deviations on either side of the middle 80 % of a normal distribution


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability's log odds: `bias` plus the features (see `features_of`), each times its weight. `ground`: what
    contents score where nothing matches. `presence`: a curve for whether anything at all matches, of which the log odds
    are the feature "present"; below `least` it is said that nothing does. `short`: bias and weights for sentences of
    up to SHORT words, of which the same score says another thing."""

    bias: float
    weights: dict[str, float]
    ground: Ground = NO_GROUND
    presence: Curve | None = None
    least: float = 0.5
    short: Curve | None = None

    def __call__(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """float[n] each -> float32[n], between 0 and 1."""
        if self.presence is not None:
            features = features | {"present": self.presence.odds(features)}
        return (1 / (1 + np.exp(-self.odds(features)))).astype(np.float32)

    def odds(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """Log odds float[n], of one search."""
        if self.short is not None and (features["typed"] <= SHORT).all():
            return self.short.odds(features)
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
        short = self.short.stretched(bias, slope) if self.short is not None else None
        return replace(self, bias=bias + slope * self.bias, weights=weights, short=short)

    def rescaled(self, offset: float, slope: float) -> Curve:
        """For scores of which `offset` plus `slope` times them are those that this curve was fitted to."""
        own = (*OF_SCORES, *OF_DIFFERENCES, *TIMES)
        weights = {name: weight * (slope if name in own else 1) for name, weight in self.weights.items()}
        for product, other in TIMES.items():
            if product in weights:
                weights[other] = weights.get(other, 0.0) + self.weights[product] * offset
        moved = sum(weight for name, weight in self.weights.items() if name in OF_SCORES) * offset
        return replace(
            self,
            bias=self.bias + moved,
            weights=weights,
            ground=self.ground.rescaled(offset, slope),
            presence=self.presence.rescaled(offset, slope) if self.presence is not None else None,
            short=self.short.rescaled(offset, slope) if self.short is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """How many contents match, and the ends of a range that holds in 80 of 100 searches."""

    count: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one model and one head (empty without one). `retrieved` reads cosines, `reranked` the scores of the head. A
    row of `threshold` or more is a match, where anything is. `spread`: relative error of a count beyond chance.
    `facts`: where it comes from, for people."""

    model_id: str
    head: str
    lexicon: Lexicon
    retrieved: Curve
    reranked: Curve | None
    threshold: float
    spread: float = 0.5
    facts: dict[str, Any] = field(default_factory=dict)

    def of_cosines(self, view: View, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of any contents of the library."""
        return self.retrieved(self._of_cosines(view, cosines))

    def beyond_doubt(self, view: View, cosines: np.ndarray) -> np.ndarray:
        """The same of what people would name unasked, as a tag is; for whoever asks for it less is enough."""
        return self.strict.of_cosines(view, cosines)

    def of_scores(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of the contents that were looked at closely, all of one search together; the higher
        the score, the higher they are."""
        return rising(scores, self._head(self._of_scores(view, scores, cosines)))

    def matches(self, view: View, likely: np.ndarray, scores: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Which contents with these probabilities float32[n] are said to match, bool[n]; `scores` and `cosines`: see
        `anything`. Where something matches, the likeliest do, however little is said of each. A search with a hit as
        likely as SURE never ends with nothing."""
        best = float(likely.max(initial=0.0))
        if best < SURE and not self.anything(view, scores, cosines):
            return np.zeros(len(likely), bool)
        enough: np.ndarray = likely >= self.begins(best)
        return enough

    def begins(self, best: float) -> float:
        """From which probability on rows match in a search of which the likeliest has the `best`."""
        return min(self.threshold, max(NEARLY * best, self.threshold / 2))

    def anything(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> bool:
        """Whether anything in the library matches at all: float32[n] of the contents that were looked at closely; of
        none, the cosines decide. Of a long sentence it cannot be told: always."""
        if self.lexicon.known(view.sentence) >= LONG:
            return True
        if len(scores) and self.reranked is not None:
            return self.reranked.anything(self._of_scores(view, scores, cosines)) >= self.reranked.least
        if not len(view.nearest):
            return False
        return self.retrieved.anything(self._of_cosines(view, view.nearest)) >= self.retrieved.least

    @property
    def strict(self) -> Calibration:
        """Short sentences judged as long ones, by what people would name unasked."""
        reranked = replace(self.reranked, short=None) if self.reranked is not None else None
        return replace(self, retrieved=replace(self.retrieved, short=None), reranked=reranked)

    @property
    def _head(self) -> Curve:
        if self.reranked is None:
            raise AssertionError("this calibration is for a model without a head")
        return self.reranked

    def _of_cosines(self, view: View, cosines: np.ndarray) -> dict[str, np.ndarray]:
        return features_of(self.lexicon, view, cosines, cosines, first=view.nearest, ground=self.retrieved.ground)

    def _of_scores(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> dict[str, np.ndarray]:
        first = scores[np.argsort(-cosines, kind="stable")]
        return features_of(self.lexicon, view, scores, cosines, first=first, ground=self._head.ground)

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


def rising(scores: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Probabilities float32[n] of which none is lower than that of a lower score, float32[n]."""
    order = np.argsort(scores, kind="stable")
    raised = np.empty_like(likely)
    raised[order] = np.maximum.accumulate(likely[order])
    return raised


def expected(count: float, variance: float, *, spread: float) -> Expected:
    """Chance and the calibration's own error, which is relative, add up to the range of a log-normal distribution."""
    if count <= 0:
        return Expected(0.0, 0.0, 0.0)
    width = float(np.sqrt(np.log1p((variance + (spread * count) ** 2) / count**2)))
    middle = count * np.exp(-(width**2) / 2)
    return Expected(count, middle * np.exp(-NORMAL_80 * width), middle * np.exp(NORMAL_80 * width))


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
        words, doing = (
            {word: (float(seen), float(odds)) for word, (seen, odds) in some.items()}
            for some in (lexicon["words"], lexicon.get("doing", {}))
        )
        mean, spread = lexicon["usual"]
        return Calibration(
            **facts,
            lexicon=Lexicon(words, (mean, spread), doing),
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
    presence, ground, short = facts.pop("presence"), facts.pop("ground"), facts.pop("short", None)
    return Curve(
        **facts,
        ground=Ground(**(ground | {"weights": tuple(map(float, ground["weights"]))})),
        presence=_curve(presence) if presence is not None else None,
        short=_curve(short) if short is not None else None,
    )


def write(path: bytes, calibration: Calibration) -> None:
    """Replaces the file as a whole."""
    part = path + b".part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(calibration.as_text())
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
