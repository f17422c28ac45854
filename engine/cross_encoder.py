"""One sentence and the tokens of n photos -> n scores, slice by slice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.bi_encoder import restore
from engine.joint_model import JointModel, Offer, Reading
from engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class PreparedSentence:
    """A sentence after the layers that all candidates share. Opaque to callers."""

    reading: Reading
    words: Tensor | None
    weights: Tensor | None


class CrossEncoder:
    """The head of a joint model. Higher scores are better; an untrained head gives the order of the cosines."""

    def __init__(self, model: JointModel, tokenizer: Tokenizer) -> None:
        self._model = model.eval()
        self._tokenizer = tokenizer

    @torch.inference_mode()
    def prepare(self, sentence: str) -> PreparedSentence:
        """What every candidate of this sentence shares, computed once."""
        reading = self._model.read(self._tokenizer([sentence]))
        if not self._model.head_config.alignment:
            return PreparedSentence(reading, None, None)
        words, weights = self._model.alignment.words(reading.words, reading.present)
        return PreparedSentence(reading, words, weights)

    @torch.inference_mode()
    def score(
        self, sentence: PreparedSentence, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray
    ) -> np.ndarray:
        """int8[n, t, 256], float16[n, t], float32[n] -> float32[n]: match logit plus the weighted cosine."""
        if not len(values):
            return np.zeros(0, np.float32)
        tokens = restore(torch.from_numpy(np.array(values)), torch.from_numpy(np.array(scales)))
        return self.score_offered(sentence, self.offer(tokens), cosines)

    @torch.inference_mode()
    def offer(self, tokens: Tensor) -> Offer:
        """float32[n, t, 256], restored -> what these photos offer to every sentence."""
        return self._model.offer(tokens)

    @torch.inference_mode()
    def score_offered(self, sentence: PreparedSentence, offer: Offer, cosines: np.ndarray) -> np.ndarray:
        """As `score` for n photos, n above 0, that were looked at once for many sentences."""
        verdict = self._model.compare(sentence.reading, offer)
        score = verdict[:, 1] - verdict[:, 0]
        if sentence.words is not None and sentence.weights is not None and offer.regions is not None:
            aligned = self._model.alignment(sentence.words, sentence.weights, offer.regions)[0]
            score = score + self._model.alignment_weight * aligned
        score = score + self.cosine_scale * torch.from_numpy(np.array(cosines)).float()
        return score.float().numpy()

    @property
    def cosine_scale(self) -> float:
        """What a score gains when the cosine grows by one."""
        return float((self._model.cosine_weight * self._model.temperature).detach())
