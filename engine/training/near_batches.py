"""Batches in which photos have look-alikes: what has to be told apart among the first candidates of a search."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.tokenizer import Tokenizer
from engine.training.recipe import Recipe
from engine.training.sources import FIRST_PIECE, UNKNOWN_ID, Drawn


class NearBatches:
    """One sentence of each photo; photos come in groups of near ones, groups at random.

    captions[i]: the sentences of photo i; embeddings: float[n, d], unit length; a group is drawn from the `among` photos
    nearest to one of them. Every wrong pair of a batch is scored anyway: hard ones cost nothing more.
    """

    def __init__(
        self,
        captions: list[tuple[str, ...]],
        tokenizer: Tokenizer,
        embeddings: Tensor,
        *,
        group: int = 16,
        among: int = 128,
    ) -> None:
        self._ids = [tokenizer(list(texts)) for texts in captions]
        self._group = group
        self._near = (embeddings @ embeddings.T).topk(min(len(embeddings), among)).indices.numpy()
        self._pass = lru_cache(maxsize=2)(self._order)

    def batch(self, step: int, recipe: Recipe) -> Drawn:
        """The sentences of this step, the same each time, with some words made unknown."""
        turn, place = divmod(step, len(self._ids) // recipe.batch)
        photos = self._pass(turn, recipe.batch, recipe.seed)[place]
        rng = np.random.default_rng((recipe.seed, 7, step))
        ids = torch.stack([self._ids[photo][rng.integers(len(self._ids[photo]))] for photo in photos])
        ids = ids[:, : int((ids > 0).sum(1).max())]
        lost = torch.from_numpy(rng.random(ids.shape) < recipe.word_dropout) & (ids >= FIRST_PIECE)
        return Drawn(ids.masked_fill(lost, UNKNOWN_ID), torch.arange(len(photos)), photos, rng)

    def _order(self, turn: int, batch: int, seed: int) -> np.ndarray:
        """Photos of each batch of one pass: int64[batches, batch]."""
        rng = np.random.default_rng((seed, turn))
        groups = self._groups(rng)
        order = np.concatenate([groups[place] for place in rng.permutation(len(groups))])
        return order[: len(order) // batch * batch].reshape(-1, batch)

    def _groups(self, rng: np.random.Generator) -> list[list[int]]:
        """Every photo in one group, beside those of its nearest that no group has yet."""
        free = np.ones(len(self._near), bool)
        groups = []
        for photo in rng.permutation(len(self._near)):
            if free[photo]:
                # Chance among the near ones: other company in every pass.
                near = [other for other in self._near[photo] if free[other] and other != photo]
                chosen = [photo, *rng.permutation(near)[: self._group - 1]]
                free[chosen] = False
                groups.append([int(one) for one in chosen])
        return groups
