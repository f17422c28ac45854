"""Ranks and recalls, in both directions, from one matrix of scores."""

from __future__ import annotations

import numpy as np

CUTS = (1, 5, 10)


def order_of(cosines: np.ndarray, scores: np.ndarray | None = None, *, head: int = 0) -> np.ndarray:
    """Candidates best first for each row: int64[rows, candidates]. Equal values keep the candidates' order.

    With scores (same shape; only the head's are read) the first `head` by cosine are sorted again, by descending
    score; the tail stays as it is.
    """
    order = np.argsort(-cosines, axis=1, kind="stable")
    if scores is None or head == 0:
        return order
    first = order[:, :head]
    again = np.argsort(-np.take_along_axis(scores, first, 1), axis=1, kind="stable")
    return np.concatenate([np.take_along_axis(first, again, 1), order[:, head:]], axis=1)


def best_ranks(order: np.ndarray, right: np.ndarray) -> np.ndarray:
    """From 1: where the first right candidate of each row stands. right: bool[rows, candidates]."""
    return np.take_along_axis(right, order, 1).argmax(1) + 1


def recalls(ranks: np.ndarray) -> dict[str, float]:
    """r1, r5, r10, their mean mr, and mrr10, in percent."""
    found = {f"r{cut}": 100.0 * float((ranks <= cut).mean()) for cut in CUTS}
    reciprocal = np.where(ranks <= 10, 1.0 / ranks, 0.0)
    facts = {**found, "mr": sum(found.values()) / len(found), "mrr10": 100.0 * float(reciprocal.mean())}
    return {name: round(value, 2) for name, value in facts.items()}


def both_directions(
    cosines: np.ndarray, owner: np.ndarray, scores: np.ndarray | None = None, *, head: int = 0
) -> dict[str, dict[str, float]]:
    """cosines, scores: float32[sentences, photos]; owner[s]: photo of a sentence -> {"ir": ..., "tr": ...}.

    From a photo to sentences (tr) any of its own sentences is right.
    """
    right = owner[:, None] == np.arange(cosines.shape[1])[None]
    turned = None if scores is None else scores.T
    return {
        "ir": recalls(best_ranks(order_of(cosines, scores, head=head), right)),
        "tr": recalls(best_ranks(order_of(cosines.T, turned, head=head), right.T)),
    }


def pairs_to_score(cosines: np.ndarray, head: int) -> np.ndarray:
    """bool[sentences, photos]: the pairs that retrieving k in either direction would rerank."""
    needed = np.zeros(cosines.shape, bool)
    np.put_along_axis(needed, order_of(cosines)[:, :head], True, 1)
    np.put_along_axis(needed, order_of(cosines.T)[:, :head].T, True, 0)
    return needed
