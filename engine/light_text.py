"""The plain, causal text tower of open_clip for a single sentence, without torch."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.light_layers import Block, LayerNorm, Weights, unit

KNOWN = {"context_length", "vocab_size", "width", "heads", "layers", "pool_type", "eos_id", "pad_id"}


class LightTower:
    """Weights below the tower's own prefix; T words, w their width, d that of the embedding."""

    def __init__(self, weights: Weights, facts: dict[str, Any]) -> None:
        self._weights = weights
        heads, layers = facts.get("heads", 8), facts.get("layers", 12)
        self.blocks = [Block(weights.below(f"transformer.resblocks.{depth}."), heads) for depth in range(layers)]
        self._norm = LayerNorm(weights, "ln_final.")

    def start(self, ids: np.ndarray) -> np.ndarray:
        """int64[T] -> [T, w]"""
        places = self._weights.rows("positional_embedding", np.arange(len(ids)))
        return self._weights.rows("token_embedding.weight", ids) + places

    def read(self, ids: np.ndarray) -> np.ndarray:
        """int64[T] -> [T, w] after the last layer."""
        words = self.start(ids)
        for block in self.blocks:
            words = block(words)
        return words

    def embed(self, ids: np.ndarray) -> np.ndarray:
        """int64[T] -> [d], unit length."""
        return unit(self._norm(self.read(ids)[-1]) @ self._weights["text_projection"])


def fits(facts: dict[str, Any]) -> bool:
    """Whether a text tower of this kind is read here."""
    return set(facts) <= KNOWN and facts.get("pool_type", "argmax") in ("argmax", "eos")


def cut(numbers: list[int], facts: dict[str, Any]) -> np.ndarray:
    """int64[T]: up to the end of the sentence, where it is pooled; what follows is not seen by a causal tower."""
    ids = np.array(numbers, np.int64)
    at_end = facts.get("pool_type", "argmax") == "eos"
    return ids[: int((ids == facts.get("eos_id", 2)).argmax() if at_end else ids.argmax()) + 1]
