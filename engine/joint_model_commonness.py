"""How near a photo is to whatever is said: what is near every sentence says little by being near one.

Source: Bogolin et al., "Cross modal retrieval with querybank normalisation" (CVPR 2022), who hold a photo's embedding
against a bank of sentences. Here the embedding is told from the tokens, so that nothing else of a photo has to be kept.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.joint_model_alignment import TOKEN_WIDTH

HEAT = 20.0  # of the soft maximum over the bank, on dev 10 to 30 do alike
ECHO_WIDTH = 2 * TOKEN_WIDTH


class Commonness(nn.Module):
    """The soft maximum of a photo's cosines with a bank of sentences, times a weight: what its score loses.

    bank: [m, d], embeddings of unit length, of sentences that the model was trained with. At weight 0 nothing is lost.
    """

    bank: Tensor

    def __init__(self, width: int, sentences: int) -> None:
        super().__init__()
        self.echo = nn.Sequential(nn.Linear(TOKEN_WIDTH, ECHO_WIDTH), nn.GELU(), nn.Linear(ECHO_WIDTH, width))
        self.register_buffer("bank", torch.zeros(sentences, width))
        self.weight = nn.Parameter(torch.zeros(()))

    def told(self, means: Tensor) -> Tensor:
        """Means of a photo's tokens, [n, 256] -> embeddings [n, d], unit length."""
        return F.normalize(self.echo(means).float(), dim=-1)

    def nearness(self, tokens: Tensor) -> Tensor:
        """Tokens [n, t, 256] -> cosines [n], without the weight."""
        cosines = self.told(tokens.mean(-2)) @ self.bank.float().T
        return (torch.logsumexp(HEAT * cosines, -1) - math.log(len(self.bank))) / HEAT

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [n, t, 256] -> what each photo's score loses, [n]."""
        return self.weight * self.nearness(tokens)
