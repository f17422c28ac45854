"""The nearest of many vectors at once: how neighbours are found across a whole library."""

from __future__ import annotations

import hnswlib
import numpy as np

BLOCK_ROWS = 8_192  # float32 at a time


def in_graph(graph: hnswlib.Index, vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray] | None:
    """ids int64[n, k] and cosines float32[n, k] of float32[n, d]; None where fewer than k can be reached."""
    graph.set_ef(2 * k)
    try:
        labels, distances = graph.knn_query(vectors, k=k, num_threads=1)
    except RuntimeError:
        return None
    return labels.astype(np.int64), (1 - distances).astype(np.float32)


def exact(ids: np.ndarray, rows: np.ndarray, vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The same among rows float16[m, d] with ids int64[m]; k is min(k, m) then."""
    found = np.zeros((len(vectors), 0), np.int64)
    cosines = np.zeros((len(vectors), 0), np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = vectors @ rows[start : start + BLOCK_ROWS].astype(np.float32).T
        labels = np.broadcast_to(ids[start : start + BLOCK_ROWS], block.shape)
        found, cosines = joined(found, cosines, labels, block, k)
    return found, cosines


def joined(
    ids: np.ndarray, cosines: np.ndarray, other_ids: np.ndarray, other_cosines: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest of both, in no order."""
    ids, cosines = np.concatenate([ids, other_ids], 1), np.concatenate([cosines, other_cosines], 1)
    if ids.shape[1] > k:
        chosen = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        ids, cosines = np.take_along_axis(ids, chosen, 1), np.take_along_axis(cosines, chosen, 1)
    return ids, cosines
