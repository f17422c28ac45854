"""The starter's kind of head for one sentence and n photos, without torch: the same numbers as `joint_model` gives.

What a photo offers is not prepared for sentences to come, as it is there. Keys and values of a photo's tokens are not
even computed: what the words ask for is brought to the tokens instead (they are more than the words), and what is seen
is brought back. A tenth of the multiplications.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.light_layers import LayerNorm, Linear, Weights, gelu, joined, log_sum_exp, softmax, split, unit
from engine.light_text import LightTower

TOKEN_WIDTH = 256
HEAT = 20.0  # of Commonness


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """entry: [T, w], what enters the layers that see the photo. Of each reader, unit words [T + 1, 256] with the whole
    sentence last, and what they weigh, [T + 1]."""

    entry: np.ndarray
    words: list[np.ndarray]
    weights: list[np.ndarray]


class LightHead:
    """`tower` is the model's own text tower, `text` its config."""

    def __init__(self, weights: Weights, config: dict[str, Any], *, tower: LightTower, text: dict[str, Any]) -> None:
        self._fork = len(tower.blocks) - config["layers"]
        self._tower = tower
        self._sights = [_Sight(weights.below(f"sights.{depth}."), text["heads"]) for depth in range(config["layers"])]
        each = [weights.below(f"alignment.each.{number}.") for number in range(config["readers"])]
        self._readers = [_Reader(one, text, shares=config.get("shares", False)) for one in each]
        self._regions = np.concatenate([one["token.weight"] for one in each]).T
        self._offsets = np.concatenate([one["token.bias"] for one in each])
        self._aligned = weights["alignment_weight"]
        self._common = _Commonness(weights.below("commonness.")) if config.get("common") else None
        self._verdict_norm, verdict = LayerNorm(weights, "verdict_norm."), Linear(weights, "verdict.")
        self._verdict = verdict.weight[:, 1] - verdict.weight[:, 0], verdict.bias[1] - verdict.bias[0]

    def read(self, ids: np.ndarray) -> ReadSentence:
        """int64[T]"""
        entry = self._tower.start(ids)
        for block in self._tower.blocks[: self._fork]:
            entry = block(entry)
        said = [reader.read(ids) for reader in self._readers]
        return ReadSentence(entry, [words for words, _ in said], [weights for _, weights in said])

    def score(self, said: ReadSentence, tokens: np.ndarray) -> np.ndarray:
        """[n, t, 256] -> [n], higher is better; without what the cosine counts for."""
        pooled = self._verdict_norm(self._late(said.entry[None], tokens))
        score = pooled @ self._verdict[0] + self._verdict[1] + self._aligned * self._align(said, tokens)
        return score if self._common is None else score - self._common(tokens)

    def _late(self, words: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """The last word after the layers that see the photo: [n, w]. Of the last layer no other word is asked for."""
        blocks = self._tower.blocks[self._fork :]
        for block, sight in zip(blocks, self._sights, strict=True):
            last = block is blocks[-1]
            said = block.attention(block.ln_1(words), last_only=last)
            words = words[:, -1:] + said if last else words + said
            words = words + sight(words, tokens)
            words = words + block.mlp(block.ln_2(words))
        return words[:, -1]

    def _align(self, said: ReadSentence, tokens: np.ndarray) -> np.ndarray:
        photos, count, width = tokens.shape
        regions = tokens.reshape(-1, width) @ self._regions + self._offsets
        regions = unit(regions.reshape(photos, count, len(self._readers), TOKEN_WIDTH))
        wholes, total = tokens.mean(1), np.zeros(photos, np.float32)
        for number, (reader, words, weights) in enumerate(zip(self._readers, said.words, said.weights, strict=True)):
            match = regions[:, :, number] @ words[:-1].T * reader.sharp
            best = (log_sum_exp(match, 1) - math.log(count)) / reader.sharp
            total += best @ weights[:-1] + reader.whole(wholes) @ words[-1] * weights[-1]
        return total


class _Sight:
    """Words look at the tokens of a photo."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self._norm, self._query, self._out = (
            LayerNorm(weights, "norm."),
            Linear(weights, "query."),
            Linear(weights, "out."),
        )
        key, value = np.split(weights["sight.weight"], 2)
        self._key = key.reshape(heads, -1, TOKEN_WIDTH)  # its bias is the same for all tokens: none stands out by it
        self._value = value.reshape(heads, -1, TOKEN_WIDTH).swapaxes(1, 2)
        self._offset = weights["sight.bias"][len(key) :].reshape(heads, 1, -1)
        self._heads = heads
        self._gate = np.tanh(weights["gate"])

    def __call__(self, words: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """[n, T, w] or one sentence for all, [1, T, w]; [n, t, 256] -> [n, T, w]"""
        query = split(self._query(self._norm(words)), self._heads)  # [n, h, T, w / h]
        asked = query @ self._key / np.float32(math.sqrt(query.shape[-1]))
        flat = asked.reshape(len(asked), -1, TOKEN_WIDTH)  # [n, h * T, 256]
        shares = softmax(flat @ tokens.swapaxes(1, 2))
        seen = (shares @ tokens).reshape(len(tokens), *asked.shape[1:])
        return np.asarray(self._gate * self._out(joined(seen @ self._value + self._offset)))


class _Reader:
    """A text tower of its own and how its words are matched with single tokens."""

    def __init__(self, weights: Weights, text: dict[str, Any], *, shares: bool) -> None:
        self._tower = LightTower(weights.below("reader."), text)
        self._word, self._weight = Linear(weights, "word."), Linear(weights, "weight.")
        self._sentence_norm, self._sentence = LayerNorm(weights, "sentence.0."), Linear(weights, "sentence.1.")
        self._whole_norm = LayerNorm(weights, "whole.0.")
        self._whole = Linear(weights, "whole.1."), Linear(weights, "whole.3.")
        self._shares = weights["shares"] if shares else np.ones(2, np.float32)
        self.sharp = np.minimum(np.exp(weights["sharpness"]), np.float32(100))

    def read(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64[T] -> unit [T + 1, 256] and weights [T + 1]. Marks at both ends of a sentence do not count."""
        words = self._tower.read(ids)
        weights = np.zeros(len(ids) + 1, np.float32)
        inside = slice(1, -1) if len(ids) > 2 else slice(0, 1)
        weights[:-1][inside] = self._shares[1] * softmax(self._weight(words[inside])[:, 0])
        weights[-1] = self._shares[0]
        return unit(np.concatenate([self._word(words), self._sentence(self._sentence_norm(words[-1:]))])), weights

    def whole(self, means: np.ndarray) -> np.ndarray:
        """Means of the tokens, [n, 256] -> unit [n, 256]."""
        wide, narrow = self._whole
        return unit(narrow(gelu(wide(self._whole_norm(means)))))


class _Commonness:
    """How near a photo is to whatever is said: what its score loses."""

    def __init__(self, weights: Weights) -> None:
        self._echo = Linear(weights, "echo.0."), Linear(weights, "echo.2.")
        self._bank = weights["bank"].T
        self._weight = weights["weight"]

    def __call__(self, tokens: np.ndarray) -> np.ndarray:
        wide, narrow = self._echo
        cosines = unit(narrow(gelu(wide(tokens.mean(1))))) @ self._bank
        near = (log_sum_exp(np.float32(HEAT) * cosines, 1) - math.log(cosines.shape[1])) / HEAT
        return np.asarray(self._weight * near, np.float32)
