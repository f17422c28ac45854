"""What one round works on, and who makes it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Batch:
    """Photos and sentences of one step, each photo once. owner[i]: the photo of sentence i, as a row of this batch."""

    ids: Tensor  # int64[s, T]
    owner: Tensor  # int64[s]
    photos: Tensor  # what `Sight` takes: pixels or feature maps
    targets: Tensor | None = None  # of the penalty
    embeddings: Tensor | None = None  # float[n, d] of the photos, where they are kept
    partners: Tensor | None = None  # int64[s, m]: mined wrong photos of each sentence, rows of this batch; -1: none

    def to(self, device: torch.device) -> Batch:
        parts: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        moved: dict[str, Any] = {name: None if part is None else part.to(device) for name, part in parts.items()}
        return Batch(**moved)


class Source(Protocol):
    """Makes the batch of a step, the same each time it is asked."""

    def batch(self, step: int, recipe: Recipe) -> Batch: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """embeddings [n, d], unit length; patches [n, D, h, w] before they become tokens; a penalty on them, or None."""

    embeddings: Tensor
    patches: Tensor
    penalty: Tensor | None = None

    def detached(self) -> Seen:
        return Seen(self.embeddings.detach(), self.patches.detach())


class Sight(Protocol):
    """Looks at the photos of a batch."""

    def __call__(self, batch: Batch) -> Seen: ...


def same_photo(batch: Batch) -> Tensor:
    """bool[s, n]: which photo each sentence was written for."""
    return batch.owner[:, None] == torch.arange(len(batch.photos), device=batch.owner.device)[None]


def batch_of(photos: tuple[Tensor, Tensor | None], device: torch.device) -> Batch:
    """Photos, with embeddings where they are kept, and no sentences."""
    nothing = torch.zeros(0, dtype=torch.long)
    return Batch(nothing, nothing, photos[0], embeddings=photos[1]).to(device)
