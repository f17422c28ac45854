"""The plain text tower of open_clip, name by name and number by number, without the import of open_clip.

That import costs 2.8 s of processor time (torchvision brings torch's compiler), which nobody should wait for who only
wants to search with the model that ships.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn


class LightBlock(nn.Module):
    """One transformer layer, norms first."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ls_1 = nn.Identity()
        self.ln_2 = nn.LayerNorm(width)
        steps = (("c_fc", nn.Linear(width, 4 * width)), ("gelu", nn.GELU()), ("c_proj", nn.Linear(4 * width, width)))
        self.mlp = nn.Sequential(OrderedDict(steps))
        self.ls_2 = nn.Identity()

    def attention(
        self, words: Tensor, key: Tensor | None = None, value: Tensor | None = None, attn_mask: Tensor | None = None
    ) -> Tensor:
        """[b, T, width] -> [b, T, width]; the mask is additive."""
        key = words if key is None else key
        value = key if value is None else value
        seen: Tensor = self.attn(words, key, value, need_weights=False, attn_mask=attn_mask)[0]
        return seen

    def forward(self, words: Tensor, attn_mask: Tensor | None = None) -> Tensor:
        words = words + self.attention(self.ln_1(words), attn_mask=attn_mask)
        rest: Tensor = self.mlp(self.ln_2(words))
        return words + rest


class LightText(nn.Module):
    """Weights only: the way through is TextTower's. `attn_mask` is no mask but says whether there is one."""

    def __init__(self, facts: dict[str, Any], embed_dim: int) -> None:
        super().__init__()
        width = facts.get("width", 512)
        blocks = (LightBlock(width, facts.get("heads", 8)) for _ in range(facts.get("layers", 12)))
        self.context_length = facts.get("context_length", 77)
        words = torch.empty(facts.get("vocab_size", 49408), width)
        self.token_embedding = nn.Embedding.from_pretrained(words, freeze=False)  # draws no random numbers
        self.positional_embedding = nn.Parameter(torch.empty(self.context_length, width))
        self.transformer = nn.Module()
        self.transformer.resblocks = nn.ModuleList(blocks)
        self.ln_final = nn.LayerNorm(width)
        self.text_projection = nn.Parameter(torch.empty(width, embed_dim))
        self.attn_mask = None if facts.get("no_causal_mask") else True
        self.pool_type = facts.get("pool_type", "argmax")
        self.eos_id = facts.get("eos_id", 2)
        self.pad_id = facts.get("pad_id", 0)
