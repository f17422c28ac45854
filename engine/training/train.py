"""JOINT training: one set of weights learns both roles, by turns.

Source: Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022), section 3: a bi-encoder step and a cross-encoder step
alternate, each with its own backward pass, clipping and optimizer step. The cross-encoder is trained without the cosine
in its score: the bi-encoder knows its training photos by heart, and nothing would be left to learn. Either step can be
left out: what remains trains one role alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.joint_model import JointModel, Reading
from engine.training.averaging import Averaged
from engine.training.batch import Batch, Seen, Sight, Source, same_photo
from engine.training.judge import Judge
from engine.training.loop import Course, Standing, follow
from engine.training.losses import batch_hard_triplet, distilled, info_nce, listwise, two_class
from engine.training.negatives import Nearness, near_photos, questions
from engine.training.parameters import parameter_groups
from engine.training.progress import Budget, Log, cosine_rate, linear_rate, written
from engine.training.recipe import Recipe

__all__ = ["Batch", "JointTraining", "Recipe", "Seen", "Sight", "Source", "drop_patches", "parameter_groups", "train"]

Parts = dict[str, tuple[float, Tensor]]  # share and loss, by name
CLIP = 1.0
HOTTEST = 100.0


class JointTraining:
    """The state of one run, which can be put down and taken up again at any step.

    `judge` is whom the bi-encoder learns from where the recipe asks for that; by default the model's own head.
    """

    def __init__(self, model: JointModel, sight: Sight, recipe: Recipe, *, judge: Judge | None = None) -> None:
        self.model = model
        self.recipe = recipe
        self.device = torch.device(recipe.device)
        if recipe.listwise_share:
            model.open_gates()
        self.sight = sight
        self.judge = judge or Judge(model, sight)
        self.step = 0
        self.spent_s = 0.0
        self.standing = Standing()
        self._groups = parameter_groups(model, recipe)
        self.optimizer = torch.optim.AdamW(self._groups, betas=(0.9, 0.98), foreach=True)
        self._top_rates = [float(group["lr"]) for group in self._groups]
        learned = [parameter for group in self._groups for parameter in group["params"]]
        self.average = Averaged(learned, recipe.averaged) if recipe.averaged else None

    def round(self, batch: Batch, progress: float) -> dict[str, float]:
        """One bi-encoder step and one cross-encoder step; the schedule advances once."""
        rate = (cosine_rate if self.recipe.schedule == "cosine" else linear_rate)(progress, warm_up=self.recipe.warm_up)
        for group, top in zip(self.optimizer.param_groups, self._top_rates, strict=True):
            group["lr"] = top * rate
        seed = self.recipe.seed * 1_000_003 + self.step
        torch.manual_seed(seed)  # for layers that drop something: a run taken up again has to drop the same
        generator = torch.Generator().manual_seed(seed)
        batch = batch.to(self.device)
        seen, facts = self._contrast(batch, generator) if self._contrasts else (None, {})
        if self.recipe.listwise_share:
            facts |= self._rerank(batch, self._see_again(batch, seen), generator)
        self.step += 1
        if self.average is not None:
            self.average.follow(self.step)
        return facts

    def shown(self) -> contextlib.AbstractContextManager[None]:
        """While this lasts, the model is what it will be at the end: averaged, where the recipe has it so."""
        return contextlib.nullcontext() if self.average is None else self.average.shown()

    def ready(self) -> None:
        """Into training mode; what is frozen stays in the mode it is used in."""
        self.model.train()
        if not self.recipe.retriever:
            self.model.clip.eval()

    @property
    def _aligns(self) -> bool:
        return bool(self.recipe.alignment_share and self.model.head_config.alignment)

    def _align(self, scores: Tensor, batch: Batch) -> Tensor:
        """The alignment's own loss, of scaled scores [s, n]."""
        return info_nce(scores, same_photo(batch))

    @property
    def _own_reader(self) -> bool:
        """Whether alignments have words of their own to learn, whatever becomes of the towers."""
        return self._aligns and self.model.head_config.readers > 0

    @property
    def _contrasts(self) -> bool:
        recipe = self.recipe
        return self._aligns or (recipe.retriever and bool(recipe.contrast_share or recipe.distil_share))

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.precision == "bfloat16")

    def _contrast(self, batch: Batch, generator: torch.Generator) -> tuple[Seen, dict[str, float]]:
        """Every sentence against every photo of the batch: by cosine, and by alignment of words with patches."""
        recipe = self.recipe
        parts: Parts = {}
        with self._autocast(), torch.set_grad_enabled(recipe.retriever):
            seen = self.sight(batch)
        with self._autocast(), torch.set_grad_enabled(recipe.retriever or self._own_reader):
            reading = self.model.read(batch.ids)
        if recipe.retriever:
            parts |= self._retrieve(batch, reading.embedding @ seen.embeddings.float().T, seen, generator)
        if seen.penalty is not None:
            parts["penalty"] = (recipe.regulariser, seen.penalty)
        if self._aligns:
            with self._autocast():
                tokens = drop_patches(self.model.tokens(seen.patches), recipe.patch_dropout, generator)
                scores = self.model.align(reading, tokens)
            parts["alignment"] = (recipe.alignment_share, self._align(self._heat.detach() * scores, batch))
        return seen.detached(), self._apply(parts)

    def _retrieve(self, batch: Batch, cosines: Tensor, seen: Seen, generator: torch.Generator) -> Parts:
        """The bi-encoder's own loss, and what it learns from the cross-encoder (Lei et al., "LoopITR", 2022)."""
        recipe, same = self.recipe, same_photo(batch)
        parts: Parts = {}
        if recipe.contrast_share and recipe.be_loss == "triplet":
            parts["be"] = (recipe.contrast_share, batch_hard_triplet(cosines, same, margin=recipe.margin))
        elif recipe.contrast_share:
            parts["be"] = (recipe.contrast_share, info_nce(self._heat * cosines, same))
        if recipe.distil_share:
            near, count = Nearness(cosines.detach(), batch.owner), min(len(batch.ids), recipe.listwise_sentences)
            asked = near_photos(near, count, wrong=recipe.distil_candidates, generator=generator)
            with self._autocast():
                own = seen.detached() if self.judge.model is self.model else None
                scores = self.judge.scores(batch, asked, seen=own)
            loss = distilled(scores, self._heat * cosines[:count].gather(1, asked.photos))
            parts["distil"] = (recipe.distil_share, loss)
        return parts

    @property
    def _heat(self) -> Tensor:
        return self.model.temperature.clamp(max=HOTTEST)

    def _see_again(self, batch: Batch, seen: Seen | None) -> Seen:
        """What the cross-encoder step looks at: with a gradient into the tower only where the recipe pays for it."""
        if seen is not None and not self.recipe.reranker_moves_tower:
            return seen
        with self._autocast(), torch.set_grad_enabled(self.recipe.reranker_moves_tower):
            return self.sight(batch)

    def _rerank(self, batch: Batch, seen: Seen, generator: torch.Generator) -> dict[str, float]:
        """A few sentences, each with its photo and wrong ones, through the layers that see the photo."""
        recipe = self.recipe
        count = min(len(batch.ids), recipe.listwise_sentences)
        others = recipe.wrong_sentences or recipe.negatives == "random"
        with self._autocast():
            tokens = drop_patches(self.model.tokens(seen.patches), recipe.patch_dropout, generator)
            reading = self.model.read(batch.ids if others else batch.ids[:count])
            asked = questions(_nearness(batch, reading, seen), count, recipe, generator)
            matched = self.model.match(reading.repeat(asked.sentences.flatten()), tokens[asked.photos.flatten()])
        return self._apply(self._verdict(matched.unflatten(0, asked.photos.shape)))

    def _verdict(self, logits: Tensor) -> Parts:
        """logits [b, c, 2], the true candidate first."""
        share, parts = self.recipe.listwise_share, {}
        if self.recipe.ce_loss != "two_class":
            parts["listwise"] = (share, listwise(logits[..., 1] - logits[..., 0]))
        if self.recipe.ce_loss != "listwise":
            is_match = torch.zeros(logits.shape[:2], dtype=torch.bool, device=logits.device)
            is_match[:, 0] = True
            beside = 0.5 if parts else 1.0
            parts["two_class"] = (share * beside, two_class(logits.flatten(0, 1), is_match.flatten()))
        return parts

    def _apply(self, parts: Parts) -> dict[str, float]:
        """One optimizer step on the weighted sum of the parts; nothing where none of them can be learned from."""
        loss = sum((share * part for share, part in parts.values()), torch.zeros((), device=self.device))
        if not loss.requires_grad:
            return {}
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in self._groups for p in group["params"]], CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return {name: part.item() for name, (_, part) in parts.items()}

    def save(self, path: Path) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent_s": self.spent_s,
            "standing": asdict(self.standing),
            "recipe": asdict(self.recipe),
            "average": None if self.average is None else self.average.state(),
        }
        written(path, lambda temporary: torch.save(state, temporary))

    def resume(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.spent_s = state["step"], state["spent_s"]
        self.standing = Standing(**state.get("standing", {}))
        if self.average is not None:
            self.average.load(state["average"])


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
    follow(run, source, Course(budget, log, checkpoint, look, look_every_s=look_every_s))


def drop_patches(tokens: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Each photo keeps a random set of its tokens: [n, t, w] -> [n, kept, w]."""
    n, t, width = tokens.shape
    kept = max(1, round(t * (1 - share)))
    if kept == t:
        return tokens
    order = torch.rand(n, t, generator=generator).argsort(1)[:, :kept].to(tokens.device)
    return tokens.gather(1, order[..., None].expand(-1, -1, width))


def _nearness(batch: Batch, reading: Reading, seen: Seen) -> Nearness:
    count = len(reading.embedding)
    partners = None if batch.partners is None else batch.partners[:count]
    cosines = reading.embedding.detach() @ seen.embeddings.detach().float().T
    return Nearness(cosines, batch.owner[:count], partners)
