"""JOINT training: one set of weights learns both roles, by turns.

Source: Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022), section 3: a bi-encoder step and a cross-encoder step
alternate, each with its own backward pass, clipping and optimizer step. The cross-encoder is trained without the cosine
in its score: the bi-encoder knows its training photos by heart, and nothing would be left to learn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.joint_model import JointModel, Reading
from engine.training.losses import hard_wrong, info_nce, listwise, two_class
from engine.training.progress import Budget, Log, cosine_rate, prefetch

CLIP = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Rates are the highest of the schedule; a rate of 0 freezes that part.

    `retriever` False trains the head alone: towers and embeddings stay as they are.
    """

    batch: int = 128
    sentences_per_photo: int = 1
    new_rate: float = 1e-3
    text_rate: float = 1e-3
    image_rate: float = 0.0
    weight_decay: float = 0.05
    word_dropout: float = 0.1
    patch_dropout: float = 0.2
    alignment_share: float = 1.0
    listwise_share: float = 1.0
    listwise_sentences: int = 32
    wrong_candidates: int = 3
    regulariser: float = 1.0
    reranker_moves_tower: bool = False
    retriever: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Photos and sentences of one step. owner[i]: the photo of sentence i, as a row of this batch."""

    ids: Tensor  # int64[s, T]
    owner: Tensor  # int64[s]
    photos: Tensor  # what `Sight` takes: pixels or feature maps
    targets: Tensor | None = None  # of the penalty


class Source(Protocol):
    """Makes the batch of a step, the same each time it is asked."""

    def batch(self, step: int, recipe: Recipe) -> Batch: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """embeddings [n, d], unit length; patches [n, D, h, w] before they become tokens; a penalty on them, or None."""

    embeddings: Tensor
    patches: Tensor
    penalty: Tensor | None = None

    def detached(self) -> Seen:
        return Seen(self.embeddings.detach(), self.patches.detach())


class Sight(Protocol):
    """Looks at the photos of a batch."""

    def __call__(self, batch: Batch) -> Seen: ...


class JointTraining:
    """The state of one run, which can be put down and taken up again at any step."""

    def __init__(self, model: JointModel, sight: Sight, recipe: Recipe) -> None:
        self.model = model
        self.recipe = recipe
        if recipe.listwise_share:
            model.open_gates()
        self.sight = sight
        self.step = 0
        self.spent_s = 0.0
        self._groups = parameter_groups(model, recipe)
        self.optimizer = torch.optim.AdamW(self._groups, betas=(0.9, 0.98), foreach=True)
        self._top_rates = [float(group["lr"]) for group in self._groups]

    def round(self, batch: Batch, progress: float) -> dict[str, float]:
        """One bi-encoder step and one cross-encoder step; the schedule advances once."""
        for group, top in zip(self.optimizer.param_groups, self._top_rates, strict=True):
            group["lr"] = top * cosine_rate(progress)
        generator = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        seen, facts = self._contrast(batch, generator)
        if self.recipe.listwise_share:
            facts |= self._rerank(batch, self._see_again(batch, seen), generator)
        self.step += 1
        return facts

    def ready(self) -> None:
        """Into training mode; what is frozen stays in the mode it is used in."""
        self.model.train()
        if not self.recipe.retriever:
            self.model.clip.eval()

    def _contrast(self, batch: Batch, generator: torch.Generator) -> tuple[Seen, dict[str, float]]:
        """Every sentence against every photo of the batch: by cosine, and by alignment of words with patches."""
        recipe, same = self.recipe, same_photo(batch)
        parts: dict[str, Tensor] = {}
        with torch.autocast("cpu", torch.bfloat16), torch.set_grad_enabled(recipe.retriever):
            seen = self.sight(batch)
            reading = self.model.read(batch.ids)
        heat = self.model.temperature.clamp(max=100.0)
        loss = torch.zeros(())
        if recipe.retriever:
            parts["be"] = info_nce(heat * (reading.embedding @ seen.embeddings.float().T), same)
            loss = loss + parts["be"]
        if seen.penalty is not None:
            parts["penalty"] = seen.penalty
            loss = loss + recipe.regulariser * seen.penalty
        if recipe.alignment_share and self.model.head_config.alignment:
            with torch.autocast("cpu", torch.bfloat16):
                tokens = drop_patches(self.model.tokens(seen.patches), recipe.patch_dropout, generator)
                scores = self.model.align(reading, tokens)
            parts["alignment"] = info_nce(heat.detach() * scores, same)
            loss = loss + recipe.alignment_share * parts["alignment"]
        return seen.detached(), self._apply(loss, parts)

    def _see_again(self, batch: Batch, seen: Seen) -> Seen:
        """What the cross-encoder step looks at: with a gradient into the tower only where the recipe pays for it."""
        if not self.recipe.reranker_moves_tower:
            return seen
        with torch.autocast("cpu", torch.bfloat16):
            return self.sight(batch)

    def _rerank(self, batch: Batch, seen: Seen, generator: torch.Generator) -> dict[str, float]:
        """A few sentences, each with its photo and hard wrong ones, through the layers that see the photo."""
        recipe, some = self.recipe, slice(0, self.recipe.listwise_sentences)
        same = same_photo(batch)[some]
        with torch.autocast("cpu", torch.bfloat16):
            tokens = drop_patches(self.model.tokens(seen.patches), recipe.patch_dropout, generator)
            reading = self.model.read(batch.ids[some])
            cosines = reading.embedding.detach() @ seen.embeddings.detach().float().T
            logits = self._candidates(reading, tokens, cosines, same, generator)
        is_match = torch.zeros(logits.shape[:2], dtype=torch.bool)
        is_match[:, 0] = True
        parts = {
            "listwise": listwise(logits[..., 1] - logits[..., 0]),
            "two_class": two_class(logits.flatten(0, 1), is_match.flatten()),
        }
        return self._apply(recipe.listwise_share * (parts["listwise"] + 0.5 * parts["two_class"]), parts)

    def _candidates(
        self, reading: Reading, tokens: Tensor, cosines: Tensor, same: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Logits [s, 1 + wrong, 2] of the true photo, first, and of hard wrong ones of the batch."""
        wrong = hard_wrong(cosines, same, self.recipe.wrong_candidates, generator=generator)
        right = same.int().argmax(1, keepdim=True)
        candidates = torch.cat([right, wrong], 1)
        rows = torch.arange(len(candidates)).repeat_interleave(candidates.shape[1])
        return self.model.match(reading.repeat(rows), tokens[candidates.flatten()]).unflatten(0, candidates.shape)

    def _apply(self, loss: Tensor, parts: dict[str, Tensor]) -> dict[str, float]:
        if not loss.requires_grad:
            return {}
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in self._groups for p in group["params"]], CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return {name: value.item() for name, value in parts.items()}

    def save(self, path: Path) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent_s": self.spent_s,
            "recipe": asdict(self.recipe),
        }
        temporary = path.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(path)

    def resume(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.spent_s = state["step"], state["spent_s"]


def train(
    run: JointTraining,
    source: Source,
    *,
    budget: Budget,
    log: Log,
    checkpoint: Path,
    look: Callable[[JointModel], dict[str, float]],
    look_every_s: float = 120.0,
) -> None:
    """Rounds until the budget is spent; `look` judges the model on dev now and then, and at the end."""

    def batches():  # type: ignore[no-untyped-def]
        step = run.step
        while True:
            yield source.batch(step, run.recipe)
            step += 1

    last = time.monotonic()
    for batch in prefetch(batches()):
        progress = budget.progress(run.step)
        if progress >= 1:
            break
        run.ready()
        facts = run.round(batch, progress)
        if run.step % 25 == 0:
            log.write(step=run.step, progress=progress, **facts)
        if time.monotonic() - last > look_every_s:
            run.spent_s = budget.spent_s
            run.save(checkpoint)
            log.write(step=run.step, **look(run.model.eval()))
            last = time.monotonic()
    run.spent_s = budget.spent_s
    run.save(checkpoint)
    log.write(step=run.step, **look(run.model.eval()))


def same_photo(batch: Batch) -> Tensor:
    """bool[s, n]: which photo each sentence was written for."""
    return batch.owner[:, None] == torch.arange(len(batch.photos))[None]


def drop_patches(tokens: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Each photo keeps a random set of its tokens: [n, t, w] -> [n, kept, w]."""
    n, t, width = tokens.shape
    kept = max(1, round(t * (1 - share)))
    if kept == t:
        return tokens
    order = torch.rand(n, t, generator=generator).argsort(1)[:, :kept]
    return tokens.gather(1, order[..., None].expand(-1, -1, width))


def parameter_groups(model: JointModel, recipe: Recipe) -> list[dict[str, Any]]:
    """Image tower, text tower and new parts with their rates; vectors and scalars without weight decay."""
    groups: list[dict[str, Any]] = []
    rates = {"image": recipe.image_rate, "text": recipe.text_rate}
    rates |= {"projection": recipe.new_rate, "new": recipe.new_rate}
    if not recipe.retriever:
        rates |= {"image": 0.0, "text": 0.0, "projection": 0.0}
    for part, rate in rates.items():
        own = [(n, p) for n, p in model.named_parameters() if part_of(n) == part]
        for _, parameter in own:
            # The weight of the cosine is never trained: it is a flag of the model's, chosen on dev.
            parameter.requires_grad_(rate > 0 and parameter is not model.cosine_weight)
        trained = [p for _, p in own if p.requires_grad]
        for flat in (False, True):
            params = [p for p in trained if (p.ndim < 2) == flat]
            if params:
                groups.append({"params": params, "lr": rate, "weight_decay": 0.0 if flat else recipe.weight_decay})
    return groups


def part_of(name: str) -> str:
    """ "image", "text", "projection" (of the image, which has met no sentence yet) or "new" by a parameter's name."""
    if not name.startswith("clip."):
        return "new"
    if not name.startswith("clip.visual."):
        return "text"
    return "projection" if any(part in name for part in (".conv_head.", ".norm_head.", ".classifier.")) else "image"
