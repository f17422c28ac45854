"""What training minimises. Cosines and scores are [sentences, photos] unless said otherwise."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def batch_hard_triplet(cosines: Tensor, same: Tensor, *, margin: float = 0.1) -> Tensor:
    """Every true pair against the hardest wrong photo and the hardest wrong sentence (Faghri et al., "VSE++", 2018).

    same: bool, True where the sentence belongs to the photo. Other captions of a photo are not wrong for it.
    """
    wrong = cosines.masked_fill(same, -torch.inf)
    hardest_photo = wrong.max(1, keepdim=True).values
    hardest_sentence = wrong.max(0, keepdim=True).values
    cost = F.relu(margin + hardest_photo - cosines) + F.relu(margin + hardest_sentence - cosines)
    return cost[same].mean()


def info_nce(scores: Tensor, same: Tensor) -> Tensor:
    """Symmetric contrastive loss of scaled scores; a photo's several sentences share its credit evenly."""
    log_photo = scores.log_softmax(1)
    log_sentence = scores.log_softmax(0)
    per_photo = same.sum(0, keepdim=True).clamp(min=1)
    to_photo = -(log_photo * same).sum() / same.sum()
    to_sentence = -(log_sentence * same / per_photo).sum() / same.any(0).sum()
    return (to_photo + to_sentence) / 2


def two_class(logits: Tensor, is_match: Tensor) -> Tensor:
    """Cross-entropy of (no match, match) logits [p, 2]; is_match: bool[p]."""
    return F.cross_entropy(logits, is_match.long())


def listwise(scores: Tensor) -> Tensor:
    """scores [b, c]: the true candidate stands first among c."""
    return F.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long, device=scores.device))


def distilled(scores: Tensor, cosines: Tensor) -> Tensor:
    """KL from the reranker's distribution over candidates, taken as it is, to the bi-encoder's.

    Source: Lei et al., "LoopITR" (2022).
    """
    return F.kl_div(cosines.log_softmax(-1), scores.detach().softmax(-1), reduction="batchmean")


def hard_wrong(cosines: Tensor, same: Tensor, count: int, *, generator: torch.Generator, heat: float = 0.05) -> Tensor:
    """Wrong candidates drawn in proportion to softmax(cosine / heat): int64[rows, count], of more than count."""
    weights = (cosines.detach().float() / heat).masked_fill(same, -torch.inf).softmax(-1)
    # Far candidates underflow to zero, and a draw without replacement needs enough that are not.
    weights = weights + 1e-9 * ~same
    # Drawn on the processor, so that one seed means the same on any device.
    return torch.multinomial(weights.cpu(), count, generator=generator).to(cosines.device)
