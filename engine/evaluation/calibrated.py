"""How far probabilities, "nothing matches" and counts can be trusted, over searches with known right answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.calibration import Calibration
from engine.evaluation.asked_scores import Searched
from engine.evaluation.calibrating import amount, holds, likely

BINS = 15
MANY = 3  # photos that show a concept, from which on it can be asked whether it is found


def calibration_error(probabilities: np.ndarray, matches: np.ndarray, *, bins: int = BINS) -> float:
    """Mean distance between what is said and what is so, over bins of equally many: float[n], bool[n]."""
    parts = np.array_split(np.argsort(probabilities, kind="stable"), min(bins, max(len(probabilities), 1)))
    apart = [len(part) * abs(probabilities[part].mean() - matches[part].mean()) for part in parts if len(part)]
    return float(sum(apart) / max(len(probabilities), 1))


def brier_skill(probabilities: np.ndarray, matches: np.ndarray) -> float:
    """1 is certainty, 0 is knowing the base rate alone."""
    base = float(matches.mean())
    return float(1 - ((probabilities - matches) ** 2).mean() / max(base * (1 - base), 1e-12))


def reliability(calibration: Calibration, searches: Sequence[Searched], *, rerank: bool = True) -> dict[str, Any]:
    """Over the head of every search and over the first hit of each; `curve`: for each bin of the head what is said,
    what is so, and of how many."""
    heads = [(likely(calibration, each, rerank=rerank), each.matches) for each in searches if each.whole]
    heads = [head for head in heads if len(head[0])]
    every, right = (np.concatenate(part) for part in zip(*heads, strict=True))
    first = np.array([said.max() for said, _ in heads])
    first_right = np.array([bool(so[said.argmax()]) for said, so in heads])
    parts = np.array_split(np.argsort(every, kind="stable"), BINS)
    curve = [[float(every[part].mean()), float(right[part].mean()), len(part)] for part in parts]
    first_parts = np.array_split(np.argsort(first, kind="stable"), BINS)
    return {
        "searches": len(heads),
        "ece": calibration_error(every, right),
        "ece_first": calibration_error(first, first_right),
        "brier_skill": brier_skill(every, right),
        "brier_skill_first": brier_skill(first, first_right),
        "base": float(right.mean()),
        "base_first": float(first_right.mean()),
        "curve": curve,
        "curve_first": [[float(first[at].mean()), float(first_right[at].mean()), len(at)] for at in first_parts],
    }


def by_concept(calibration: Calibration, searches: Sequence[Searched], *, rerank: bool = True) -> dict[str, Any]:
    """In percent. `nothing`: searches that end with nothing where no photo's captions name what is asked for; `found`:
    searches that return a photo that shows it where there are some. `concepts`: the same for each. `curve`: for each
    threshold, nothing and found."""
    rows = []
    for search in searches:
        if search.whole and search.total < MANY:
            continue
        said = likely(calibration, search, rerank=rerank)
        right = said[search.matches] if search.whole else said
        rows.append((search.asked.about, search.whole, float(right.max()) if len(right) else 0.0))
    whole = np.array([whole for _, whole, _ in rows], bool)
    best = np.array([best for *_, best in rows])
    about = np.array([about for about, *_ in rows])
    at = calibration.threshold

    def both(threshold: float, of: np.ndarray) -> tuple[float, float]:
        nothing, found = best[of & ~whole] < threshold, best[of & whole] >= threshold
        return _percent(nothing), _percent(found)

    every = np.ones(len(rows), bool)
    thresholds = [round(float(each), 2) for each in np.linspace(0.05, 0.7, 14)]
    nothing, found = both(at, every)
    return {
        "threshold": at,
        "nothing": nothing,
        "found": found,
        "searches_without": int((~whole).sum()),
        "searches_with": int(whole.sum()),
        "concepts": {str(one): both(at, about == one) for one in dict.fromkeys(about)},
        "curve": [[each, *both(each, every)] for each in thresholds],
    }


def left_out(calibration: Calibration, searches: Sequence[Searched]) -> dict[str, Any]:
    """Captions whose own photo is there, and left out, in percent: for each threshold how many of those left out end
    with nothing, and how many find their own photo first and above it. `ceiling`: how many have it first at all."""
    whole = [(likely(calibration, each), each) for each in searches if each.whole and len(each.scores)]
    first = np.array([said.max() for said, _ in whole])
    # The own photo of a caption is the only one that names it: see Asked.named.
    own = np.array([bool(_own(each)[said.argmax()]) for said, each in whole])
    without = np.array([likely(calibration, each).max() for each in searches if not each.whole and len(each.scores)])
    thresholds = [round(float(each), 2) for each in np.linspace(0.05, 0.95, 19)]
    return {
        "ceiling": _percent(own),
        "curve": [[each, _percent(without < each), _percent(own & (first >= each))] for each in thresholds],
    }


def _own(search: Searched) -> np.ndarray:
    order = np.argsort(-search.all_cosines, kind="stable")
    return search.asked.named[order[: len(search.scores)]]


def counts(calibration: Calibration, searches: Sequence[Searched]) -> dict[str, Any]:
    """In percent: how often the range of a count holds; `bias`: what is expected over what is there, summed."""
    asked = [search for search in searches if search.whole]
    said = [amount(calibration, search) for search in asked]
    held = [holds(each.total, *of, calibration.spread) for each, of in zip(asked, said, strict=True)]
    total = sum(search.total for search in asked)
    return {
        "holds": _percent(np.array(held)),
        "searches": len(asked),
        "bias": float(sum(count for count, _ in said) / max(total, 1)),
        "spread": calibration.spread,
    }


def _percent(of: np.ndarray) -> float:
    return round(100 * float(of.mean()), 1) if len(of) else 0.0
