"""Every number that shapes a round of training, in one flat record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Negatives = Literal["random", "in_batch", "mined"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Rates are the highest of the schedule; a rate of 0 freezes that part.

    retriever: False trains the head alone, towers and embeddings stay as they are. contrast_share, alignment_share,
    listwise_share, distil_share: weights of the bi-encoder's loss, of the word-region alignment, of the cross-encoder's
    loss and of what the bi-encoder learns from the cross-encoder; 0 leaves that part out.
    negatives: where the cross-encoder's wrong pairs come from: one by the toss of a coin (another photo or another
    sentence), near ones of the batch, or, for `mined_share` of them, near ones of the whole training set, of which
    each pair of a batch then brings `mined_per_positive` along.
    """

    batch: int = 128
    sentences_per_photo: int = 1
    new_rate: float = 1e-3
    text_rate: float = 1e-3
    image_rate: float = 0.0
    projection_rate: float | None = None  # of the image tower's last matrix; None: as new parts
    train_tokens: bool = True  # False: what makes tokens of patches stays as it is
    weight_decay: float = 0.05
    schedule: Literal["cosine", "linear"] = "cosine"
    warm_up: float = 0.03
    word_dropout: float = 0.1
    patch_dropout: float = 0.2
    be_loss: Literal["info_nce", "triplet"] = "info_nce"
    ce_loss: Literal["both", "listwise", "two_class"] = "both"
    margin: float = 0.1
    contrast_share: float = 1.0
    alignment_share: float = 1.0
    listwise_share: float = 1.0
    distil_share: float = 0.0
    listwise_sentences: int = 32
    negatives: Negatives = "in_batch"
    wrong_candidates: int = 3  # photos for each sentence
    wrong_sentences: int = 0  # sentences for each photo
    mined_share: float = 0.5
    mined_per_positive: int = 0
    distil_candidates: int = 6
    regulariser: float = 1.0
    averaged: float = 0.0  # of the weights over steps: how much of the average each step keeps; 0: the last weights
    reranker_moves_tower: bool = False
    retriever: bool = True
    seed: int = 0
    device: str = "cpu"
    precision: Literal["bfloat16", "float32"] = "bfloat16"
