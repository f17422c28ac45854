from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.joint_model_attention import PackedAttention, pack_attention


class Tower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(16, 4, batch_first=True)
        self.other = nn.MultiheadAttention(16, 4, batch_first=True, add_bias_kv=True)

    def forward(self, words: Tensor, mask: Tensor | None = None) -> Tensor:
        seen: Tensor = self.attn(words, words, words, need_weights=False, attn_mask=mask)[0]
        return seen


@pytest.fixture
def tower() -> Tower:
    torch.manual_seed(0)
    return Tower().eval()


@pytest.mark.parametrize("masked", [False, True])
def test_packed_attention_sees_what_the_other_does(tower: Tower, masked: bool) -> None:
    words = torch.randn(3, 5, 16)
    mask = torch.full((5, 5), -torch.inf).triu_(1) if masked else None
    names, before = list(tower.state_dict()), tower(words, mask)
    pack_attention(tower)
    assert isinstance(tower.attn, PackedAttention)
    assert list(tower.state_dict()) == names
    torch.testing.assert_close(tower(words, mask), before, rtol=1e-4, atol=1e-5)


def test_what_is_asked_for_more_goes_the_usual_way(tower: Tower) -> None:
    words, others = torch.randn(2, 5, 16), torch.randn(2, 7, 16)
    expected = tower.attn(words, others, others)
    pack_attention(tower)
    seen, weights = tower.attn(words, others, others)
    torch.testing.assert_close(seen, expected[0])
    torch.testing.assert_close(weights, expected[1])
    assert type(tower.other) is nn.MultiheadAttention


def test_packed_attention_learns_as_the_other_does(tower: Tower) -> None:
    weight = tower.attn.in_proj_weight
    pack_attention(tower)
    tower(torch.randn(2, 5, 16)).sum().backward()
    assert weight.grad is not None
    assert weight.grad.abs().sum() > 0
