"""Whether a fitted head finds more than the one before, on examples that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.training.adapter import Bench, Head
from engine.training.adapter_examples import Example

DEPTH = 50  # photos that are reranked
RESAMPLES = 2_000
CERTAINTY = 0.9  # of the interval whose lower end has to be above nothing


@dataclass(frozen=True, slots=True)
class Figures:
    """Of examples that were held out. `right`: their number, with R@1 and the mean of 1 / rank in percent; `wrong`: of
    crossed ones, with the mean of 1 - 1 / rank in percent; None where there are none. `value`: the mean of both, over
    all examples."""

    right: int
    wrong: int
    r1: float | None
    reciprocal: float | None
    pushed_down: float | None
    value: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """`gain` in percentage points of `value`, with the ends of a 90 % interval, photos drawn anew."""

    before: Figures
    after: Figures
    gain: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """The whole interval is above nothing."""
        return self.low > 0


@torch.no_grad()
def ranks(bench: Bench, head: Head | None, examples: Sequence[Example], known: Sequence[Example]) -> np.ndarray:
    """int64[e], from 1: the place of each example's photo among all photos of the bench, without the others that are
    known to match the sentence. The first of a ranking by cosine are reranked, as in a search; without a `head` by the
    one as it was."""
    row = {sentence: number for number, sentence in enumerate(bench.sentences)}
    right: dict[str, set[int]] = {}
    for each in known:
        if each.verdict > 0:
            right.setdefault(each.sentence, set()).add(each.photo)
    orders: dict[str, np.ndarray] = {}
    places = []
    for each in examples:
        if each.sentence not in orders:
            orders[each.sentence] = _order(bench, head, row[each.sentence])
        others = right.get(each.sentence, set()) - {each.photo}
        order = orders[each.sentence]
        order = order[~np.isin(order, list(others))] if others else order
        places.append(int(np.flatnonzero(order == each.photo)[0]) + 1)
    return np.array(places, np.int64)


def _order(bench: Bench, head: Head | None, sentence: int) -> np.ndarray:
    order = np.argsort(-bench.cosines[sentence], kind="stable")
    first = order[:DEPTH]
    scores = bench.before(sentence, first) if head is None else bench.score(head, sentence, first).float().cpu().numpy()
    return np.concatenate([first[np.argsort(-scores, kind="stable")], order[DEPTH:]])


def judged(examples: Sequence[Example], before: np.ndarray, after: np.ndarray, *, seed: int) -> Judgement:
    """From the ranks of the same examples under both heads."""
    verdicts = np.array([each.verdict for each in examples])
    gains = _values(verdicts, after) - _values(verdicts, before)
    photos, owner = np.unique([each.photo for each in examples], return_inverse=True)
    sums, counts = np.bincount(owner, gains), np.bincount(owner)
    drawn = np.random.default_rng(seed).integers(0, len(photos), (RESAMPLES, len(photos)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(means, [(1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2])
    return Judgement(
        _figures(verdicts, before), _figures(verdicts, after), float(gains.mean()), float(low), float(high)
    )


def _values(verdicts: np.ndarray, places: np.ndarray) -> np.ndarray:
    reciprocal = 100 / places
    return np.where(verdicts > 0, reciprocal, 100 - reciprocal)


def _figures(verdicts: np.ndarray, places: np.ndarray) -> Figures:
    values, right = _values(verdicts, places), verdicts > 0
    return Figures(
        right=int(right.sum()),
        wrong=int((~right).sum()),
        r1=float(100 * (places[right] == 1).mean()) if right.any() else None,
        reciprocal=float(values[right].mean()) if right.any() else None,
        pushed_down=float(values[~right].mean()) if (~right).any() else None,
        value=float(values.mean()),
    )
