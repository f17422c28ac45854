"""Self-attention as open_clip's own towers have it, without copies of its weights.

`nn.MultiheadAttention` turns its input to [T, n, width] first. In bfloat16 torch then multiplies place by place and
copies the weights once for each of them: of a ViT-B/32 that was more than half of all the time.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


class PackedAttention(nn.MultiheadAttention):
    """The same weights under the same names; another way through for what looks at itself."""

    @classmethod
    def of(cls, other: nn.MultiheadAttention) -> PackedAttention:
        """With the parameters of another one, not copies of them."""
        made = cls(other.embed_dim, other.num_heads, dropout=other.dropout, batch_first=True, device="meta")
        made.in_proj_weight, made.in_proj_bias, made.out_proj = other.in_proj_weight, other.in_proj_bias, other.out_proj
        return made.train(other.training)

    def forward(self, query: Tensor, key: Tensor, value: Tensor, *rest: Any, **options: Any) -> tuple[Tensor, Any]:
        """[n, T, width] -> [n, T, width] and no weights, where query, key and value are one and no weights are asked
        for; a mask is additive."""
        mask, padding = options.get("attn_mask"), options.get("key_padding_mask")
        plain = query is key and key is value and not rest and padding is None and not self.training
        if not plain or options.get("need_weights", True) or not _additive(mask):
            return super().forward(query, key, value, *rest, **options)
        parts = F.linear(query, self.in_proj_weight, self.in_proj_bias).unflatten(-1, (3, self.num_heads, -1))
        asked, there, told = parts.permute(2, 0, 3, 1, 4)  # [n, h, T, w] each
        mask = None if mask is None else mask.to(asked.dtype)
        seen = F.scaled_dot_product_attention(asked, there, told, attn_mask=mask)
        return self.out_proj(seen.transpose(1, 2).flatten(2)), None


def _additive(mask: Tensor | None) -> bool:
    return mask is None or (mask.ndim == 2 and mask.is_floating_point())


def pack_attention(tower: nn.Module) -> None:
    """Every attention of a tower that is of this kind, in place."""
    for module in tower.modules():
        for name, part in module.named_children():
            if type(part) is nn.MultiheadAttention and _packable(part):
                setattr(module, name, PackedAttention.of(part))


def _packable(attention: nn.MultiheadAttention) -> bool:
    plain = attention.bias_k is None and attention.bias_v is None and not attention.add_zero_attn
    return plain and attention.batch_first and attention.in_proj_weight is not None
