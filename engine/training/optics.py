"""The image side of a run: which photos its batches take, and how they are seen."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.captions.pairs import CaptionedPhotos
from engine.config import ModelInput
from engine.errors import UsageError
from engine.joint_model import JointModel
from engine.training.batch import Sight
from engine.training.drawn_pairs import CutPhotos, Photos
from engine.training.judge import Judge
from engine.training.kept_photos import Eye, keep_maps, keep_pixels
from engine.training.kept_rows import Progress
from engine.training.sights import KeptSight, ProjectedSight, TowerSight, is_projection_apart
from engine.training.train_config import TrainConfig

AIMED_BY = 256  # photos whose patches show the main directions


@dataclass(frozen=True, slots=True)
class Optics:
    """Of one model and one configuration."""

    model: JointModel
    model_input: ModelInput
    config: TrainConfig

    @property
    def device(self) -> torch.device:
        return torch.device(self.config.device)

    def photos(self, pairs: CaptionedPhotos, cache: Path, progress: Progress) -> Photos:
        """Cut anew where the tower learns; otherwise what the tower shows of them, kept in the cache."""
        config = self.config
        if config.cuts_anew:
            kept = keep_pixels(pairs, self.model_input, cache, progress=progress)
            return CutPhotos(kept, config.smallest_crop, config.colour)
        return keep_maps(
            self._eye(self.model),
            pairs,
            cache,
            views=config.kept_views,
            smallest_crop=config.smallest_crop,
            progress=progress,
        )

    def sight(self) -> Sight:
        """How batches of `photos` are seen."""
        return self._sight(self.model)

    @torch.no_grad()
    def some_patches(self, photos: Photos) -> Tensor:
        """float[n, D, h, w] of a few whole photos."""
        rows = np.sort(np.random.default_rng(0).permutation(photos.count)[:AIMED_BY])
        eye, parts = self._eye(self.model.eval()), []
        for some in np.array_split(rows, -(-len(rows) // 32)):
            found = photos.whole(some)[0].to(self.device)
            parts.append(eye.look(eye.normalised(found)).patches if self.config.cuts_anew else found)
        return torch.cat(parts)

    def judge(self, *, has_head: bool) -> Judge | None:
        """For a network that loses its head: the model as it is now, which stands still. Otherwise None."""
        if not self.config.distil_share or self.config.method != "be":
            return None
        if not has_head:
            raise UsageError("The model has no head to learn from", remedy="start from a model that reranks")
        still = copy.deepcopy(self.model).eval().requires_grad_(False)
        return Judge(still, self._sight(still))

    def _sight(self, model: JointModel) -> Sight:
        config = self.config
        if config.cuts_anew:
            return TowerSight(self._eye(model))
        learns = config.retriever and config.projection_rate != 0
        return ProjectedSight(model) if learns and is_projection_apart(self._eye(model)) else KeptSight()

    def _eye(self, model: JointModel) -> Eye:
        return Eye(model, self.model_input, self.device, self.config.precision)
