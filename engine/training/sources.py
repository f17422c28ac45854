"""Where batches come from: captions beside kept feature maps, or beside photos cut anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.joint_model import JointModel
from engine.tokenizer import Tokenizer
from engine.training.distil import TrainingViews, cut_view, dense_loss, jitter_colour, normalise
from engine.training.train import Batch, Recipe, Seen

UNKNOWN_ID = 3
FIRST_PIECE = 4


class Captions:
    """Word numbers of every caption of every photo, shortest first.

    A batch takes captions of one rank of length: less padding, and wrong sentences that do not differ in length.
    """

    def __init__(self, captions: list[tuple[str, ...]], tokenizer: Tokenizer) -> None:
        self._ids = []
        for texts in captions:
            ids = tokenizer(list(texts))
            self._ids.append(ids[(ids > 0).sum(1).argsort(stable=True)])

    def draw(self, rows: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """`sentences_per_photo` different captions of each photo -> ids [s, T] and owner [s]."""
        chosen, owners, first = [], [], rng.random()
        for place, row in enumerate(rows):
            captions = self._ids[row]
            start = int(first * len(captions))
            for step in range(min(recipe.sentences_per_photo, len(captions))):
                chosen.append(captions[(start + step) % len(captions)])
                owners.append(place)
        ids = torch.stack(chosen)
        lost = torch.from_numpy(rng.random(ids.shape) < recipe.word_dropout) & (ids >= FIRST_PIECE)
        return ids.masked_fill(lost, UNKNOWN_ID), torch.tensor(owners)


def rows_of(step: int, count: int, recipe: Recipe) -> tuple[np.ndarray, int, np.random.Generator]:
    """(photos of this step, which pass over all photos it belongs to, the step's own chance)."""
    turn, place = divmod(step, count // recipe.batch)
    order = np.random.default_rng((recipe.seed, turn)).permutation(count)
    rows = order[place * recipe.batch : (place + 1) * recipe.batch]
    return rows, turn, np.random.default_rng((recipe.seed, 7, step))


@dataclass(frozen=True, slots=True)
class KeptMaps:
    """Feature maps of a tower that stands still. maps: float16[v, n, h, w, D]."""

    maps: np.ndarray
    captions: Captions

    def batch(self, step: int, recipe: Recipe) -> Batch:
        rows, _, rng = rows_of(step, self.maps.shape[1], recipe)
        ids, owner = self.captions.draw(rows, recipe, rng)
        maps = self.maps[rng.integers(len(self.maps), size=len(rows)), rows]
        return Batch(ids, owner, torch.from_numpy(maps).permute(0, 3, 1, 2).float())


@dataclass(frozen=True, slots=True)
class CutPhotos:
    """Photos cut and coloured anew, with what the teacher saw in the same cut."""

    data: TrainingViews
    captions: Captions

    def batch(self, step: int, recipe: Recipe) -> Batch:
        data = self.data
        rows, _, rng = rows_of(step, len(data.photos), recipe)
        ids, owner = self.captions.draw(rows, recipe, rng)
        views = rng.integers(len(data.views.flips), size=len(rows))
        cuts = [
            cut_view(data.photos[row], data.views.boxes[view, row], bool(data.views.flips[view, row]))
            for row, view in zip(rows, views, strict=True)
        ]
        generator = torch.Generator().manual_seed(int(rng.integers(1 << 31)))
        photos = normalise(jitter_colour(torch.stack(cuts), generator))
        targets = (torch.from_numpy(data.maps[-1][views, rows]) / data.units[-1]).permute(0, 3, 1, 2)
        return Batch(ids, owner, photos, targets)


@dataclass(frozen=True, slots=True)
class MapSight:
    """The trunk's own head over kept maps: the tower below it is not run."""

    model: JointModel

    def __call__(self, batch: Batch) -> Seen:
        visual = self.model.clip.visual
        embeddings = visual.head(visual.trunk.forward_head(batch.photos))
        return Seen(F.normalize(embeddings.float(), dim=-1), batch.photos)


@dataclass(frozen=True, slots=True)
class PhotoSight:
    """The whole tower over photos; a 1x1 convolution keeps it close to what the teacher sees."""

    model: JointModel
    adapter: torch.nn.Module

    def __call__(self, batch: Batch) -> Seen:
        visual = self.model.clip.visual
        patches = visual.trunk.forward_features(batch.photos)
        embeddings = visual.head(visual.trunk.forward_head(patches))
        penalty = None if batch.targets is None else dense_loss(self.adapter(patches), batch.targets)
        return Seen(F.normalize(embeddings.float(), dim=-1), patches, penalty)
