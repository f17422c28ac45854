"""One sentence and the tokens of n photos -> n scores, slice by slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.bi_encoder import restore
from engine.joint_model import Offer, Reading
from engine.placed_model import PlacedModel
from engine.tokenizer import Tokenizer

PAIRS_AT_ONCE = 512
LEAST_IN_PART, MOST_IN_PART = 12, 64  # of these, for each thread of a processor
QUICK = 25  # candidates take one thread some 20 ms; many small products take a fifth longer than few large ones
SENTENCES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class PreparedSentence:
    """A sentence after the layers that all candidates share. Opaque to callers."""

    sentence: str
    reading: Reading
    words: Tensor | None
    weights: Tensor | None


@dataclass(frozen=True, slots=True)
class Pointing:
    """What the T word numbers of one sentence point at in a photo of t tokens.

    spans: start and end of each in the sentence, (0, 0) where it stands for no characters. weights: float32[T], what
    each counts for in the sentence. shares: float32[T, t], which tokens speak for it, with a sum of one.
    """

    spans: list[tuple[int, int]]
    weights: np.ndarray
    shares: np.ndarray


class CrossEncoder:
    """The head of a joint model. Higher scores are better; an untrained head gives the order of the cosines.

    Raises DeviceLost where the device stops working.
    """

    def __init__(self, placed: PlacedModel, tokenizer: Tokenizer) -> None:
        self._placed = placed
        self._model = placed.model
        self._tokenizer = tokenizer

    @property
    def at_once(self) -> int:
        """How many candidates to score between two looks at whatever else is wanted."""
        return QUICK * self._placed.abreast

    def prepare(self, sentence: str) -> PreparedSentence:
        """What every candidate of this sentence shares, computed once."""

        def work(_start: int, _stop: int) -> PreparedSentence:
            return self._placed.alone(lambda: self._prepare(sentence))

        return self._placed.in_slices(1, 1, work)[0]

    @torch.inference_mode()
    def _prepare(self, sentence: str) -> PreparedSentence:
        reading = self._model.read(self._tokenizer([sentence]).to(self._placed.device))
        if not self._model.head_config.alignment:
            return PreparedSentence(sentence, reading, None, None)
        words, weights = self._model.alignment.words(reading.words, reading.present)
        return PreparedSentence(sentence, reading, words, weights)

    def score(
        self, sentence: PreparedSentence, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray
    ) -> np.ndarray:
        """int8[n, t, 256], float16[n, t], float32[n] -> float32[n]: match logit plus the weighted cosine."""

        def work(start: int, stop: int) -> list[np.ndarray]:
            here = self._moved(sentence)

            @torch.inference_mode()  # which each thread has to enter
            def part(first: int, last: int) -> np.ndarray:
                rows = slice(start + first, start + last)
                tokens = restore(torch.from_numpy(np.array(values[rows])), torch.from_numpy(np.array(scales[rows])))
                return self._score_once(here, tokens.to(self._placed.device), cosines[rows])

            return self._placed.in_parts(stop - start, part, least=LEAST_IN_PART, most=MOST_IN_PART)

        slices = self._placed.in_slices(len(values), PAIRS_AT_ONCE, work)
        return np.concatenate([part for parts in slices for part in parts]) if slices else np.zeros(0, np.float32)

    def _moved(self, sentence: PreparedSentence) -> PreparedSentence:
        """The sentence where the model is now: it may have left the device since it was prepared."""
        here = sentence.reading.embedding.device == self._model.verdict.weight.device
        return sentence if here else self._prepare(sentence.sentence)

    def _score_once(self, sentence: PreparedSentence, tokens: Tensor, cosines: np.ndarray) -> np.ndarray:
        offer = self._model.offer(tokens, words=sentence.reading.entry.shape[1])
        return self.score_offered(sentence, offer, cosines)

    @torch.inference_mode()
    def offer(self, tokens: Tensor) -> Offer:
        """float32[n, t, 256], restored -> what these photos offer to every sentence."""
        return self._model.offer(tokens.to(self._placed.device))

    @torch.inference_mode()
    def score_offered(self, sentence: PreparedSentence, offer: Offer, cosines: np.ndarray) -> np.ndarray:
        """As `score` for n photos, n above 0, that were looked at once for many sentences."""
        verdict = self._model.compare(sentence.reading, offer)
        score = verdict[:, 1] - verdict[:, 0]
        if sentence.words is not None and sentence.weights is not None and offer.regions is not None:
            aligned = self._model.alignment(sentence.words, sentence.weights, offer.regions)[0]
            score = score + self._model.alignment_weight * aligned
        if offer.common is not None:
            score = score - offer.common
        own = score.float().cpu().numpy()
        return own + np.float32(self.cosine_scale) * np.asarray(cosines, np.float32)

    @property
    def points(self) -> bool:
        """Whether this head matches single words with single tokens, so that `point` can say where."""
        return bool(self._model.head_config.alignment) and bool(self._model.alignment_weight != 0)

    @torch.inference_mode()
    def point(self, sentence: str, values: np.ndarray, scales: np.ndarray) -> Pointing:
        """Of one photo, int8[1, t, 256] and float16[1, t]. Only where the head `points`."""

        def work(_start: int, _stop: int) -> Pointing:
            prepared = self._prepare(sentence)
            shares, weights = self._model.alignment.places(
                prepared.words, prepared.weights, self._regions(values, scales)
            )
            return Pointing(self._tokenizer.spans(sentence), weights.cpu().numpy(), shares[0].cpu().numpy())

        return self._placed.in_slices(1, 1, work)[0]

    @torch.inference_mode()
    def align(self, sentences: list[str], values: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Several short sentences with n photos, by their alignment alone: float32[len(sentences), n]. Only where the
        head `points`."""

        def work(start: int, stop: int) -> np.ndarray:
            reading = self._model.read(self._tokenizer(sentences[start:stop]).to(self._placed.device))
            words, weights = self._model.alignment.words(reading.words, reading.present)
            aligned: Tensor = self._model.alignment(words, weights, self._regions(values, scales))
            return aligned.cpu().numpy()

        parts = self._placed.in_slices(len(sentences), SENTENCES_AT_ONCE, work)
        return np.concatenate(parts) if parts else np.zeros((0, len(values)), np.float32)

    def _regions(self, values: np.ndarray, scales: np.ndarray) -> Tensor:
        tokens = restore(torch.from_numpy(np.array(values)), torch.from_numpy(np.array(scales)))
        regions: Tensor = self._model.alignment.tokens(tokens.to(self._placed.device))
        return regions

    @property
    def cosine_scale(self) -> float:
        """What a score gains when the cosine grows by one."""
        return float((self._model.cosine_weight * self._model.temperature).detach())
