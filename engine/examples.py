"""More like this, less like that: example photos as parts of a query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.query import And, Clause, Example, Not


def with_examples(
    clause: Clause | None, like: Sequence[np.ndarray], unlike: Sequence[np.ndarray]
) -> tuple[Clause | None, list[np.ndarray]]:
    """The clause with examples around it, and their unit embeddings float32[d] by number.

    Several photos to be like stand for what they have in common: their mean (Rocchio, "Relevance feedback in
    information retrieval", 1971). Each photo to be unlike is denied by itself.
    """
    parts: list[Clause] = [] if clause is None else [clause]
    embeddings: list[np.ndarray] = []
    if like:
        parts.insert(0, Example(0))
        embeddings.append(_middle(like))
    for embedding in unlike:
        parts.append(Not(Example(len(embeddings))))
        embeddings.append(embedding)
    if not parts:
        return None, embeddings
    return (parts[0] if len(parts) == 1 else And(tuple(parts))), embeddings


def _middle(embeddings: Sequence[np.ndarray]) -> np.ndarray:
    total = np.sum(embeddings, axis=0)
    return (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)
