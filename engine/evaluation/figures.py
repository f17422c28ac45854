"""Recalls out of a score matrix: both directions, any head, any way to put cosine and cross-encoder together.

Score sum after Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022): (1 - lambda) softmax(CE) + lambda cos, the
softmax over the candidates of one query. Folds after the 1k protocol of COCO.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.evaluation.ranking import best_ranks, order_of, pairs_to_score, recalls

Rule = Callable[[np.ndarray, np.ndarray], np.ndarray]
Figures = dict[str, dict[str, float]]
ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class View:
    """Sentences against photos: cosines and alone float32[s, n]; owner int64[s] < captioned <= n.

    Photos from `captioned` on are distractors: a sentence is searched among all, a photo's sentences among all
    sentences, so that distractors make only the first harder.
    """

    cosines: np.ndarray
    alone: np.ndarray
    owner: np.ndarray
    captioned: int

    def fold(self, start: int, stop: int) -> View:
        """The photos from start to stop alone, with their sentences."""
        rows = np.flatnonzero((self.owner >= start) & (self.owner < stop))
        part = np.ix_(rows, np.arange(start, stop))
        return View(self.cosines[part], self.alone[part], self.owner[rows] - start, stop - start)


def summed(cosine_scale: float) -> Rule:
    """A model's own score."""
    return lambda cosines, alone: alone + cosine_scale * cosines


def mixed(share: float) -> Rule:
    """(1 - share) softmax(alone over the row) + share * cosine."""

    def rule(cosines: np.ndarray, alone: np.ndarray) -> np.ndarray:
        grown = np.exp(alone - alone.max(1, keepdims=True))
        return (1 - share) * grown / grown.sum(1, keepdims=True) + share * cosines

    return rule


def without_cosine(cosines: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """The cross-encoder alone."""
    return alone


def ranks(view: View, rule: Rule | None = None, *, head: int = 0) -> dict[str, np.ndarray]:
    """From 1, the rank of the first right candidate: {"ir": int64[s], "tr": int64[captioned]}.

    The first `head` by cosine are sorted again by the rule; without one the order is the cosine's.
    """
    photos = np.arange(view.captioned)
    one, other = view.cosines[:, : view.captioned].T, view.alone[:, : view.captioned].T
    return {
        "ir": ranks_of_sentences(view, rule, head=head),
        "tr": _ranks(one, other, lambda rows: photos[rows, None] == view.owner[None], rule, head),
    }


def ranks_of_sentences(view: View, rule: Rule | None = None, *, head: int = 0) -> np.ndarray:
    """The one direction from sentence to photo: int64[s]."""
    photos = np.arange(view.cosines.shape[1])
    return _ranks(view.cosines, view.alone, lambda rows: view.owner[rows, None] == photos[None], rule, head)


def ranks_of_all(view: View, rule: Rule) -> dict[str, np.ndarray]:
    """As `ranks` where every pair is scored and the cosine's order plays no part. Equal scores keep their places."""
    scores = rule(view.cosines, view.alone)
    if np.isnan(scores).any():
        raise ValueError("a pair was not scored")
    return ranks(View(scores, view.alone, view.owner, view.captioned))


def figures(found: dict[str, np.ndarray]) -> Figures:
    """{"ir": recalls, "tr": recalls} in percent."""
    return {direction: recalls(places) for direction, places in found.items()}


def mean_of(parts: list[Figures]) -> Figures:
    """The mean of each figure."""
    return {
        direction: {name: round(sum(part[direction][name] for part in parts) / len(parts), 2) for name in row}
        for direction, row in parts[0].items()
    }


def folds_of(view: View, size: int) -> list[View]:
    """Disjoint folds of `size` photos in their order; what does not fill a fold is left over."""
    return [view.fold(start, start + size) for start in range(0, view.captioned - size + 1, size)]


def needed_pairs(view: View, head: int) -> np.ndarray:
    """bool[s, n]: what reranking the first `head` in either direction asks for."""
    needed = needed_photos(view.cosines, head)
    turned = needed[:, : view.captioned].T
    for start in range(0, view.captioned, ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, view.captioned))
        part = turned[rows].copy()
        np.put_along_axis(part, order_of(view.cosines[:, rows].T)[:, :head], True, 1)
        turned[rows] = part
    return needed


def needed_photos(cosines: np.ndarray, head: int) -> np.ndarray:
    """bool[s, n]: the first `head` photos of each sentence."""
    needed = np.zeros(cosines.shape, bool)
    np.put_along_axis(needed, first_photos(cosines, head), True, 1)
    return needed


def first_photos(cosines: np.ndarray, head: int) -> np.ndarray:
    """int64[s, head or n]: the first photos of each sentence, best first."""
    starts = range(0, len(cosines), ROWS_AT_ONCE)
    return np.concatenate([order_of(cosines[start : start + ROWS_AT_ONCE])[:, :head] for start in starts])


def needed_for_folds(view: View, size: int, head: int) -> np.ndarray:
    """bool[s, n]: what reranking within each fold asks for."""
    needed = np.zeros(view.cosines.shape, bool)
    for start in range(0, view.captioned - size + 1, size):
        rows = np.flatnonzero((view.owner >= start) & (view.owner < start + size))
        part = view.fold(start, start + size)
        needed[np.ix_(rows, np.arange(start, start + size))] = pairs_to_score(part.cosines, head)
    return needed


def _ranks(
    cosines: np.ndarray, alone: np.ndarray, right: Callable[[np.ndarray], np.ndarray], rule: Rule | None, head: int
) -> np.ndarray:
    """In blocks of rows: sorted positions of a whole enlarged set would take gigabytes."""
    parts = []
    for start in range(0, len(cosines), ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, len(cosines)))
        order = order_of(cosines[rows])
        if rule is not None:
            first = order[:, :head]
            values = rule(np.take_along_axis(cosines[rows], first, 1), np.take_along_axis(alone[rows], first, 1))
            if np.isnan(values).any():
                raise ValueError("a pair of the head was not scored")
            again = np.argsort(-values, axis=1, kind="stable")
            order[:, :head] = np.take_along_axis(first, again, 1)
        parts.append(best_ranks(order, right(rows)))
    return np.concatenate(parts)
