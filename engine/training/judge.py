"""The cross-encoder as a teacher of the bi-encoder: its opinion of a few candidates, without a gradient."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.joint_model import JointModel
from engine.training.batch import Batch, Seen, Sight
from engine.training.negatives import Questions


@dataclass(frozen=True, slots=True)
class Judge:
    """A model that stands still while another learns from it, or the learning model itself."""

    model: JointModel
    sight: Sight

    @torch.no_grad()
    def scores(self, batch: Batch, asked: Questions, *, seen: Seen | None = None) -> Tensor:
        """float[b, c]: what reranking would sort the candidates by. All questions of a row share its sentence.

        `seen`: what this model has seen of the batch, where it has looked already.
        """
        model = self.model
        seen = seen or self.sight(batch)
        tokens = model.tokens(seen.patches)
        reading = model.read(batch.ids[: len(asked.sentences)])
        rows = asked.sentences.flatten()
        logits = model.match(reading.repeat(rows), tokens[asked.photos.flatten()]).unflatten(0, asked.photos.shape)
        scores = logits[..., 1] - logits[..., 0]
        if model.head_config.alignment:
            aligned = model.align(reading, tokens).gather(1, asked.photos)
            scores = scores + model.alignment_weight * aligned
        if model.head_config.common:
            scores = scores - model.commonness(tokens)[asked.photos]
        cosines = (reading.embedding @ seen.embeddings.float().T).gather(1, asked.photos)
        return (scores + model.cosine_weight * model.temperature * cosines).float()
