"""What a sentence scores where nothing matches, and how that grows with the number of photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.calibration_features import FIRST, Ground, reach
from engine.evaluation.asked import Searched

RIDGE = 0.1
CAPTION = 0.05  # what a caption weighs: its own photo is missing, others that match it may not be
PARTS = 5  # what a sentence scores is told from those about other things, in so many parts
FEWEST_OF_HALF = FIRST // 2


def grounds(searches: Sequence[Searched], *, cosines: bool) -> tuple[Ground, list[Ground]]:
    """Ridge regression on what the nearest scored in the middle, in searches without the photos that name what is asked
    for. For each search also the ground that sentences about other things tell. Scenes are left out, by which it is
    chosen when nothing is said to match."""
    scores = np.array([np.median(_nearest(search, cosines=cosines)[:FIRST]) for search in searches])
    embeddings = _embeddings(searches)
    weights = np.array([_weight(search) for search in searches])
    size = round(float(np.mean([search.view.size for search in searches if search.whole and search.share == 1])))
    about = [search.asked.about for search in searches]
    part_of = {name: part % PARTS for part, name in enumerate(dict.fromkeys(about))}
    growth = _growth(searches, cosines=cosines)
    by_part = [
        _ridge(embeddings, scores, weights * np.array([part_of[name] != part for name in about]))
        for part in range(PARTS)
    ]
    made = [replace(ground, growth=growth, size=size) for ground in (*by_part, _ridge(embeddings, scores, weights))]
    return made[-1], [made[part_of[name]] for name in about]


def _nearest(search: Searched, *, cosines: bool) -> np.ndarray:
    return search.cosines if cosines else search.scores


def _weight(search: Searched) -> float:
    if search.whole or search.asked.kind == "scene" or search.share < 1:
        return 0.0
    return CAPTION if search.asked.kind == "caption" else 1.0


def _embeddings(searches: Sequence[Searched]) -> np.ndarray:
    """float[n, d], without columns where sentences have no embeddings."""
    found = [search.view.embedding for search in searches]
    rows = [each for each in found if each is not None]
    return np.array(rows, np.float64) if len(rows) == len(found) else np.zeros((len(found), 0))


def _ridge(embeddings: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> Ground:
    share = weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1 / max(len(weights), 1))
    middle, mean = share @ embeddings, float(share @ scores)
    apart = embeddings - middle
    curvature = (apart * weights[:, None]).T @ apart + RIDGE * np.eye(embeddings.shape[1])
    slopes = np.linalg.solve(curvature, (apart * weights[:, None]).T @ (scores - mean))
    return Ground(round(mean - float(slopes @ middle), 5), tuple(round(float(slope), 5) for slope in slopes))


def _growth(searches: Sequence[Searched], *, cosines: bool) -> float:
    """From one half of the photos to all of them: by how much the nearest score more, over how much further out they
    should lie."""
    more, further = [], []
    for search in (each for each in searches if not each.whole and each.share == 1 and each.asked.kind != "caption"):
        every = _nearest(search, cosines=cosines)
        for half in (0, 1):
            some = every[search.photos % 2 == half][:FIRST]
            if len(some) >= FEWEST_OF_HALF:
                more.append(float(np.median(every[:FIRST]) - np.median(some)))
                further.append(reach(search.view.size) - reach(search.view.size // 2))
    return round(float(np.mean(more) / np.mean(further)), 4) if more else 0.0
