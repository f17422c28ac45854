"""Hard negatives from the whole training set, found anew each epoch with the model as it then is.

Source: Xiong et al., "Approximate nearest neighbor negative contrastive learning" (ANCE, 2021), as used by Geigle et
al. (2022); the search here is exact.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.joint_model import JointModel
from engine.training.batch import Sight, batch_of
from engine.training.interrupt import heeding, nothing
from engine.training.progress import written
from engine.training.train_config import TrainConfig

if TYPE_CHECKING:
    from engine.training.drawn_pairs import DrawnPairs

ROWS_AT_ONCE = 1024
READ_AT_ONCE = 256
PHOTOS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Mined:
    """The nearest wrong ones, nearest first. photos: int32[s, top] of each sentence; sentences: int32[n, top] of each
    photo."""

    photos: np.ndarray
    sentences: np.ndarray

    def partners(
        self, sentences: np.ndarray, photos: np.ndarray, count: int, *, skip: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """For each true pair `count` wrong ones: int64[a, count] photos near the sentence, or -1, and int64[a, count]
        sentences near the photo, or -1: half of them one, half the other. Half of the time the first `skip` ranks are
        passed over.
        """
        top = self.photos.shape[1]
        shape = (len(sentences), count)
        first = np.where(rng.random(shape) < 0.5, min(skip, top - 1), 0)
        ranks = first + (rng.random(shape) * (top - first)).astype(int)
        of_sentence = np.take_along_axis(self.photos[sentences], ranks, 1).astype(np.int64)
        of_photo = np.take_along_axis(self.sentences[photos], ranks, 1).astype(np.int64)
        photo_side = rng.random(shape) < 0.5
        return np.where(photo_side, of_sentence, -1), np.where(photo_side, -1, of_photo)

    def save(self, path: Path) -> None:
        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(file, photos=self.photos, sentences=self.sentences)
                file.flush()
                os.fsync(file.fileno())

        written(path, write)

    @classmethod
    def load(cls, path: Path) -> Mined:
        with np.load(path, allow_pickle=False) as parts:
            return cls(parts["photos"], parts["sentences"])


def mine(
    sentences: Tensor, photos: Tensor, owner: np.ndarray, *, top: int = 50, heed: Callable[[], None] = nothing
) -> Mined:
    """sentences float[s, d], photos float[n, d], unit length; owner int[s]: the photo of each sentence.

    Takes at most `top` of each, fewer where there are not as many wrong ones. `heed` may raise to end it early.
    """
    whose = torch.from_numpy(owner).to(sentences.device)
    most = int(np.bincount(owner, minlength=len(photos)).max())
    of_photos = torch.arange(len(photos), device=photos.device)
    near_photos = _nearest(sentences, photos, whose, of_photos, min(top, len(photos) - 1))
    near_sentences = _nearest(photos, sentences, of_photos, whose, min(top, len(sentences) - most))
    return Mined(*(np.concatenate(list(heeding(near, heed))) for near in (near_photos, near_sentences)))


def _nearest(rows: Tensor, columns: Tensor, own: Tensor, whose: Tensor, count: int) -> Iterator[np.ndarray]:
    """For some rows at a time the columns of highest cosine that belong to another photo: int32[some, count]."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        cosines = (rows[part] @ columns.T).masked_fill(own[part, None] == whose[None], -torch.inf)
        yield cosines.topk(count, 1).indices.int().cpu().numpy()


class Miner:
    """Finds them for each turn of a run, and keeps what it found: a run taken up again goes on with the same. `heed`
    may raise to end what takes too long."""

    def __init__(
        self, model: JointModel, sight: Sight, source: DrawnPairs, config: TrainConfig, *, heed: Callable[[], None]
    ) -> None:
        self._model, self._sight, self._source, self._config = model, sight, source, config
        self._heed = heed

    def begin(self, turn: int, path: Callable[[int], Path]) -> None:
        """Gives the source what was found when the turn began, or finds it with the weights as they are now."""
        if not path(turn).exists():
            self._mine().save(path(turn))
        self._source.mined = Mined.load(path(turn))
        if turn > 1:
            path(turn - 2).unlink(missing_ok=True)

    @torch.no_grad()
    def _mine(self) -> Mined:
        model, photos, sentences = self._model.eval(), self._source.photos, self._source.sentences
        device = torch.device(self._config.device)
        with torch.autocast(device.type, torch.bfloat16, enabled=self._config.precision == "bfloat16"):
            rows = np.array_split(np.arange(photos.count), -(-photos.count // PHOTOS_AT_ONCE))
            batches = (batch_of(photos.whole(part), device) for part in heeding(rows, self._heed))
            seen = [self._sight(batch).embeddings.float() for batch in batches]
            numbers = np.array_split(np.arange(len(sentences)), -(-len(sentences) // READ_AT_ONCE))
            read = (sentences.read(part).to(device) for part in heeding(numbers, self._heed))
            texts = [model.read(ids).embedding.float() for ids in read]
        top = self._config.mined_top
        return mine(torch.cat(texts), torch.cat(seen), sentences.owner, top=top, heed=self._heed)
