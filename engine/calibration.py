"""From a score to the probability that the photo matches, for one model and one head.

Logistic regression over a few features of a hit and of the search it came from (Platt, "Probabilistic outputs for
support vector machines", 1999, with more than one input). What is fitted where: docs/scores.md.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from engine.errors import ModelAltered

FORMAT = 1
FILE = "calibration.json"
SAMPLE = 2_000  # contents whose cosines tell what is usual for a sentence in this library
NORMAL_80 = 1.2816  # standard deviations on either side of the middle 80 % of a normal distribution


@dataclass(frozen=True, slots=True)
class View:
    """What a search met: `words` of the sentence, `unknown` of them, `size` contents searched, and the cosines
    float32[m] of some of them, chosen without regard to the sentence."""

    words: int
    unknown: int
    size: int
    cosines: np.ndarray


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability's log odds: `bias` plus the features (see `features_of`), each times its weight."""

    bias: float
    weights: dict[str, float]

    def __call__(self, features: dict[str, np.ndarray]) -> np.ndarray:
        """float[n] each -> float32[n], between 0 and 1."""
        odds = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Expected:
    """How many contents match, and the ends of a range that holds in 80 of 100 searches."""

    count: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one model and one head (empty without one). `retrieved` reads cosines, `reranked` the scores of the head. A
    row of `threshold` or more is a match. `unknown` is what remains of a probability for each word that the model does
    not know. `spread`: relative error of a count beyond chance. `facts`: where it comes from, for people."""

    model_id: str
    head: str
    retrieved: Curve
    reranked: Curve | None
    threshold: float
    unknown: float = 0.1
    spread: float = 0.5
    facts: dict[str, Any] = field(default_factory=dict)

    def of_cosines(self, view: View, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of retrieved contents."""
        return self.retrieved(features_of(view, cosines, cosines)) * np.float32(self.unknown**view.unknown)

    def of_scores(self, view: View, scores: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Probabilities float32[n] of the contents that were looked at closely, all of one search together."""
        if self.reranked is None:
            raise AssertionError("this calibration is for a model without a head")
        return self.reranked(features_of(view, scores, cosines)) * np.float32(self.unknown**view.unknown)

    def expected(self, probabilities: np.ndarray, *, view: View | None = None, floor: float = -1.0) -> Expected:
        """Of the contents with these probabilities float32[n] and, with a view, of those whose cosine is below the
        `floor`, which is the lowest that was retrieved. Chance (Poisson's binomial) and the calibration's own error
        add up; the range is that of a log-normal distribution."""
        count, variance = float(probabilities.sum()), float((probabilities * (1 - probabilities)).sum())
        if view is not None and view.size > len(probabilities) and len(view.cosines):
            rest = self.of_cosines(view, view.cosines[view.cosines < floor])
            share = view.size / len(view.cosines)
            count, variance = count + share * float(rest.sum()), variance + share * float(rest.sum())
        variance += (self.spread * count) ** 2
        if count <= 0:
            return Expected(0.0, 0.0, 0.0)
        width = float(np.sqrt(np.log1p(variance / count**2)))
        middle = count * np.exp(-(width**2) / 2)
        return Expected(count, middle * np.exp(-NORMAL_80 * width), middle * np.exp(NORMAL_80 * width))

    def as_text(self) -> str:
        """JSON, as `read` takes it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def features_of(view: View, scores: np.ndarray, cosines: np.ndarray) -> dict[str, np.ndarray]:
    """Every feature that a curve may weigh, float[n] each."""
    usual, spread = _usual(view)
    every = np.ones(len(scores), np.float64)
    return {
        "score": scores.astype(np.float64),
        "cosine": cosines.astype(np.float64),
        "beyond": (cosines - usual) / spread,
        "usual": every * usual,
        "spread": every * spread,
        "words": every * np.log(max(view.words, 1)),
        "size": every * np.log(max(view.size, 1)),
    }


def _usual(view: View) -> tuple[float, float]:
    """Mean and standard deviation of what cosines are here; of few contents they say little."""
    if len(view.cosines) < 2:
        return 0.0, 1.0
    return float(view.cosines.mean()), max(float(view.cosines.std()), 1e-3)


def own_file(head: str) -> bytes:
    """What a calibration made on this computer is called, in the folder of what its model has learned."""
    return f"calibration-{head or 'cosine'}.json".encode()


def read(path: bytes, *, model_id: str, head: str) -> Calibration | None:
    """None where there is none, where it is of another version, or for another model or head.

    Raises ModelAltered for a file that cannot be understood.
    """
    try:
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        if (facts.pop("format"), facts["model_id"], facts["head"]) != (FORMAT, model_id, head):
            return None
        retrieved, reranked = facts.pop("retrieved"), facts.pop("reranked")
        head_curve = Curve(**reranked) if reranked is not None else None
        return Calibration(**facts, retrieved=Curve(**retrieved), reranked=head_curve)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelAltered(
            "the calibration cannot be read", path=path, remedy="delete it and calibrate anew"
        ) from error


def write(path: bytes, calibration: Calibration) -> None:
    """Replaces the file as a whole."""
    part = path + b".part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(calibration.as_text())
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
