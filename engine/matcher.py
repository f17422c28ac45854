"""What a ready cross-encoder has to offer, so that searches can work with any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import Tensor

from engine.config import ModelInput


@dataclass(frozen=True, slots=True)
class MatcherCost:
    """Milliseconds: to see one photo, and to read one sentence in sight of one photo that was seen."""

    see_ms: float
    match_ms: float


class Matcher(Protocol):
    """`name` under which it is installed; vision tokens of a photo are float16[token_shape] outside of it."""

    name: str
    model_id: str
    model_input: ModelInput
    token_shape: tuple[int, int]

    def see(self, pixels: np.ndarray) -> np.ndarray:
        """uint8[n, R, R, 3] -> float16[n, v, D]: all that is ever needed of these photos."""

    def prepare(self, sentence: str) -> Tensor:
        """What every candidate of this sentence shares: word numbers int64[1, T]."""

    def score(self, sentence: Tensor, vision: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Of `prepare`, float16[n, v, D], float32[n] -> float32[n]."""

    def cost(self) -> MatcherCost:
        """On this computer; measured the first time."""

    def expect(self, cost: MatcherCost) -> None:
        """What was measured before."""
