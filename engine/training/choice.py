"""Choices made on dev: how a model does while it learns, and how much each part of its score counts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.evaluation.ranking import best_ranks, order_of, recalls
from engine.joint_model import JointModel, Reading
from engine.training.distil import normalise

VERDICT_SHARES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
ALIGNMENT_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
HEADS = (20, 50)


@dataclass(frozen=True, slots=True)
class DevSet:
    """photos: uint8[n, 3, R, R]; ids: int64[s, T]; owner: int64[s]."""

    photos: Tensor
    ids: Tensor
    owner: Tensor

    def some(self, per_photo: int) -> DevSet:
        """The first sentences of each photo only."""
        seen: dict[int, int] = {}
        keep = []
        for row, photo in enumerate(self.owner.tolist()):
            seen[photo] = seen.get(photo, 0) + 1
            if seen[photo] <= per_photo:
                keep.append(row)
        return DevSet(self.photos, self.ids[keep], self.owner[keep])


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first k photos of each sentence by cosine, with the parts of their scores: float32[s, k] each."""

    cosines: np.ndarray
    verdicts: np.ndarray
    alignments: np.ndarray
    right: np.ndarray

    def recalls(self, verdict_share: float, alignment_share: float, head: int) -> dict[str, float]:
        """Recall when the head is sorted by cosine + shares * parts. A photo that was not retrieved is not found."""
        scores = self.cosines + verdict_share * self.verdicts + alignment_share * self.alignments
        order = order_of(self.cosines, scores, head=head)
        ranks = np.where(self.right.any(1), best_ranks(order, self.right), 10**6)
        return recalls(ranks)


@torch.inference_mode()
def candidates(model: JointModel, dev: DevSet, *, k: int = 50) -> Candidates:
    """Every part in units of the cosine: verdicts and alignments are divided by the temperature's scale."""
    with torch.autocast("cpu", torch.bfloat16):
        seen = [model.see(normalise(part)) for part in dev.photos.split(64)]
        embeddings, tokens = torch.cat([e for e, _ in seen]), torch.cat([t for _, t in seen])
        parts: list[tuple[Tensor, ...]] = []
        # Sentences of one length stand together, so that no layer works on padding.
        order = (dev.ids > 0).sum(1).argsort()
        for rows in order.split(64):
            reading = model.read(dev.ids[rows])
            with torch.autocast("cpu", enabled=False):
                # Eight bits of a cosine are too few to tell the first photo from the second.
                cosines, photos = (reading.embedding @ embeddings.T).topk(k)
            verdicts, alignments = _parts(model, reading, tokens[photos])
            right = photos == dev.owner[rows, None]
            parts.append((cosines, verdicts.float() / model.temperature, alignments.float(), right))
    return Candidates(*(torch.cat(column).numpy() for column in zip(*parts, strict=True)))


def _parts(model: JointModel, reading: Reading, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """tokens [b, k, t, 256] -> verdicts and alignments [b, k]."""
    verdicts = torch.zeros(tokens.shape[:2])
    if model.verdict.weight.any():
        rows = torch.arange(len(tokens)).repeat_interleave(tokens.shape[1])
        logits = model.match(reading.repeat(rows), tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2])
        verdicts = logits[..., 1] - logits[..., 0]
    if not model.head_config.alignment:
        return verdicts, torch.zeros(tokens.shape[:2])
    words, weights = model.alignment.words(reading.words, reading.present)
    regions = model.alignment.tokens(tokens)
    aligned = [model.alignment(words[b : b + 1], weights[b : b + 1], regions[b])[0] for b in range(len(tokens))]
    return verdicts, torch.stack(aligned)


def look(model: JointModel, dev: DevSet) -> dict[str, float]:
    """Sentence-to-photo recall on dev: bi-encoder, alignment added, verdict added (top 20)."""
    found = candidates(model, dev, k=20)
    rows = {"be": (0.0, 0.0), "aligned": (0.0, 1.0), "judged": (1.0, 0.0), "both": (1.0, 1.0)}
    return {
        f"{name}_{cut}": value
        for name, shares in rows.items()
        for cut, value in found.recalls(*shares, 20).items()
        if cut in ("r1", "r10")
    }


def choose_shares(found: Candidates) -> tuple[float, float, dict[str, float]]:
    """The (verdict, alignment) shares with the best sum of R@1, R@5 and R@10 over both head lengths.

    A choice that loses R@1 against the bi-encoder is never taken; (0, 0) always stands.
    """
    floor = found.recalls(0, 0, 0)["r1"]
    best = (0.0, 0.0, -1.0)
    for verdict, alignment in itertools.product(VERDICT_SHARES, ALIGNMENT_SHARES):
        rows = [found.recalls(verdict, alignment, head) for head in HEADS]
        if min(row["r1"] for row in rows) >= floor and sum(row["mr"] for row in rows) > best[2]:
            best = (verdict, alignment, sum(row["mr"] for row in rows))
    return best[0], best[1], found.recalls(best[0], best[1], HEADS[0])


@torch.no_grad()
def settle(model: JointModel, verdict: float, alignment: float) -> None:
    """Writes the shares into the model. The verdict keeps its own scale, so that it can be calibrated."""
    if verdict == 0:
        model.verdict.weight.zero_()
        model.verdict.bias.zero_()
        unit = 1.0
    else:
        unit = 1.0 / verdict
    model.cosine_weight.fill_(unit)
    if model.head_config.alignment:
        model.alignment_weight.copy_(alignment * unit * model.temperature)
