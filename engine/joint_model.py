"""The network: an open_clip model whose last text layers, given sight of the photo, are the cross-encoder.

Source of the method: Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022); gated cross-attention after Alayrac et
al., "Flamingo" (2022).
Shapes: n photos, p pairs, t <= 64 tokens of a photo, T words of a sentence, d width of the embedding.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.errors import ModelMissing
from engine.joint_model_alignment import TOKEN_WIDTH, Alignment, Alignments
from engine.joint_model_commonness import Commonness
from engine.joint_model_mobilenet import MobileNetV4
from engine.joint_model_text import TextTower

LONGEST_GRID = 8
FINER = 4  # a cell's colours are told along and across so many times
COLOURS = 3 * FINER**2

Fusion = Literal["late", "single_stream"]


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """layers: how many top text layers see the photo. alignment: whether words are also matched with single tokens.
    readers: how many alignments there are that read with a text tower of their own, of the same shape; 0: one, which
    reads what the text tower made of the sentence. colours: whether tokens also hold the colours of their cell. shares:
    whether words and whole sentence of each reader have a share of their own in the score. common: how many sentences a
    photo is held against, to score less what is near to all of them; 0: none."""

    layers: int = 4
    fusion: Fusion = "late"
    alignment: bool = False
    cosine_weight: float = 1.0
    readers: int = 0
    colours: bool = False
    shares: bool = False
    common: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences after the text tower. Words behind the end of a sentence are padding."""

    embedding: Tensor  # [b, d], unit length
    entry: Tensor  # [b, T, width], what enters the layers that see the photo
    words: Tensor  # [b, T, width], after the last layer: for the alignment
    mask: Tensor | None  # additive, [T, T] or [b * heads, T, T]
    place: Tensor  # int64[b], where the sentence is pooled
    present: Tensor  # bool[b, T]

    def repeat(self, rows: Tensor) -> Reading:
        """The readings at these rows, one per pair. A mask that differs by sentence is not supported with one."""
        mask = self.mask
        if mask is not None and mask.ndim == 3:
            mask = mask.unflatten(0, (len(self.embedding), -1))[rows].flatten(0, 1)
        parts = (self.embedding[rows], self.entry[rows], self.words[rows])
        return Reading(*parts, mask, self.place[rows], self.present[rows])


@dataclass(frozen=True, slots=True)
class Offer:
    """What n photos offer to any sentence, computed once for all of them."""

    keys: tuple[tuple[Tensor, Tensor], ...]  # of each layer that sees them, [n, h, t, w] each
    regions: Tensor | None  # [n, t, 256], unit length, for the alignment
    tokens: Tensor | None  # [n, t, 256], where all layers see them, or a single sentence will
    common: Tensor | None = None  # [n], what each photo's score loses

    def rows(self, rows: Tensor | slice) -> Offer:
        """What these photos offer."""
        keys = tuple((key[rows], value[rows]) for key, value in self.keys)
        single = (self.regions, self.tokens, self.common)
        return Offer(keys, *(None if part is None else part[rows] for part in single))


def build_clip(config: dict[str, Any]) -> nn.Module:
    """An open_clip model with random weights from open_clip's own kind of configuration.

    Always with the text tower as a module of its own, which open_clip knows as `custom_text`; of a CoCa the two towers.
    """
    try:
        import open_clip.model  # takes seconds, which the first window should not wait for
    except ModuleNotFoundError as error:
        problem = "This build of Afterimage serves the models that came with it, and no other"
        raise ModelMissing(problem, remedy="install Afterimage with open_clip") from error

    facts = {name: fact for name, fact in config.items() if name not in ("custom_text", "multimodal_cfg")}
    model: nn.Module = open_clip.model.CustomTextCLIP(**facts)
    return model


