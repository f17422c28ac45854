"""How much each part of the starter's score counts: what makes the photos of dev most likely among their candidates."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.evaluation.ranking import best_ranks, order_of, recalls
from engine.joint_model import JointModel
from engine.training.choice import DevSet
from engine.training.distil import normalise

SENTENCES_AT_ONCE = 64
HEAT, SHARE = 30.0, 0.3  # where the search begins
LEAST_SHARE = 0.01  # of the cosine; less is nothing


@dataclass(frozen=True, slots=True)
class Opinions:
    """The first k photos of each sentence by cosine, and what each part says of them, in units of the cosine.

    cosines float[s, k]; right bool[s, k]; parts float[s, k] each: "verdict", "common" (what the score loses), and of
    each reader "whole0", "words0", "whole1", ...
    """

    cosines: Tensor
    right: Tensor
    parts: dict[str, Tensor]

    def scores(self, shares: dict[str, float]) -> Tensor:
        total = self.cosines.clone()
        for name, share in shares.items():
            total += share * self.parts[name]
        return total

    def recalls(self, shares: dict[str, float]) -> dict[str, float]:
        """A photo that was not retrieved is not found."""
        right, cosines = self.right.numpy(), self.cosines.numpy()
        ranks = best_ranks(order_of(cosines, self.scores(shares).numpy(), head=cosines.shape[1]), right)
        ranks[~right.any(1)] = 10**6
        return recalls(ranks)


@torch.inference_mode()
def opinions(model: JointModel, dev: DevSet, *, k: int = 20) -> Opinions:
    """Of a model whose readers have shares of their own, all of which are still one."""
    with torch.autocast("cpu", torch.bfloat16):
        seen = [model.see(normalise(part)) for part in dev.photos.split(64)]
    embeddings, tokens = torch.cat([e for e, _ in seen]), torch.cat([t for _, t in seen]).float()
    common = -model.commonness.nearness(tokens)
    columns: list[tuple[Tensor, Tensor, dict[str, Tensor]]] = []
    for rows in (dev.ids > 0).sum(1).argsort(stable=True).split(SENTENCES_AT_ONCE):
        ids = dev.ids[rows]
        cosines, photos = (model.read(ids, to_rerank=False).embedding @ embeddings.T).topk(k)
        with torch.autocast("cpu", torch.bfloat16):
            parts = _parts(model, ids, tokens[photos])
        columns.append((cosines, photos == dev.owner[rows, None], parts | {"common": common[photos]}))
    names = columns[0][2]
    parts = {name: torch.cat([found[name].float() for _, _, found in columns]) for name in names}
    return Opinions(torch.cat([c for c, _, _ in columns]), torch.cat([r for _, r, _ in columns]), parts)


def _parts(model: JointModel, ids: Tensor, tokens: Tensor) -> dict[str, Tensor]:
    """tokens [b, k, t, 256] -> [b, k] each."""
    reading = model.read(ids)
    rows = torch.arange(len(tokens)).repeat_interleave(tokens.shape[1])
    logits = model.match(reading.repeat(rows), tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2]).float()
    parts = {"verdict": (logits[..., 1] - logits[..., 0]) / model.temperature}
    readers = list(model.alignment.each)
    for number, (alignment, said) in enumerate(zip(readers, reading.words.chunk(len(readers), -1), strict=True)):
        words, weights = alignment.words(said, reading.present)
        regions = alignment.tokens(tokens)
        parts[f"whole{number}"] = torch.einsum("bc,bkc->bk", words[:, -1], regions[:, :, -1])
        alone = weights.clone()
        alone[:, -1] = 0  # the whole sentence apart
        each = [alignment(words[b : b + 1], alone[b : b + 1], regions[b])[0] for b in range(len(words))]
        parts[f"words{number}"] = torch.stack(each)
    return parts


def fit_shares(found: Opinions) -> dict[str, float]:
    """The shares, none below zero, under which the right photos are most likely. Nothing for what finds fewer at rank
    one than the cosine alone: then all shares are 0."""
    kept = found.right.any(1)
    parts = torch.stack([found.cosines, *found.parts.values()], -1)[kept]
    right = found.right[kept]
    logs = torch.full((parts.shape[-1],), HEAT * SHARE).log()
    logs[0] = torch.tensor(HEAT).log()
    logs.requires_grad_(True)
    search = torch.optim.LBFGS([logs], max_iter=300, line_search_fn="strong_wolfe")

    def cost() -> Tensor:
        search.zero_grad()
        likely = (parts @ logs.exp()).log_softmax(1)
        loss = -likely[right].mean()
        loss.backward()
        return loss

    search.step(cost)
    sizes = (logs.detach() - logs.detach()[0]).exp().tolist()[1:]
    shares = {n: round(s, 4) if s >= LEAST_SHARE else 0.0 for n, s in zip(found.parts, sizes, strict=True)}
    nothing = dict.fromkeys(shares, 0.0)
    return shares if found.recalls(shares)["r1"] >= found.recalls(nothing)["r1"] else nothing


@torch.no_grad()
def settle_shares(model: JointModel, shares: dict[str, float]) -> None:
    """Writes the shares into the model. The verdict keeps its own scale, so that it can be calibrated."""
    if not shares["verdict"]:
        model.verdict.weight.zero_()
        model.verdict.bias.zero_()
    unit = 1.0 / (shares["verdict"] or 1.0)
    model.cosine_weight.fill_(unit)
    model.alignment_weight.copy_(unit * model.temperature)
    for number, alignment in enumerate(model.alignment.each):
        alignment.shares.copy_(torch.tensor([shares[f"whole{number}"], shares[f"words{number}"]]))
    model.commonness.weight.copy_(shares["common"] * unit * model.temperature)
