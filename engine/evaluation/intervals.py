"""How sure a difference is: paired bootstrap over photos (Efron and Tibshirani 1993), each with all its sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.evaluation.ranking import CUTS

SEED = 20220403
LEVEL = 95.0


def draws(photos: int, resamples: int, *, seed: int = SEED) -> np.ndarray:
    """int64[resamples, photos]: how often each photo was drawn, with replacement."""
    return np.random.default_rng(seed).multinomial(photos, np.full(photos, 1 / photos), resamples)


def differences(
    ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray], owner: np.ndarray, *, drawn: np.ndarray
) -> dict[str, dict[str, dict[str, float]]]:
    """Ranks as `figures.ranks` gives them -> {"ir": {"r1": {"difference", "low", "high"}, ...}, "tr": ...} in points.

    Sentences of one photo are not independent: a photo is drawn with all of them (owner int64[s]). Of two directions
    only those of `ours` are compared.
    """
    photos = drawn.shape[1]
    counts = {"ir": np.bincount(owner, minlength=photos), "tr": np.ones(photos)}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for direction, ranks in ours.items():
        count = counts[direction]
        found[direction] = {}
        for cut in CUTS:
            gain = (ranks <= cut).astype(float) - (theirs[direction] <= cut)
            if direction == "ir":
                gain = np.bincount(owner, gain, photos)
            means = 100 * (drawn @ gain) / (drawn @ count)
            found[direction][f"r{cut}"] = interval(100 * float(gain.sum() / count.sum()), means)
    return found


def interval(difference: float, resampled: np.ndarray, *, digits: int = 2) -> dict[str, float]:
    """The percentile interval around a measured difference. Resamples without a value do not count."""
    low, high = np.nanpercentile(resampled, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    facts = {"difference": difference, "low": low, "high": high}
    return {name: round(float(fact), digits) for name, fact in facts.items()}


def resampled(statistic: Callable[[np.ndarray], list[float]], groups: np.ndarray, *, drawn: np.ndarray) -> np.ndarray:
    """float[resamples, facts]: the statistic of rows drawn by group; groups int64[rows] < drawn.shape[1]."""
    members: list[Any] = [np.flatnonzero(groups == group) for group in range(drawn.shape[1])]
    values = []
    for counts in drawn:
        values.append(statistic(np.concatenate([np.tile(members[g], counts[g]) for g in np.flatnonzero(counts)])))
    return np.array(values)
