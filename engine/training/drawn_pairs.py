"""Batches of captioned photos: which, with which sentences, and which hard negatives come along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.errors import TrainingDataError
from engine.training.batch import Batch
from engine.training.distil import cut_view, jitter_colour, make_views
from engine.training.kept_photos import KeptPixels
from engine.training.mining import Mined
from engine.training.recipe import Recipe
from engine.training.sentences import Sentences
from engine.training.train_config import TrainConfig


class Photos(Protocol):
    """Photos as a batch takes them: what `Sight` looks at, and embeddings where they are kept."""

    @property
    def count(self) -> int: ...

    def take(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor | None]: ...

    def whole(self, rows: np.ndarray) -> tuple[Tensor, Tensor | None]: ...


@dataclass(frozen=True, slots=True)
class CutPhotos:
    """Photos cut, flipped and coloured anew each time."""

    kept: KeptPixels
    smallest_crop: float
    colour: bool

    @property
    def count(self) -> int:
        return self.kept.count

    def take(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, None]:
        """uint8 or 0..255 float [b, 3, R, R]; crops are of aspect 3:4 to 4:3."""
        seed = int(rng.integers(1 << 31))
        views = make_views(2, len(rows), seed=seed, smallest=self.smallest_crop)  # the first is the whole photo
        parts = zip(rows, views.boxes[1], views.flips[1].tolist(), strict=True)
        photos = torch.stack([cut_view(self.kept.pixels[row], box, flip) for row, box, flip in parts])
        return (jitter_colour(photos, torch.Generator().manual_seed(seed)) if self.colour else photos), None

    def whole(self, rows: np.ndarray) -> tuple[Tensor, None]:
        return self.kept.rows(rows), None


class DrawnPairs:
    """A `Source`: the batch of a step follows from the seed, the step, and what was mined for its epoch."""

    def __init__(self, photos: Photos, sentences: Sentences, config: TrainConfig) -> None:
        self.photos, self.sentences = photos, sentences
        self.mined: Mined | None = None
        self._skip = config.mined_skip
        self._partners = config.mined_per_positive if config.negatives == "mined" else 0
        self.anchors = max(1, min(config.batch, photos.count) // (1 + self._partners))
        self.per_pass = max(1, photos.count // self.anchors)
        wanted = max(config.wrong_candidates, config.distil_candidates if config.distil_share else 0)
        if self.anchors * (1 + self._partners) <= wanted:
            problem = f"batches of {self.anchors:,} photos have no {wanted} wrong ones beside each"
            raise TrainingDataError(problem, remedy="add photos, or: --set wrong_candidates=1 --set batch=8")

    def steps_of_epochs(self, epochs: float, recipe: Recipe) -> int:
        """An epoch sees as many pairs as there are sentences."""
        pairs = self.anchors * (1 + self._partners) * recipe.sentences_per_photo
        return max(1, round(epochs * len(self.sentences) / pairs))

    def batch(self, step: int, recipe: Recipe) -> Batch:
        turn, place = divmod(step, self.per_pass)
        order = np.random.default_rng((recipe.seed, turn)).permutation(self.photos.count)
        anchors = order[place * self.anchors : (place + 1) * self.anchors]
        rng = np.random.default_rng((recipe.seed, 7, step))
        numbers, owner = self.sentences.pick(anchors, recipe.sentences_per_photo, rng)
        rows, numbers, owner, partners = self._with_partners(anchors, numbers, owner, rng)
        photos, embeddings = self.photos.take(rows, rng)
        ids = self.sentences.read(numbers, dropout=recipe.word_dropout, rng=rng)
        return Batch(ids, torch.from_numpy(owner), photos, embeddings=embeddings, partners=partners)

    def _with_partners(
        self, anchors: np.ndarray, numbers: np.ndarray, owner: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Tensor | None]:
        """The mined wrong photos join the batch, each once, each with a sentence of its own."""
        if self.mined is None or not self._partners:
            return anchors, numbers, owner, None
        first = np.unique(owner, return_index=True)[1]
        photos, brought = self.mined.partners(numbers[first], anchors, self._partners, skip=self._skip, rng=rng)
        photos = np.where(photos < 0, self.sentences.owner[brought], photos)
        place = {int(photo): row for row, photo in enumerate(anchors)}
        rows, sentences = list(anchors), list(numbers)
        owners = list(owner)
        for photo, number in zip(photos.flatten().tolist(), brought.flatten().tolist(), strict=True):
            if photo in place:
                continue
            place[photo] = len(rows)
            own = number if number >= 0 else int(self.sentences.pick(np.array([photo]), 1, rng)[0][0])
            sentences.append(own)
            owners.append(len(rows))
            rows.append(photo)
        of_anchor = np.vectorize(place.__getitem__)(photos)
        partners = np.full((len(sentences), self._partners), -1)
        partners[: len(numbers)] = of_anchor[owner]
        return np.array(rows), np.array(sentences), np.array(owners), torch.from_numpy(partners)
