from __future__ import annotations

import math

import pytest
import torch

from engine.training.losses import batch_hard_triplet, distilled, hard_wrong, info_nce, listwise, two_class

SAME = torch.eye(3, dtype=torch.bool)


def test_the_triplet_counts_the_hardest_wrong_of_each_side() -> None:
    cosines = torch.tensor([[0.5, 0.45, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5]])
    # Only the pair (sentence 0, photo 1) is within the margin of 0.1: once as a photo, once as a sentence.
    assert batch_hard_triplet(cosines, SAME).item() == pytest.approx((0.05 + 0.05) / 3)


def test_another_caption_of_the_photo_is_never_wrong() -> None:
    same = torch.tensor([[True, False], [True, False], [False, True]])
    cosines = torch.tensor([[0.9, 0.0], [0.9, 0.0], [0.0, 0.9]])
    assert batch_hard_triplet(cosines, same).item() == 0.0


def test_info_nce_of_equal_scores_is_the_logarithm_of_the_batch() -> None:
    assert info_nce(torch.zeros(3, 3), SAME).item() == pytest.approx(math.log(3))


def test_info_nce_vanishes_where_every_pair_stands_out() -> None:
    assert info_nce(50.0 * torch.eye(3), SAME).item() < 1e-6


def test_two_captions_of_a_photo_share_its_credit() -> None:
    same = torch.tensor([[True, False], [True, False], [False, True]])
    perfect = torch.where(same, 50.0, 0.0)
    # To the photo nothing is lost; from photo 0 each of its two captions can have half at most.
    assert info_nce(perfect, same).item() == pytest.approx(math.log(2) / 4, abs=1e-4)


def test_listwise_wants_the_first_candidate_first() -> None:
    assert listwise(torch.tensor([[9.0, 0.0, 0.0]])) < listwise(torch.tensor([[0.0, 9.0, 0.0]]))


def test_two_class_reads_the_second_logit_as_a_match() -> None:
    logits = torch.tensor([[-9.0, 9.0], [9.0, -9.0]])
    assert two_class(logits, torch.tensor([True, False])).item() < 1e-6


def test_distillation_moves_the_bi_encoder_only() -> None:
    scores = torch.randn(2, 4, requires_grad=True)
    cosines = torch.randn(2, 4, requires_grad=True)
    distilled(scores, cosines).backward()
    assert scores.grad is None
    assert cosines.grad is not None


def test_hard_wrong_candidates_are_wrong_different_and_near() -> None:
    cosines = torch.tensor([[0.9, 0.8, 0.7, -0.9, -0.9]])
    same = torch.tensor([[True, False, False, False, False]])
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        drawn = hard_wrong(cosines, same, 2, generator=generator)[0].tolist()
        assert sorted(drawn) == [1, 2]


def test_far_candidates_fill_up_where_near_ones_are_too_few() -> None:
    cosines = torch.tensor([[0.9, 0.9, -0.9, -0.9]])
    same = torch.tensor([[True, False, False, False]])
    drawn = hard_wrong(cosines, same, 3, generator=torch.Generator().manual_seed(0))[0].tolist()
    assert sorted(drawn) == [1, 2, 3]
