"""The sentences of the training photos, and which of them a batch takes."""

from __future__ import annotations

import itertools

import numpy as np
from torch import Tensor

from engine.captions.pairs import CaptionedPhotos
from engine.tokenizer import Tokenizer


class Sentences:
    """Sentences are numbered photo by photo.

    A batch takes sentences of one rank of length: less padding, and wrong sentences that do not differ in length.
    """

    def __init__(self, pairs: CaptionedPhotos, tokenizer: Tokenizer) -> None:
        self._texts = pairs.sentences()
        self._tokenizer = tokenizer
        self.owner = np.array(pairs.rows())
        lengths = np.array([len(text.split()) for text in self._texts])
        starts = np.searchsorted(self.owner, np.arange(len(pairs.photos) + 1))
        numbers = [np.arange(first, end) for first, end in itertools.pairwise(starts)]
        self._by_length = [part[lengths[part].argsort(kind="stable")] for part in numbers]

    def __len__(self) -> int:
        return len(self._texts)

    def pick(self, photos: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Up to `count` different sentences of each photo -> their numbers, each photo's place in `photos`."""
        chosen, places, first = [], [], rng.random()
        for place, photo in enumerate(photos):
            own = self._by_length[photo]
            start = int(first * len(own))
            for step in range(min(count, len(own))):
                chosen.append(own[(start + step) % len(own)])
                places.append(place)
        return np.array(chosen), np.array(places)

    def read(self, numbers: np.ndarray, *, dropout: float = 0.0, rng: np.random.Generator | None = None) -> Tensor:
        """int64[s, T]; with dropout each word is left out with that chance, but never all of them."""
        texts = [self._texts[number] for number in numbers]
        if dropout and rng is not None:
            texts = [_thinned(text, dropout, rng) for text in texts]
        return self._tokenizer(texts)


def _thinned(text: str, dropout: float, rng: np.random.Generator) -> str:
    words = text.split()
    kept = [word for word, lot in zip(words, rng.random(len(words)), strict=True) if lot >= dropout]
    return " ".join(kept or words)
