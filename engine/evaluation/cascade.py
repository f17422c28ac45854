"""A cascade of two bi-encoders: the cheap one retrieves, the dear one reorders the head by its own cosine.

Source: Hönig, Ackermann, Chi, "Bi-encoder Cascades for Efficient Image Search" (2023). The dear one encodes a photo
only when it first stands in some sentence's head, so that the cost over a collection's life depends on how many do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.bi_encoder import BiEncoder
from engine.evaluation.figures import View, first_photos, ranks_of_sentences, without_cosine
from engine.evaluation.ranking import recalls

ASKED = (10, 100, 1000)
SEED = 20230503
TIMED_PHOTOS = 16
TRIALS = 3
Encode = Callable[[np.ndarray], np.ndarray]


def reorder(view: View, sentences: np.ndarray, encode: Encode, *, heads: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """sentences: float32[s, d] by the dear bi-encoder; encode: columns int64[m] -> float32[m, d] by it.

    By head: {"ir": recalls, "encoded": share of the photos in percent that was ever encoded by the dear one, "after":
    that share by how many sentences were asked, drawn by lot}.
    """
    first = first_photos(view.cosines, max(heads))
    columns, places = np.unique(first, return_inverse=True)
    cosines = sentences @ encode(columns).T  # of photos that stand in no head there are none
    dear = np.full(view.cosines.shape, np.nan, np.float32)
    np.put_along_axis(dear, first, np.take_along_axis(cosines, places.reshape(first.shape), 1), 1)
    seen = View(view.cosines, dear, view.owner, view.captioned)
    return {
        str(head): {
            "ir": recalls(ranks_of_sentences(seen, without_cosine, head=head)),
            "encoded": _share(first[:, :head], view),
            "after": _after(first[:, :head], view),
        }
        for head in sorted(set(heads))
    }


def seconds_per_photo(bi_encoder: BiEncoder) -> float:
    """Of the forward pass on ready pixels, the best of three."""
    side = bi_encoder.model_input.size
    pixels = np.random.default_rng(SEED).integers(0, 256, (TIMED_PHOTOS, side, side, 3), np.uint8)
    best = float("inf")
    for _ in range(TRIALS):
        started = time.perf_counter()
        bi_encoder.encode_images(pixels)
        best = min(best, time.perf_counter() - started)
    return best / TIMED_PHOTOS


def lifetime(cheap_s: float, dear_s: float, encoded: float) -> float:
    """The cascade's encoding work as a share of encoding everything by the dear one, both in percent."""
    return round(100 * (cheap_s + encoded / 100 * dear_s) / dear_s, 1)


def _share(first: np.ndarray, view: View) -> float:
    return round(100 * len(np.unique(first)) / view.cosines.shape[1], 2)


def _after(first: np.ndarray, view: View) -> dict[str, float]:
    order = np.random.default_rng(SEED).permutation(len(first))
    return {str(asked): _share(first[order[:asked]], view) for asked in ASKED if asked < len(first)}