def colours(photos: Tensor, grid: torch.Size | tuple[int, int]) -> Tensor:
    """float[n, 3, R, R] -> [n, 48, h, w]: the mean colour of each sixteenth of each cell of a grid h x w.

    Feature maps that were learned by naming things lose them, and sentences name them all the time.
    """
    height, width = grid[0] * FINER, grid[1] * FINER
    down, across = photos.shape[-2] / height, photos.shape[-1] / width
    if not (down.is_integer() and across.is_integer()):
        return F.pixel_unshuffle(F.adaptive_avg_pool2d(photos, (height, width)), FINER)
    lines = photos.permute(0, 2, 3, 1).unflatten(1, (height, int(down))).flatten(3).sum(2)  # long rows are vectorised
    means = lines.unflatten(2, (width, int(across), photos.shape[1])).sum(3) / (down * across)
    return F.pixel_unshuffle(means.permute(0, 3, 1, 2), FINER)


class CrossAttention(nn.Module):
    """Words look at the tokens of a photo; the gate is shut at the start."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.sight = nn.Linear(TOKEN_WIDTH, 2 * width)
        self.out = nn.Linear(width, width)
        self.gate = nn.Parameter(torch.zeros(()))

    def forward(self, words: Tensor, tokens: Tensor) -> Tensor:
        return self.look(words, self.keys(tokens))

    def keys(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What the tokens offer whatever the words are: keys and values, [p, h, t, w] each."""
        key, value = self.sight(tokens).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return key, value

    def look(self, words: Tensor, keys: tuple[Tensor, Tensor]) -> Tensor:
        """[p, T, width], or one sentence for all photos: [1, T, width] -> [p, T, width]."""
        query = self.query(self.norm(words)).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # [p, h, T, w]
        query = query.expand(len(keys[0]), -1, -1, -1)
        seen = F.scaled_dot_product_attention(query, *keys).transpose(1, 2).flatten(2)  # [p, T, width]
        return torch.tanh(self.gate) * self.out(seen)

    def glance(self, words: Tensor, tokens: Tensor) -> Tensor:
        """As `look` at the keys of these tokens, which are not computed: what the words ask for is brought to the
        tokens, and what they see is brought back. Pays for one sentence, whose words are fewer than the tokens.

        The bias of the keys is left out: it is the same for all tokens, and a softmax does not notice.
        """
        query = self.query(self.norm(words)).unflatten(-1, (self.heads, -1))  # [p, T, h, w]
        key, value = self.sight.weight.unflatten(0, (2, self.heads, -1))  # [h, w, 256] each
        asked = _by_heads(query.permute(2, 0, 1, 3), key).permute(1, 0, 2, 3).flatten(1, 2)  # [p, h * T, 256]
        shares = (asked @ tokens.transpose(1, 2) / math.sqrt(query.shape[-1])).softmax(-1)
        seen = (shares @ tokens).unflatten(1, (self.heads, -1)).transpose(0, 1)  # [h, p, T, 256]
        told = _by_heads(seen, value.transpose(1, 2)).permute(1, 2, 0, 3).flatten(2)  # [p, T, width]
        return torch.tanh(self.gate) * self.out(told + self.sight.bias.chunk(2)[1])


def _by_heads(words: Tensor, weight: Tensor) -> Tensor:
    """[h, p, T, v] x [h, v, w] -> [h, p, T, w]. As they are, each photo would get its copy of the weights."""
    return (words.flatten(1, 2) @ weight).unflatten(1, words.shape[1:3])


