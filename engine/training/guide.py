"""Guides: bi-encoders over the teacher's maps. They show the student which differences a sentence ever names.

What several guides agree on is better than what any of them says (on dev 55.8 against 52.6 of R@10 for three), and a
single bi-encoder that learns from all of them keeps nearly all of it (Hinton et al., "Distilling the knowledge in a
neural network", 2015). Shapes: V ways to cut a photo, n photos, C channels, g guides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.training.batch import Batch, Seen, Sight
from engine.training.recipe import Recipe
from engine.training.sources import CaptionBatches
from engine.training.train import JointTraining, Parts

HIDDEN = 1280  # as many as the student's last layer before the embedding, so that the one can become the other
HEAT = 20.0
OWN_SHARE = 0.2  # of the captions themselves, beside what the guides say of them


@dataclass(frozen=True, slots=True)
class GuideRecipe:
    """How much is left out or disturbed while a guide learns: few captions, many passes."""

    text_dropout: float = 0.0
    hidden_dropout: float = 0.1
    noise: float = 0.0
    mixed: bool = False  # whether a photo is seen as a mean of two of its cuts


class Projection(nn.Module):
    """Mean features of a photo [n, C] -> embeddings [n, d], by way of units that differ in scale no more."""

    def __init__(self, mean: Tensor, spread: Tensor, width: int, *, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        self.entry = nn.Linear(len(mean), HIDDEN)
        self.norm = nn.BatchNorm1d(HIDDEN)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(HIDDEN, width)
        self.noise = 0.0

    mean: Tensor
    spread: Tensor

    def forward(self, features: Tensor) -> Tensor:
        x = (features - self.mean) / self.spread
        if self.training and self.noise:
            x = x + self.noise * torch.randn_like(x)
        out: Tensor = self.head(self.drop(F.relu(self.norm(self.entry(x)))))
        return out


class GuideClip(nn.Module):
    """A text tower beside a projection, under the names of an open_clip model."""

    def __init__(self, config: dict[str, Any], projection: Projection) -> None:
        super().__init__()
        clip: Any = build_clip(config)
        self.text = clip.text
        self.context_length = clip.context_length
        self.logit_scale = nn.Parameter(torch.tensor(math.log(14.0)))
        self.visual = nn.ModuleDict({"head": projection})


def make_guide(config: dict[str, Any], features: np.ndarray, recipe: GuideRecipe, *, seed: int) -> JointModel:
    """config: as of a starter's `model_cfg`. features: float32[V, n, C], of which view 0 gives the units."""
    torch.manual_seed(seed)
    first = torch.from_numpy(np.asarray(features[0]))
    projection = Projection(first.mean(0), first.std(0) + 1e-3, config["embed_dim"], dropout=recipe.hidden_dropout)
    projection.noise = recipe.noise
    guide = JointModel(GuideClip(config, projection), HeadConfig(layers=0), patch_width=1)
    drop_in_text(guide.clip.text, recipe.text_dropout)
    return guide


def drop_in_text(text: Any, share: float) -> None:
    """Dropout of words and of each layer's contribution; adds no weights, so the tower loads and ships as before."""
    if not share:
        return
    text.token_embedding.register_forward_hook(_Dropped(share))
    for block in text.transformer.resblocks:
        block.ls_1, block.ls_2 = nn.Dropout(share), nn.Dropout(share)


@dataclass(frozen=True, slots=True)
class _Dropped:
    share: float

    def __call__(self, module: nn.Module, _: Any, out: Tensor) -> Tensor:
        return F.dropout(out, self.share, module.training)


@dataclass(frozen=True, slots=True)
class PooledPhotos:
    """Captions beside features averaged over the cells. features, taught: float32[V, n, C], by cuts and photos."""

    captions: CaptionBatches
    features: np.ndarray
    taught: np.ndarray | None = None
    mixed: bool = False

    def batch(self, step: int, recipe: Recipe) -> Batch:
        drawn = self.captions.batch(step, recipe)
        cuts = drawn.rng.integers(len(self.features), size=(2, len(drawn.photos)))
        share = drawn.rng.random((len(drawn.photos), 1), np.float32) if self.mixed else np.float32(0)
        photos, targets = (
            None if kept is None else torch.from_numpy(_mean(kept, cuts, drawn.photos, share))
            for kept in (self.features, self.taught)
        )
        assert photos is not None
        return Batch(drawn.ids, drawn.owner, photos, targets)


