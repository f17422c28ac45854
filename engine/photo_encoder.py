"""Pixels of contents through the model: tokens to their slots, embeddings to whoever asked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.config import INDEX_BATCH
from engine.token_store import TokenStore

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder


class PhotoEncoder:
    """Knows how fast the last forward pass was."""

    def __init__(self, bi_encoder: BiEncoder, tokens: TokenStore | None) -> None:
        self._bi_encoder = bi_encoder
        self._tokens = tokens
        self._rate = 0.0  # photos/s

    def batch_size(self, budget_s: float) -> int:
        """As many photos as one forward pass manages within the budget, so that a search never waits long."""
        if not self._rate:
            return INDEX_BATCH // 4
        return max(1, min(INDEX_BATCH, int(self._rate * budget_s)))

    def encode(self, pixels: Mapping[int, bytes]) -> dict[int, np.ndarray]:
        """uint8[size, size, 3] by content id -> float32[d] by content id, in one pass; their tokens are stored."""
        if not pixels:
            return {}
        size = self._bi_encoder.model_input.size
        photos = np.stack([np.frombuffer(photo, np.uint8).reshape(size, size, 3) for photo in pixels.values()])
        started = time.perf_counter()
        embeddings, tokens = self._bi_encoder.encode_images(photos)
        self._rate = len(photos) / max(time.perf_counter() - started, 1e-6)
        if self._tokens is not None:
            self._tokens.put(np.fromiter(pixels, np.int64), tokens.values, tokens.scales)
        return dict(zip(pixels, embeddings, strict=True))