class JointModel(nn.Module):
    """Two towers and the head that joins them. With an untrained head the score is the cosine's order exactly."""

    # Modules are reached by names that open_clip and timm give them, which no type knows.
    clip: Any
    sights: Any
    alignment: Any
    commonness: Any

    def __init__(self, clip: nn.Module, head: HeadConfig, *, patch_width: int) -> None:
        super().__init__()
        self.clip = clip
        self.head_config = head
        self.text = TextTower(clip)
        width = self.text.width
        self.token_projection = nn.Linear(patch_width + COLOURS * head.colours, TOKEN_WIDTH)
        self.token_norm = nn.LayerNorm(TOKEN_WIDTH)
        if head.fusion == "late":
            self.sights = nn.ModuleList(CrossAttention(width, self.text.heads) for _ in range(head.layers))
        else:
            self.entrance = nn.Linear(TOKEN_WIDTH, width)
        self.verdict_norm = nn.LayerNorm(width)
        self.verdict = nn.Linear(width, 2)
        nn.init.zeros_(self.verdict.weight)
        nn.init.zeros_(self.verdict.bias)
        if head.alignment:
            readers = [copy.deepcopy(self.text.tower) for _ in range(head.readers)]
            self.alignment = Alignments(width, readers, shares=head.shares) if readers else Alignment(width)
            self.alignment_weight = nn.Parameter(torch.zeros(()))
        if head.common:
            self.commonness = Commonness(self.text.embedding_width, head.common)
        self.cosine_weight = nn.Parameter(torch.tensor(head.cosine_weight), requires_grad=False)

    @torch.no_grad()
    def open_gates(self, width: float = 0.5) -> None:
        """For the start of training only: behind shut gates and a silent verdict nothing would be learned for long.

        The verdict stays silent, so the order is still the cosine's.
        """
        for sight in getattr(self, "sights", ()):
            if sight.gate == 0:
                sight.gate.fill_(width)

    @property
    def temperature(self) -> Tensor:
        return self.clip.logit_scale.exp()

    @property
    def sees_in_small_layers(self) -> bool:
        """Many that cost little each, so that a processor's threads had better not divide every one of them."""
        return isinstance(self.clip.visual, MobileNetV4)

    def see(self, photos: Tensor) -> tuple[Tensor, Tensor]:
        """float[n, 3, R, R], normalised -> unit embeddings [n, d] and tokens [n, t, 256]."""
        if isinstance(self.clip.visual, MobileNetV4):
            features, patches = self.clip.visual(photos)
        else:
            seen = self.clip.visual.forward_intermediates(photos, indices=1, output_fmt="NCHW")
            features, patches = seen["image_features"], seen["image_intermediates"][-1]
        return F.normalize(features.float(), dim=-1), self.tokens(self.coloured(patches, photos))

    def coloured(self, patches: Tensor, photos: Tensor) -> Tensor:
        """Feature map [n, D, h, w] -> [n, D + 48, h, w] where the head looks at colours, otherwise as it is."""
        if not self.head_config.colours:
            return patches
        return torch.cat([patches, colours(photos, patches.shape[-2:]).to(patches.dtype)], 1)

    def tokens(self, patches: Tensor) -> Tensor:
        """Feature map [n, D, h, w] -> tokens [n, t, 256]; grids beyond 8x8 are averaged down."""
        if max(patches.shape[-2:]) > LONGEST_GRID:
            height, width = patches.shape[-2:]
            patches = F.adaptive_avg_pool2d(patches, (min(height, LONGEST_GRID), min(width, LONGEST_GRID)))
        return self.token_norm(self.token_projection(patches.flatten(2).transpose(1, 2)))

    def read(self, ids: Tensor, *, to_rerank: bool = True) -> Reading:
        """int64[b, T] -> the sentences, with what the reranker needs of them, which is not read where it reads for
        itself and is not wanted."""
        ids = self.text.cut(ids)
        words, mask = self.text.start(ids)
        blocks = self.text.blocks
        fork = len(blocks) - self.head_config.layers if self.head_config.fusion == "late" else 0
        entry = words
        for depth, block in enumerate(blocks):
            entry = words if depth == fork else entry
            words = block(words, attn_mask=mask)
        embedding, place = self.text.finish(words, ids)
        present = self.text.present(ids, place)
        if to_rerank and self.head_config.alignment and self.head_config.readers:
            words, present = self.alignment.read(ids, self.text.context_length)
        return Reading(embedding, entry, words, mask, place, present)

    def match(self, reading: Reading, tokens: Tensor) -> Tensor:
        """One photo per sentence: b readings, [b, t, 256] -> logits [b, 2] (no match, match)."""
        fuse = self._late if self.head_config.fusion == "late" else self._single_stream
        words = fuse(reading, tokens)
        pooled = words[torch.arange(len(words), device=words.device), reading.place]
        return self.verdict(self.verdict_norm(pooled)).float()

    def offer(self, tokens: Tensor, *, words: int | None = None) -> Offer:
        """Tokens [n, t, 256], seen once for all sentences that `compare` takes; or for one sentence, of so many
        `words`."""
        regions = self.alignment.tokens(tokens) if self.head_config.alignment else None
        common = self.commonness(tokens) if self.head_config.common else None
        if self.head_config.fusion != "late" or (words is not None and 2 * words <= tokens.shape[1]):
            return Offer((), regions, tokens, common)
        keys = tuple((key.contiguous(), value.contiguous()) for key, value in (s.keys(tokens) for s in self.sights))
        return Offer(keys, regions, None, common)

    def compare(self, reading: Reading, offer: Offer) -> Tensor:
        """One sentence with n photos -> logits [n, 2], as `match` gives for the sentence repeated.

        All photos share what the sentence is before it sees them, and the last layer is asked for one word only: a
        third of the work.
        """
        if offer.tokens is not None and self.head_config.fusion != "late":
            rows = torch.zeros(len(offer.tokens), dtype=torch.long, device=offer.tokens.device)
            return self.match(reading.repeat(rows), offer.tokens)
        return self.verdict(self.verdict_norm(self._late_for_one(reading, offer))).float()

    def _late_for_one(self, reading: Reading, offer: Offer) -> Tensor:
        """The pooled word after the last layer: [n, width]."""
        words, mask = reading.entry, reading.mask
        pooled = slice(int(reading.place[0]), int(reading.place[0]) + 1)
        layers = list(zip(self.text.blocks[-len(self.sights) :], self.sights, strict=True))
        for depth, (block, sight) in enumerate(layers, 1):
            said = block.ln_1(words)
            spread = mask.repeat(len(words), 1, 1) if mask is not None and mask.ndim == 3 else mask
            if depth == len(layers):
                row = None if spread is None else spread[..., pooled, :]
                words = words[:, pooled] + block.ls_1(block.attention(said[:, pooled], said, said, attn_mask=row))
            else:
                words = words + block.ls_1(block.attention(said, attn_mask=spread))
            if offer.tokens is not None:
                words = words + sight.glance(words, offer.tokens)
            else:
                words = words + sight.look(words, offer.keys[depth - 1])
            words = words + block.ls_2(block.mlp(block.ln_2(words)))
        return words[:, 0]

    def _late(self, reading: Reading, tokens: Tensor) -> Tensor:
        words = reading.entry
        for block, sight in zip(self.text.blocks[-len(self.sights) :], self.sights, strict=True):
            words = words + block.ls_1(block.attention(block.ln_1(words), attn_mask=reading.mask))
            words = words + sight(words, tokens)
            words = words + block.ls_2(block.mlp(block.ln_2(words)))
        return words

    def _single_stream(self, reading: Reading, tokens: Tensor) -> Tensor:
        t = tokens.shape[1]
        words = torch.cat([self.entrance(tokens).to(reading.entry.dtype), reading.entry], 1)
        mask = reading.mask
        if mask is not None:
            mask = F.pad(mask, (t, 0, 0, 0))  # words see every token
            # Tokens see tokens only.
            blind = torch.full((*mask.shape[:-2], t, mask.shape[-1]), -torch.inf, device=mask.device)
            blind[..., :t] = 0
            mask = torch.cat([blind, mask], -2)
        for block in self.text.blocks:
            words = block(words, attn_mask=mask)
        return words[:, t:]

    def align(self, reading: Reading, tokens: Tensor) -> Tensor:
        """Word-region alignment of every sentence with every photo: [b, n]."""
        words, weights = self.alignment.words(reading.words, reading.present)
        return self.alignment(words, weights, self.alignment.tokens(tokens))
