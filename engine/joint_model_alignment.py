"""Words matched with single cells of a photo: cheap enough to score every pair of a batch.

Source: Lee et al., "SCAN" (2018), and Yao et al., "FILIP" (2022).
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.joint_model_text import TextTower

TOKEN_WIDTH = 256


class Alignment(nn.Module):
    """Soft maximum over a photo's tokens for each word, then a learned weighted mean over the words.

    With a `reader`, a text tower of its own, it is a second opinion: what both towers get wrong in the same way is less
    than what one gets wrong. The reader's whole sentence is then matched with the whole photo too, as the last word
    with the last region.
    """

    shares: Tensor | None  # [2], of the whole sentence and of its words

    def __init__(self, width: int, *, reader: nn.Module | None = None, shares: bool = False) -> None:
        super().__init__()
        self.word = nn.Linear(width, TOKEN_WIDTH)
        self.token = nn.Linear(TOKEN_WIDTH, TOKEN_WIDTH)
        self.weight = nn.Linear(width, 1)
        self.sharpness = nn.Parameter(torch.tensor(math.log(10.0)))
        self.reader = reader
        self.register_buffer("shares", torch.ones(2) if shares else None)
        if reader is not None:
            steps = (nn.Linear(TOKEN_WIDTH, 2 * TOKEN_WIDTH), nn.GELU(), nn.Linear(2 * TOKEN_WIDTH, TOKEN_WIDTH))
            self.whole = nn.Sequential(nn.LayerNorm(TOKEN_WIDTH), *steps)
            self.sentence = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, TOKEN_WIDTH))

    def read(self, ids: Tensor, context_length: int) -> tuple[Tensor, Tensor]:
        """int64[b, T] -> the reader's words [b, T + 1, width] and which of them count, bool[b, T + 1].

        The state that stands for the whole sentence comes once more, last.
        """
        tower = TextTower(SimpleNamespace(text=self.reader, context_length=context_length))
        words, mask = tower.start(ids)
        for block in tower.blocks:
            words = block(words, attn_mask=mask)
        _, place = tower.finish(words, ids)
        whole = words[torch.arange(len(ids), device=ids.device), place]
        return torch.cat([words, whole[:, None]], 1), F.pad(tower.present(ids, place), (0, 1), value=True)

    def words(self, words: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        """[b, T, width] -> unit [b, T, 256] and weights [b, T] that sum to one over the words present.

        With a reader, the whole sentence at the end has a weight of one for itself. Shares, where there are any,
        multiply both.
        """
        if self.reader is None:
            return self._words(words, present)
        each, weights = self._words(words[:, :-1], present[:, :-1])
        sentence = F.normalize(self.sentence(words[:, -1:]), dim=-1)
        weights = F.pad(weights, (0, 1), value=1.0)
        if self.shares is not None:
            weights = weights * torch.cat([self.shares[1:].expand(weights.shape[1] - 1), self.shares[:1]])
        return torch.cat([each, sentence], 1), weights

    def tokens(self, tokens: Tensor) -> Tensor:
        """[..., t, 256] -> unit regions [..., t, 256]; with a reader the whole photo follows as one more."""
        regions = F.normalize(self.token(tokens), dim=-1)
        if self.reader is None:
            return regions
        return torch.cat([regions, F.normalize(self.whole(tokens.mean(-2, keepdim=True)), dim=-1)], -2)

    def forward(self, words: Tensor, weights: Tensor, tokens: Tensor) -> Tensor:
        """Every sentence against every photo: [b, T, 256], [b, T], [n, t, 256] -> [b, n]."""
        if self.reader is None:
            return self._words_on_regions(words, weights, tokens)
        topic = (words[:, -1] @ tokens[:, -1].T).float() * weights[:, -1:]
        return topic + self._words_on_regions(words[:, :-1], weights[:, :-1], tokens[:, :-1])

    def places(self, words: Tensor, weights: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Of each word of a single sentence: which tokens speak for it, [n, T, t], with a sum of one; and its weight,
        [T]. Arguments as of `forward`, with b = 1."""
        if self.reader is not None:
            words, weights, tokens = words[:, :-1], weights[:, :-1], tokens[:, :-1]
        match, _ = self._match(words, tokens)
        return match[0].softmax(-1), weights[0]

    def _words(self, words: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        weights = self.weight(words).squeeze(-1).float().masked_fill(~present, -torch.inf).softmax(-1)
        return F.normalize(self.word(words), dim=-1), weights

    def _words_on_regions(self, words: Tensor, weights: Tensor, tokens: Tensor) -> Tensor:
        match, sharp = self._match(words, tokens)
        best = torch.logsumexp(match, -1) / sharp - math.log(match.shape[-1]) / sharp  # [b, n, T]
        return torch.einsum("bnw,bw->bn", best, weights)

    def _match(self, words: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Every word with every token, [b, n, T, t], sharpened, and by how much."""
        sharp = self.sharpness.exp().clamp(max=100.0)
        if len(words) == 1:  # spares a copy of all tokens
            return (words @ tokens.transpose(1, 2))[None].float() * sharp, sharp
        return torch.einsum("bwc,ntc->bnwt", words, tokens).float() * sharp, sharp


class Alignments(nn.Module):
    """Several alignments, each with its reader, whose scores are added.

    Wherever one has 256 numbers for a word or a region, or one for a weight, these have theirs one behind the other.
    """

    def __init__(self, width: int, readers: list[nn.Module], *, shares: bool = False) -> None:
        super().__init__()
        self.each = nn.ModuleList(Alignment(width, reader=reader, shares=shares) for reader in readers)

    def read(self, ids: Tensor, context_length: int) -> tuple[Tensor, Tensor]:
        """As of one: [b, T + 1, width * readers] and bool[b, T + 1]."""
        read = [alignment.read(ids, context_length) for alignment in self._all()]
        return torch.cat([words for words, _ in read], -1), read[0][1]

    def words(self, words: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        """-> [b, T + 1, 256 * readers] and weights [b, T + 1, readers]."""
        parts = zip(self._all(), words.chunk(len(self.each), -1), strict=True)
        said = [alignment.words(part, present) for alignment, part in parts]
        return torch.cat([each for each, _ in said], -1), torch.stack([weights for _, weights in said], -1)

    def tokens(self, tokens: Tensor) -> Tensor:
        return torch.cat([alignment.tokens(tokens) for alignment in self._all()], -1)

    def forward(self, words: Tensor, weights: Tensor, tokens: Tensor) -> Tensor:
        """Every sentence against every photo: [b, n]."""
        count = len(self.each)
        parts = zip(self._all(), words.chunk(count, -1), weights.unbind(-1), tokens.chunk(count, -1), strict=True)
        return torch.stack([alignment(*part) for alignment, *part in parts]).sum(0)

    def places(self, words: Tensor, weights: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """As of one: each reader counts as much as it weighs the word."""
        count = len(self.each)
        parts = zip(self._all(), words.chunk(count, -1), weights.unbind(-1), tokens.chunk(count, -1), strict=True)
        placed = zip(*(alignment.places(*part) for alignment, *part in parts), strict=True)
        shares, weighed = map(torch.stack, placed)
        said = weighed / weighed.sum(0).clamp(min=1e-9)  # [readers, T]
        return torch.einsum("rnwt,rw->nwt", shares, said), weighed.mean(0)

    def _all(self) -> list[Alignment]:
        return list(self.each)  # type: ignore[arg-type]