def _mean(kept: np.ndarray, cuts: np.ndarray, photos: np.ndarray, share: Any) -> np.ndarray:
    first = kept[cuts[0], photos]
    mixed: np.ndarray = (first + share * (kept[cuts[1], photos] - first)).astype(np.float32)
    return mixed


@dataclass(frozen=True, slots=True)
class ProjectionSight:
    """A guide's eyes."""

    guide: JointModel

    def __call__(self, batch: Batch) -> Seen:
        embeddings = self.guide.clip.visual.head(batch.photos.float())
        return Seen(F.normalize(embeddings.float(), dim=-1), batch.photos)


class Guides:
    """Several guides as one: the cosine of its long vectors is the mean of their cosines."""

    def __init__(self, guides: Sequence[JointModel]) -> None:
        self.guides = [guide.eval().requires_grad_(False) for guide in guides]

    def see(self, features: Tensor) -> Tensor:
        """[n, C] -> [n, g * d], unit length; a gradient passes to the features."""
        return self._together(guide.clip.visual.head(features.float()).float() for guide in self.guides)

    @torch.no_grad()
    def read(self, ids: Tensor) -> Tensor:
        """int64[b, T] -> [b, g * d], unit length."""
        return self._together(guide.read(ids).embedding for guide in self.guides)

    def _together(self, parts: Iterator[Tensor]) -> Tensor:
        return torch.cat([F.normalize(part, dim=-1) for part in parts], -1) / len(self.guides) ** 0.5


class Apprenticeship(JointTraining):
    """Learns from what the guides make of the same sentences and the same photos; so does the alignment.

    The batch's `targets` are the features that the guides look at, float[n, C].
    """

    def __init__(self, model: JointModel, sight: Sight, recipe: Recipe, guides: Guides) -> None:
        super().__init__(model, sight, recipe)
        self._guides = guides

    def _retrieve(self, batch: Batch, cosines: Tensor, seen: Seen, generator: torch.Generator) -> Parts:
        parts = super()._retrieve(batch, cosines, seen, generator)
        return parts | {"guided": (1.0, agreement(self._heat * cosines, self._told(batch)))}

    def _align(self, scores: Tensor, batch: Batch) -> Tensor:
        return agreement(scores, self._told(batch)) + OWN_SHARE * super()._align(scores, batch)

    @torch.no_grad()
    def _told(self, batch: Batch) -> Tensor:
        if batch.targets is None:
            raise ValueError("the guides have nothing to look at")
        with self._autocast():
            words = self._guides.read(batch.ids)
        return HEAT * (words.float() @ self._guides.see(batch.targets).T)


def agreement(scores: Tensor, told: Tensor) -> Tensor:
    """KL from what was told to the scores [s, n], over photos and over sentences."""
    both = ((scores, told), (scores.T, told.T))
    parts = [F.kl_div(own.log_softmax(1), other.softmax(1), reduction="batchmean") for own, other in both]
    return (parts[0] + parts[1]) / 2


@torch.no_grad()
def become(model: JointModel, guide: JointModel, lift: nn.Conv2d, unit: Tensor) -> None:
    """Writes a guide that looks at lifted features into a starter: its text tower, and its projection folded with
    the lift, a 1x1 convolution [C, D] whose output counts in `unit`s, into the trunk's last layers."""
    model.clip.text.load_state_dict(guide.clip.text.state_dict())
    model.clip.logit_scale.copy_(guide.clip.logit_scale)
    head: Projection = guide.clip.visual.head
    trunk = model.clip.visual.trunk
    entry = head.entry.weight * (unit / head.spread)  # [HIDDEN, C]
    bias = head.entry.weight @ ((lift.bias * unit - head.mean) / head.spread) + head.entry.bias  # type: ignore[operator]
    trunk.conv_head.weight.copy_((entry @ lift.weight.flatten(1))[:, :, None, None])
    trunk.norm_head.load_state_dict(head.norm.state_dict(), strict=False)
    trunk.norm_head.running_mean.sub_(bias)
    trunk.classifier.load_state_dict(head.head.state_dict())
