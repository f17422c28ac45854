"""How a round sees its photos: with the tower, or with what a tower that stands still has shown of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.joint_model import JointModel
from engine.training.batch import Batch, Seen
from engine.training.kept_photos import Eye


@dataclass(frozen=True, slots=True)
class TowerSight:
    """The whole tower over pixels."""

    eye: Eye

    def __call__(self, batch: Batch) -> Seen:
        return self.eye.look(self.eye.normalised(batch.photos))


@dataclass(frozen=True, slots=True)
class KeptSight:
    """Kept maps and embeddings as they are: nothing on the image's side learns."""

    def __call__(self, batch: Batch) -> Seen:
        if batch.embeddings is None:
            raise ValueError("a batch of kept maps brings its embeddings")
        return Seen(batch.embeddings, batch.photos)


@dataclass(frozen=True, slots=True)
class ProjectedSight:
    """Kept maps under the tower's own last layers, which learn."""

    model: JointModel

    def __call__(self, batch: Batch) -> Seen:
        return Seen(projected(self.model, batch.photos), batch.photos)


def projected(model: JointModel, maps: Tensor) -> Tensor:
    """Unit embeddings [n, d] of feature maps [n, D, h, w], by what stands behind the tower's trunk."""
    visual = model.clip.visual
    return F.normalize(visual.head(visual.trunk.forward_head(maps)).float(), dim=-1)


@torch.no_grad()
def is_projection_apart(eye: Eye) -> bool:
    """Whether the tower's embedding follows from the maps that are kept of it: tried on noise, as towers differ."""
    model = eye.model.eval()
    if not hasattr(model.clip.visual, "trunk"):
        return False
    side = eye.model_input.size
    noise = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0)).to(eye.device)
    plain = Eye(model, eye.model_input, eye.device, "float32")
    seen = plain.look(noise)
    try:
        return torch.allclose(projected(model, seen.patches), seen.embeddings, atol=1e-4)
    except (RuntimeError, TypeError, ValueError):  # a head that takes another shape says so in its own way
        return False
