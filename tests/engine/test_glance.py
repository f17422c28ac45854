"""One sentence looks at photos by a shorter way; what it sees is the same."""

from __future__ import annotations

import torch

from engine.joint_model import CrossAttention


@torch.no_grad()
def test_a_glance_sees_what_a_look_at_the_keys_sees() -> None:
    torch.manual_seed(3)
    sight = CrossAttention(width=32, heads=4)
    sight.gate.fill_(0.7)
    torch.nn.init.normal_(sight.sight.bias)
    tokens = torch.randn(5, 64, 256)
    for words in (torch.randn(5, 7, 32), torch.randn(1, 7, 32), torch.randn(5, 1, 32)):
        seen = sight.look(words, sight.keys(tokens))
        torch.testing.assert_close(sight.glance(words, tokens), seen, atol=1e-4, rtol=1e-4)
