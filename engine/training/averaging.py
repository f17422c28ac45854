"""Weights averaged over the last steps: what single steps overshoot in different directions cancels out.

Source: Izmailov et al., "Averaging weights leads to wider optima" (2018), as a moving average.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor


class Averaged:
    """The moving average of parameters. Early on it spans fewer steps, so that the start is soon forgotten."""

    def __init__(self, parameters: Sequence[Tensor], decay: float) -> None:
        self._parameters = list(parameters)
        self._decay = decay
        self._average = [parameter.detach().clone() for parameter in self._parameters]

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """After this many steps."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for average, parameter in zip(self._average, self._parameters, strict=True):
            average.lerp_(parameter, 1 - decay)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """The parameters are the averaged ones for as long as this lasts."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    @torch.no_grad()
    def stay(self) -> None:
        """The parameters become the averaged ones."""
        for average, parameter in zip(self._average, self._parameters, strict=True):
            parameter.copy_(average)

    def state(self) -> list[Tensor]:
        return self._average

    @torch.no_grad()
    def load(self, state: Sequence[Tensor]) -> None:
        for average, saved in zip(self._average, state, strict=True):
            average.copy_(saved)

    @torch.no_grad()
    def _exchange(self) -> None:
        for average, parameter in zip(self._average, self._parameters, strict=True):
            last = parameter.clone()
            parameter.copy_(average)
            average.copy_(last)
