"""Layers of a transformer in numpy, for a single search: importing torch takes longer than all that is computed then.

Numbers are float32; weights have torch's names and shapes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

TINY = np.float32(1e-12)


class Weights:
    """Arrays by name, all below a prefix: float16 as they lie in the file, float32 as they are used."""

    def __init__(self, arrays: Mapping[str, np.ndarray], prefix: str = "") -> None:
        self._arrays = arrays
        self._prefix = prefix

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[self._prefix + name].astype(np.float32)

    def below(self, prefix: str) -> Weights:
        return Weights(self._arrays, self._prefix + prefix)

    def rows(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Of a table of which few are wanted."""
        return self._arrays[self._prefix + name][rows].astype(np.float32)


class Linear:
    """[..., w] -> [..., v]"""

    def __init__(self, weights: Weights, name: str = "") -> None:
        self.weight = weights[f"{name}weight"].T
        self.bias = weights[f"{name}bias"]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        flat = x.reshape(-1, x.shape[-1]) @ self.weight
        flat += self.bias
        return flat.reshape(*x.shape[:-1], -1)


class LayerNorm:
    """[..., w] -> [..., w]"""

    def __init__(self, weights: Weights, name: str = "") -> None:
        self._weight, self._bias = weights[f"{name}weight"], weights[f"{name}bias"]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt(np.mean(centred * centred, -1, keepdims=True) + np.float32(1e-5))
        return np.asarray(centred / spread * self._weight + self._bias)


class Attention:
    """Self-attention of several heads over the last two axes, causal."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self._entry = weights["in_proj_weight"].T, weights["in_proj_bias"]
        self._out = Linear(weights, "out_proj.")
        self._heads = heads

    def __call__(self, said: np.ndarray, *, last_only: bool = False) -> np.ndarray:
        """[..., T, w] -> [..., T, w], or of the last word alone: [..., 1, w]."""
        weight, bias = self._entry
        width = said.shape[-1]
        asking = said[..., -1:, :] if last_only else said
        query = split(asking @ weight[:, :width] + bias[:width], self._heads)
        both = said @ weight[:, width:] + bias[width:]
        key, value = split(both[..., :width], self._heads), split(both[..., width:], self._heads)
        logits = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(query.shape[-1]))
        if not last_only:
            logits += np.triu(np.full(logits.shape[-2:], -np.inf, np.float32), 1)
        seen = softmax(logits) @ value
        return self._out(joined(seen))


class Block:
    """One layer of a text tower, norms first."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self.ln_1, self.ln_2 = LayerNorm(weights, "ln_1."), LayerNorm(weights, "ln_2.")
        self.attention = Attention(weights.below("attn."), heads)
        self._wide, self._narrow = Linear(weights, "mlp.c_fc."), Linear(weights, "mlp.c_proj.")

    def __call__(self, words: np.ndarray) -> np.ndarray:
        words = words + self.attention(self.ln_1(words))
        return words + self.mlp(self.ln_2(words))

    def mlp(self, said: np.ndarray) -> np.ndarray:
        return self._narrow(gelu(self._wide(said)))


def split(x: np.ndarray, heads: int) -> np.ndarray:
    """[..., T, w] -> [..., heads, T, w / heads]"""
    return x.reshape(*x.shape[:-1], heads, -1).swapaxes(-2, -3)


def joined(x: np.ndarray) -> np.ndarray:
    """[..., heads, T, w] -> [..., T, heads * w]"""
    x = x.swapaxes(-2, -3)
    return x.reshape(*x.shape[:-2], -1)


def softmax(x: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    powers = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def log_sum_exp(x: np.ndarray, axis: int) -> np.ndarray:
    most = x.max(axis, keepdims=True)
    return np.asarray(np.log(np.exp(x - most).sum(axis)) + most.squeeze(axis))


def unit(x: np.ndarray) -> np.ndarray:
    """Of length one over the last axis."""
    lengths = np.sqrt(np.einsum("...c,...c->...", x, x))
    return np.asarray(x / np.maximum(lengths, TINY)[..., None])


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the share of a normal distribution below it, to 2e-7: Abramowitz and Stegun, "Handbook of Mathematical
    Functions", 7.1.26 (numpy has no error function)."""
    z = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    steps = [np.float32(step) for step in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)]
    series = steps[0] * t
    for step in steps[1:]:
        series += step
        series *= t
    tail = series * np.exp(-z * z)  # twice the share beyond |x|
    return np.asarray(x * np.where(x > 0, 1 - tail / 2, tail / 2))
