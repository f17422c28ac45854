"""More like this, less like that: example photos as parts of a query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.query import And, Clause, Example, Not

AWAY = 0.3  # of what shall not be there: more loses as much of what shall (chosen on the dev photos of Flickr8k)


def with_examples(
    clause: Clause | None, like: Sequence[np.ndarray], unlike: Sequence[np.ndarray]
) -> tuple[Clause | None, list[np.ndarray]]:
    """The clause with examples beside it, and their unit embeddings float32[d] by number.

    Photos to be like stand for what they have in common: their mean, less a share of the mean of those to be unlike
    (Rocchio, "Relevance feedback in information retrieval", 1971). Without any to be like, the others are denied.
    """
    if like:
        away = AWAY * np.mean(unlike, axis=0) if unlike else 0.0
        example: Clause = Example(0)
        embeddings = [_unit(np.mean(like, axis=0) - away)]
    elif unlike:
        example, embeddings = Not(Example(0)), [_unit(np.mean(unlike, axis=0))]
    else:
        return clause, []
    return (example if clause is None else And((example, clause))), embeddings


def _unit(embedding: np.ndarray) -> np.ndarray:
    return (embedding / max(float(np.linalg.norm(embedding)), 1e-6)).astype(np.float32)
