"""How a model does on dev while it learns: what is looked at, and what is chosen by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.evaluation.ranking import best_ranks, order_of, recalls
from engine.joint_model import JointModel, Reading
from engine.training.batch import Sight, batch_of
from engine.training.choice import Candidates, choose_shares
from engine.training.drawn_pairs import Photos
from engine.training.interrupt import heeding, nothing
from engine.training.sentences import Sentences
from engine.training.train_config import TrainConfig

PHOTOS_AT_ONCE = 64
SENTENCES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Encoded:
    """embeddings float[n, d] and tokens [n, t, 256] of photos, embeddings float[s, d] of sentences."""

    photos: Tensor
    tokens: Tensor | None
    sentences: Tensor


@dataclass(frozen=True, slots=True)
class Lists:
    """For each sentence the photos that are reranked: int64[s, k], and their cosines float32[s, k]."""

    photos: Tensor
    cosines: Tensor

    def first(self, k: int) -> Lists:
        return Lists(self.photos[:, :k], self.cosines[:, :k])


class Dev:
    """The dev photos, and some of their sentences: of each photo the first, then of each the second, ...

    `heed` is called every few photos and sentences, and may raise to end what takes too long."""

    def __init__(self, photos: Photos, sentences: Sentences, config: TrainConfig) -> None:
        self.photos = photos
        self._sentences = sentences
        self._precision, self._device = config.precision, torch.device(config.device)
        owner = sentences.owner
        rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
        self.numbers = np.sort(np.lexsort((owner, rank))[: config.dev_sentences])
        self.owner = torch.from_numpy(owner[self.numbers])

    @torch.inference_mode()
    def encode(self, model: JointModel, sight: Sight, *, tokens: bool, heed: Callable[[], None] = nothing) -> Encoded:
        """All dev photos and the chosen sentences."""
        seen, made = [], []
        with self._autocast():
            for start in heeding(range(0, self.photos.count, PHOTOS_AT_ONCE), heed):
                rows = np.arange(start, min(start + PHOTOS_AT_ONCE, self.photos.count))
                found = sight(batch_of(self.photos.whole(rows), self._device))
                seen.append(found.embeddings.float())
                if tokens:
                    made.append(model.tokens(found.patches))
            parts = heeding(np.array_split(self.numbers, self._parts()), heed)
            texts = [self._read(model, part).embedding for part in parts]
        return Encoded(torch.cat(seen), torch.cat(made) if tokens else None, torch.cat(texts).float())

    def retrieved(self, encoded: Encoded, k: int) -> Lists:
        """The first k photos of each sentence by cosine."""
        cosines, photos = (encoded.sentences @ encoded.photos.T).topk(min(k, len(encoded.photos)))
        return Lists(photos.cpu(), cosines.cpu())

    def drawn(self, k: int) -> Lists:
        """For a reranker without a retriever: the photo of each sentence among k - 1 others, always the same."""
        rng = np.random.default_rng(0)
        k = min(k, self.photos.count)
        photos = np.stack([self._among(int(owner), k, rng) for owner in self.owner])
        return Lists(torch.from_numpy(photos), torch.zeros(photos.shape))

    @torch.inference_mode()
    def judged(
        self, model: JointModel, encoded: Encoded, lists: Lists, *, heed: Callable[[], None] = nothing
    ) -> Candidates:
        """What the cross-encoder says of the lists, each part in units of the cosine."""
        if encoded.tokens is None:
            raise ValueError("a cross-encoder needs tokens")
        tokens, verdicts, alignments = encoded.tokens, [], []
        with self._autocast():
            parts = np.array_split(np.arange(len(self.numbers)), self._parts())
            for rows in heeding(parts, heed):
                reading = self._read(model, self.numbers[rows])
                some = tokens[lists.photos[rows].to(self._device)]
                verdict, alignment = _opinions(model, reading, some)
                verdicts.append(verdict.float() / model.temperature)
                alignments.append(alignment.float())
        right = lists.photos == self.owner[:, None]
        cosines = lists.cosines.float()
        return Candidates(
            *(part.cpu().numpy() for part in (cosines, torch.cat(verdicts), torch.cat(alignments), right))
        )

    def recalls(self, encoded: Encoded) -> dict[str, float]:
        """Sentence to photo, by cosine alone."""
        cosines = (encoded.sentences @ encoded.photos.T).cpu().numpy()
        right = self.owner.numpy()[:, None] == np.arange(cosines.shape[1])[None]
        return recalls(best_ranks(order_of(cosines), right))

    def _among(self, own: int, k: int, rng: np.random.Generator) -> np.ndarray:
        others = rng.choice(self.photos.count - 1, k - 1, replace=False)
        return rng.permutation(np.append(others + (others >= own), own))

    def _read(self, model: JointModel, numbers: np.ndarray) -> Reading:
        return model.read(self._sentences.read(numbers).to(self._device))

    def _parts(self) -> int:
        return -(-len(self.numbers) // SENTENCES_AT_ONCE)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._precision == "bfloat16")


class Look:
    """Judges a model on dev, the same way each time. `lists`: given ones, for a reranker of another's candidates."""

    def __init__(self, dev: Dev, sight: Sight, config: TrainConfig, *, lists: Lists | None = None) -> None:
        self._dev, self._sight, self._lists = dev, sight, lists
        self._reranks, self._k = config.reranks, config.k

    def __call__(self, model: JointModel, heed: Callable[[], None] = nothing) -> dict[str, float]:
        """Recalls in percent; "dev_mr" is what is chosen by: of COOP where there is a head, otherwise of the BE."""
        encoded = self._dev.encode(model, self._sight, tokens=self._reranks, heed=heed)
        found = {f"be_{name}": value for name, value in self._dev.recalls(encoded).items()}
        if not self._reranks:
            return {**found, "dev_mr": found["be_mr"]}
        coop = choose_shares(self.candidates(model, self._k, encoded, heed=heed))[2]
        return {**found, **{f"coop_{name}": value for name, value in coop.items()}, "dev_mr": coop["mr"]}

    def candidates(
        self, model: JointModel, k: int, encoded: Encoded | None = None, *, heed: Callable[[], None] = nothing
    ) -> Candidates:
        """What the shares of the score are chosen by."""
        encoded = encoded or self._dev.encode(model, self._sight, tokens=True)
        lists = self._lists or self._dev.retrieved(encoded, k)
        return self._dev.judged(model, encoded, lists.first(k), heed=heed)


def _opinions(model: JointModel, reading: Reading, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """tokens [b, k, t, 256] -> verdicts and alignments [b, k]."""
    b, k = tokens.shape[:2]
    rows = torch.arange(b, device=tokens.device).repeat_interleave(k)
    logits = model.match(reading.repeat(rows), tokens.flatten(0, 1)).unflatten(0, (b, k))
    verdicts = logits[..., 1] - logits[..., 0]
    if not model.head_config.alignment:
        return verdicts, torch.zeros_like(verdicts)
    words, weights = model.alignment.words(reading.words, reading.present)
    regions = model.alignment.tokens(tokens)
    aligned = [model.alignment(words[row : row + 1], weights[row : row + 1], regions[row])[0] for row in range(b)]
    return verdicts, torch.stack(aligned)
