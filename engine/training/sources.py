"""Where batches come from: captions of nearly equal length, beside feature maps that stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.joint_model import JointModel
from engine.tokenizer import Tokenizer
from engine.training.batch import Batch, Seen
from engine.training.recipe import Recipe

UNKNOWN_ID = 3
FIRST_PIECE = 4
# Sorted by length within so many batches at a time: nearly no padding, and yet other company in every pass.
WINDOW = 16


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sentences of one batch. owner[i]: place of the sentence's photo in `photos`, which names each photo once."""

    ids: Tensor  # int64[s, T]
    owner: Tensor  # int64[s]
    photos: np.ndarray  # int64[n]
    rng: np.random.Generator


class CaptionBatches:
    """Every caption of every photo once a pass. captions[i]: the sentences of photo i."""

    def __init__(self, captions: list[tuple[str, ...]], tokenizer: Tokenizer) -> None:
        self._ids = tokenizer([caption for texts in captions for caption in texts])
        self._photo = np.repeat(np.arange(len(captions)), [len(texts) for texts in captions])
        self._length = (self._ids > 0).sum(1).numpy()
        self._pass = lru_cache(maxsize=2)(self._order)

    def batch(self, step: int, recipe: Recipe) -> Drawn:
        """The sentences of this step, the same each time, with some words made unknown."""
        turn, place = divmod(step, len(self._photo) // recipe.batch)
        rows = self._pass(turn, recipe.batch, recipe.seed)[place]
        rng = np.random.default_rng((recipe.seed, 7, step))
        ids = self._ids[torch.from_numpy(rows), : int(self._length[rows].max())]
        lost = torch.from_numpy(rng.random(ids.shape) < recipe.word_dropout) & (ids >= FIRST_PIECE)
        photos, owner = np.unique(self._photo[rows], return_inverse=True)
        return Drawn(ids.masked_fill(lost, UNKNOWN_ID), torch.from_numpy(owner), photos, rng)

    def _order(self, turn: int, batch: int, seed: int) -> np.ndarray:
        """Rows of each batch of one pass: int64[batches, batch]."""
        rng = np.random.default_rng((seed, turn))
        order = rng.permutation(len(self._photo))
        order = order[: len(order) // batch * batch]
        windows = [order[start : start + batch * WINDOW] for start in range(0, len(order), batch * WINDOW)]
        by_length = [part[np.argsort(self._length[part], kind="stable")] for part in windows]
        return rng.permutation(np.concatenate(by_length).reshape(-1, batch))


@dataclass(frozen=True, slots=True)
class MapBatches:
    """Feature maps of a tower that stands still, float16[V, n, h, w, D], the colours of their cells, float16[..., 48],
    and what guides look at, float32[V, n, C]."""

    maps: np.ndarray
    colours: np.ndarray
    captions: CaptionBatches
    taught: np.ndarray | None = None

    def batch(self, step: int, recipe: Recipe) -> Batch:
        drawn = self.captions.batch(step, recipe)
        at = drawn.rng.integers(len(self.maps), size=len(drawn.photos)), drawn.photos
        targets = None if self.taught is None else torch.from_numpy(self.taught[at])
        patches = torch.from_numpy(np.concatenate([self.maps[at], self.colours[at]], -1))
        return Batch(drawn.ids, drawn.owner, patches.permute(0, 3, 1, 2), targets)

    def whole(self, count: int) -> Iterator[Tensor]:
        """Every view of every photo, `count` at a time: float16[n, D + 48, h, w]."""
        for maps, told in zip(self.maps, self.colours, strict=True):
            for start in range(0, len(maps), count):
                rows = slice(start, start + count)
                yield torch.from_numpy(np.concatenate([maps[rows], told[rows]], -1)).permute(0, 3, 1, 2)


@dataclass(frozen=True, slots=True)
class MapSight:
    """The trunk's own head over kept maps: the tower below it is not run."""

    model: JointModel

    def __call__(self, batch: Batch) -> Seen:
        visual = self.model.clip.visual
        patches = batch.photos.float()
        embeddings = visual.head(visual.trunk.forward_head(patches[:, : visual.trunk.num_features]))
        return Seen(F.normalize(embeddings.float(), dim=-1), patches)
