"""Which wrong pairs the cross-encoder is asked about, beside each true one."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.training.losses import hard_wrong
from engine.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Questions:
    """Pairs of a batch: sentences and photos int64[b, c], rows of the batch. The first column is true, no other is."""

    sentences: Tensor
    photos: Tensor


@dataclass(frozen=True, slots=True)
class Nearness:
    """What wrong pairs are drawn by. cosines float[s, n]; owner int64[s]; partners as in Batch."""

    cosines: Tensor
    owner: Tensor
    partners: Tensor | None = None

    @property
    def photos(self) -> Tensor:
        """bool[s, n]: the photo of each sentence."""
        return self.owner[:, None] == torch.arange(self.cosines.shape[1], device=self.owner.device)[None]

    def sentences(self, count: int) -> Tensor:
        """bool[count, s]: all sentences of the photo of each of the first sentences."""
        return self.owner[:count, None] == self.owner[None]


def questions(near: Nearness, count: int, recipe: Recipe, generator: torch.Generator) -> Questions:
    """For each of the first `count` sentences: its photo, wrong photos, and wrong sentences of its photo.

    With `negatives` "random" one of either, by the toss of a coin (Geigle et al., 2022, section 4).
    """
    some = torch.arange(count, device=near.owner.device)
    right = near.owner[:count]
    if recipe.negatives == "random":
        return _by_coin(near, some, generator)
    sentences, photos = [some[:, None]], [right[:, None]]
    if recipe.wrong_candidates:
        wrong = near_photos(near, count, wrong=recipe.wrong_candidates, generator=generator).photos[:, 1:]
        photos.append(_exchanged(wrong, near.partners, recipe, generator))
        sentences.append(some[:, None].expand(-1, recipe.wrong_candidates))
    if recipe.wrong_sentences:
        to_photo = near.cosines[:, right].T  # [count, s]
        wrong = hard_wrong(to_photo, near.sentences(count), recipe.wrong_sentences, generator=generator)
        sentences.append(_exchanged(wrong, _sentences_of(near), recipe, generator))
        photos.append(right[:, None].expand(-1, recipe.wrong_sentences))
    return Questions(torch.cat(sentences, 1), torch.cat(photos, 1))


def near_photos(near: Nearness, count: int, *, wrong: int, generator: torch.Generator) -> Questions:
    """Each of the first `count` sentences with its photo and with `wrong` other photos of the batch that are near."""
    drawn = hard_wrong(near.cosines[:count], near.photos[:count], wrong, generator=generator)
    photos = torch.cat([near.owner[:count, None], drawn], 1)
    return Questions(torch.arange(count, device=photos.device)[:, None].expand_as(photos), photos)


def _by_coin(near: Nearness, some: Tensor, generator: torch.Generator) -> Questions:
    """Every wrong one is as likely as any other."""
    count, right = len(some), near.owner[: len(some)]
    even = torch.zeros_like(near.cosines)
    photo = hard_wrong(even[:count], near.photos[:count], 1, generator=generator)[:, 0]
    sentence = hard_wrong(even[:, right].T, near.sentences(count), 1, generator=generator)[:, 0]
    heads = (torch.rand(count, generator=generator) < 0.5).to(some.device)
    sentences = torch.where(heads, some, sentence)
    photos = torch.where(heads, photo, right)
    return Questions(torch.stack([some, sentences], 1), torch.stack([right, photos], 1))


def _exchanged(wrong: Tensor, partners: Tensor | None, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Some of the wrong rows [b, c] give way to mined ones, where there are any."""
    if recipe.negatives != "mined" or partners is None or not partners.shape[1]:
        return wrong
    partners = partners[: len(wrong)]
    chosen = torch.rand(partners.shape[0], partners.shape[1], generator=generator).argsort(1).to(partners.device)
    columns = min(wrong.shape[1], partners.shape[1])
    mined = partners.gather(1, chosen[:, :columns])
    lots = torch.rand(len(wrong), columns, generator=generator).to(wrong.device)
    taken = (lots < recipe.mined_share) & (mined >= 0)
    return torch.cat([torch.where(taken, mined, wrong[:, :columns]), wrong[:, columns:]], 1)


def _sentences_of(near: Nearness) -> Tensor | None:
    """The first sentence of each partner: int64[s, m], -1 where there is none."""
    if near.partners is None:
        return None
    first = near.photos.int().argmax(0)  # [n]: where the sentences of each photo begin
    return torch.where(near.partners >= 0, first[near.partners.clamp(min=0)], near.partners)
