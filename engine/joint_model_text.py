"""The text tower of an open_clip model, layer by layer: where it may be cut, and where it is pooled."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

AT_THE_END = ("argmax", "eos")


class TextTower:
    """The handles that the joint model needs. Holds no weights of its own.

    A tower with a class token of its own (CoCa) reads it behind the sentence and is pooled there.
    """

    def __init__(self, clip: Any) -> None:
        tower = clip.text
        if not hasattr(tower, "token_embedding"):
            raise ValueError(f"a text tower of type {type(tower).__name__} has no layers to fuse with")
        if tower.pool_type not in (*AT_THE_END, "first", "last"):
            raise ValueError(f"text pooling {tower.pool_type!r} is not supported")
        self.tower = tower
        self.pool = tower.pool_type
        self.end = tower.eos_id
        self.classed = getattr(tower, "cls_emb", None) is not None
        self.causal = tower.attn_mask is not None
        self.width = int(tower.token_embedding.weight.shape[1])
        self.heads = int(tower.transformer.resblocks[0].attn.num_heads)
        self.context_length = int(clip.context_length)

    @property
    def embedding_width(self) -> int:
        projection = self.tower.text_projection
        if projection is None:
            return self.width
        return int(projection.out_features if isinstance(projection, nn.Linear) else projection.shape[1])

    @property
    def blocks(self) -> Any:
        return self.tower.transformer.resblocks

    def cut(self, ids: Tensor) -> Tensor:
        """Without the padding that no sentence reaches; only where the embedding cannot notice."""
        if not self.causal:
            return ids
        if self.classed:  # the mask of these towers lies one word late: the first padding word is seen
            return ids[:, : int(self._length(ids).max()) + 1]
        return ids[:, : int(self._end_of(ids).max()) + 1] if self.pool in AT_THE_END else ids

    def start(self, ids: Tensor) -> tuple[Tensor, Tensor | None]:
        """ids [b, T] -> word vectors [b, T, width] and the additive mask; a class token makes T one longer."""
        length = ids.shape[1]
        words = self.tower.token_embedding(ids) + self.tower.positional_embedding[:length]
        if self.classed:
            last = self.tower.cls_emb + self.tower.positional_embedding[-1]
            words = torch.cat([words, last.expand(len(ids), 1, -1)], 1)
        mask = _causal(words.shape[1], ids.device) if self.causal else None
        return words, self._without_padding(ids, mask) if self.classed else mask

    def _without_padding(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """The mask [b * heads, T + 1, T + 1] that these towers were trained with: one word late."""
        seen = F.pad(ids != self.tower.pad_id, (1, 0), value=True)  # [b, T + 1]
        blind = torch.zeros(seen.shape, device=ids.device).masked_fill_(~seen, -torch.inf)[:, None, :]
        spread = blind.expand(-1, seen.shape[1], -1) if mask is None else blind + mask
        return spread.repeat_interleave(self.heads, 0)

    def finish(self, words: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Last words [b, T, width] -> unit embeddings [b, d] and where each was pooled [b]."""
        place = self._place(ids)
        pooled = self.tower.ln_final(words[torch.arange(len(ids), device=ids.device), place])
        projection = self.tower.text_projection
        if isinstance(projection, nn.Linear):
            pooled = projection(pooled)
        elif projection is not None:
            pooled = pooled @ projection
        return F.normalize(pooled.float(), dim=-1), place

    def present(self, ids: Tensor, place: Tensor) -> Tensor:
        """bool[b, T]: words between the start mark and the end of the sentence."""
        position = torch.arange(ids.shape[1], device=ids.device)[None]
        if self.classed:
            last = self._length(ids)[:, None] - 1
        elif self.pool in AT_THE_END:
            last = place[:, None]
        else:
            last = torch.full_like(place[:, None], ids.shape[1])
        inside = (position > 0) & (position < last)
        inside = inside | ((position == 0) & ~inside.any(1, keepdim=True))
        return F.pad(inside, (0, 1)) if self.classed else inside

    def _place(self, ids: Tensor) -> Tensor:
        if self.classed:
            return torch.full((len(ids),), ids.shape[1], device=ids.device)
        if self.pool == "first":
            return torch.zeros(len(ids), dtype=torch.long, device=ids.device)
        if self.pool == "last":
            return torch.full((len(ids),), ids.shape[1] - 1, device=ids.device)
        return self._end_of(ids)

    def _length(self, ids: Tensor) -> Tensor:
        """int64[b], words up to the last that is no padding (whose number may also stand inside a sentence)."""
        position = torch.arange(1, ids.shape[1] + 1, device=ids.device)
        return (position * (ids != self.tower.pad_id)).amax(1)

    def _end_of(self, ids: Tensor) -> Tensor:
        return ids.argmax(-1) if self.pool == "argmax" else (ids == self.end).int().argmax(-1)


def _causal(length: int, device: torch.device) -> Tensor:
    return torch.full((length, length), -torch.inf, device=device).triu_(1)
