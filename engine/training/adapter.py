"""Fits the last parts of a head to a person's own examples, and keeps it near what it was.

Towers, tokens and readers stand still, so that everything that was computed of the photos stays valid. What moves is
how words are laid over regions, which words count, and how much each part of the score does. Two ties keep the rest as
it was: weights are drawn back to where they began (L2-SP: Li et al., "Explicit Inductive Bias for Transfer Learning
with Convolutional Networks", 2018), and on photos of the library that nobody judged the ranking stays that of the head
before (distillation: Li and Hoiem, "Learning without Forgetting", 2016).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.bi_encoder import restore
from engine.errors import UsageError
from engine.joint_model import JointModel, Reading
from engine.tokenizer import Tokenizer
from engine.training.adapter_examples import Example, SeenPhotos

MOVING = ("word", "weight", "sharpness", "sentence")  # of each alignment
PHOTOS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """Every number that shapes a fit. said: judged photos of a sentence in one step, at most, of each kind. near:
    photos that it is told apart from, the nearest by cosine; far: others; unjudged: those whose ranking stays. keep:
    how much that counts; spring: how much the distance of the weights does."""

    batch: int = 16
    said: int = 8
    near: int = 12
    far: int = 6
    unjudged: int = 12
    passes: float = 10.0
    fewest_steps: int = 60
    most_steps: int = 600
    given_steps: int = 0  # 0: as many as the passes make
    rate: float = 3e-4
    share_rate: float = 1e-2
    keep: float = 1.0
    spring: float = 1e-2
    seed: int = 0

    def changed(self, settings: Sequence[str]) -> AdapterRecipe:
        """With `name=number` as typed. Raises UsageError for what is none of these numbers."""
        kinds: dict[str, Any] = {field.name: type(field.default) for field in fields(self)}
        chosen: dict[str, Any] = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            try:
                chosen[name] = kinds[name](value)
            except (KeyError, ValueError) as error:
                known = ", ".join(kinds)
                raise UsageError(f"{setting!r} sets nothing of an adapter", remedy=f"a number for {known}") from error
        return replace(self, **chosen)

    def steps(self, sentences: int) -> int:
        return self.given_steps or int(
            min(max(self.fewest_steps, self.passes * sentences / self.batch), self.most_steps)
        )


class Head:
    """What of a model's head moves, over readings and tokens that stand still. `model` is a copy of its own."""

    def __init__(self, model: JointModel) -> None:
        if not model.head_config.alignment:
            raise ValueError("a head without an alignment has nothing that can be fitted this way")
        self.model = copy.copy(model)
        self.model._modules = dict(model._modules)
        self.model._parameters = dict(model._parameters)
        self.alignment: Any = copy.deepcopy(model.alignment)
        self.model._modules["alignment"] = self.alignment
        self.aligned = torch.nn.Parameter(model.alignment_weight.detach().clone())
        self.model._parameters["alignment_weight"] = self.aligned
        self.verdict = torch.nn.Parameter(torch.zeros(()))  # log of how much the verdict counts
        for name, parameter in self.alignment.named_parameters():
            parts = name.split(".")
            parameter.requires_grad_(parts[2 if parts[0] == "each" else 0] in MOVING)
        self.moving = [parameter for parameter in self.alignment.parameters() if parameter.requires_grad]
        self.start = [parameter.detach().clone() for parameter in self.moving]

    def spring(self) -> Tensor:
        """How far the weights have gone from where they began, squared."""
        return torch.stack([(p - s).square().sum() for p, s in zip(self.moving, self.start, strict=True)]).sum()

    def weights(self) -> dict[str, Tensor]:
        """Everything beside the towers, with the verdict's share inside the verdict; in half precision."""
        found = {name: value for name, value in self.model.state_dict().items() if not name.startswith("clip.")}
        for name in ("verdict.weight", "verdict.bias"):
            found[name] = found[name] * self.verdict.detach().exp()
        return {name: _stored(value.detach()) for name, value in found.items()}


def _stored(value: Tensor) -> Tensor:
    return (value.half() if value.is_floating_point() else value).cpu()


@dataclass(slots=True)
class Bench:
    """Sentences read once, photos seen once: what every fit and every judgement works on.

    cosines float32[s, n]; verdicts and first, the scores of the head as it was, float32[s, n], NaN where not asked yet.
    """

    model: JointModel
    sentences: tuple[str, ...]
    seen: SeenPhotos
    cosines: np.ndarray
    verdicts: np.ndarray
    first: np.ndarray
    scale: float
    regions: Tensor  # float16[n, t, w], of the alignment, which do not move
    common: np.ndarray  # float32[n], what each photo's score loses
    _read: list[Reading] = field(default_factory=list)

    @classmethod
    @torch.no_grad()
    def of(cls, model: JointModel, tokenizer: Tokenizer, sentences: Sequence[str], seen: SeenPhotos) -> Bench:
        device = model.verdict.weight.device
        readings = [model.read(tokenizer([sentence]).to(device)) for sentence in sentences]
        texts = np.concatenate([reading.embedding.cpu().numpy() for reading in readings])
        scale = float((model.cosine_weight * model.temperature).detach())
        shape = (len(sentences), len(seen.embeddings))
        verdicts = np.full(shape, np.nan, np.float32)
        cosines = texts @ seen.embeddings.T
        bench = cls(
            model, tuple(sentences), seen, cosines, verdicts, verdicts.copy(), scale, torch.empty(0), np.zeros(shape[1])
        )
        parts = [
            np.arange(start, min(start + PHOTOS_AT_ONCE, shape[1])) for start in range(0, shape[1], PHOTOS_AT_ONCE)
        ]
        bench.regions = torch.cat([model.alignment.tokens(bench._tokens(part)).half().cpu() for part in parts])
        if model.head_config.common:
            bench.common = np.concatenate([model.commonness(bench._tokens(part)).cpu().numpy() for part in parts])
        bench._read = readings
        return bench

    def score(self, head: Head, sentence: int, photos: np.ndarray) -> Tensor:
        """float32[m]: of one sentence and these photos, with what the head is now."""
        reading = self._read[sentence]
        words, weights = head.alignment.words(reading.words, reading.present)
        aligned = head.alignment(words, weights, self.regions[photos].to(words))[0]
        fixed = self.scale * self.cosines[sentence, photos] - self.common[photos]
        cosines = torch.from_numpy(fixed).to(aligned)
        verdict = torch.from_numpy(self._verdict(sentence, photos)).to(aligned)
        return cosines + head.aligned * aligned + head.verdict.exp() * verdict

    @torch.no_grad()
    def before(self, sentence: int, photos: np.ndarray) -> np.ndarray:
        """float32[m]: the scores of the head as it was, computed once."""
        row = self.first[sentence]
        new = photos[np.isnan(row[photos])]
        if len(new):
            row[new] = self.score(Head(self.model), sentence, new).float().cpu().numpy()
        return row[photos]

    def _tokens(self, photos: np.ndarray) -> Tensor:
        values, scales = self.seen.tokens.values[photos], self.seen.tokens.scales[photos]
        return restore(torch.from_numpy(values), torch.from_numpy(scales)).to(self.model.verdict.weight.device)

    @torch.no_grad()
    def _verdict(self, sentence: int, photos: np.ndarray) -> np.ndarray:
        """It does not move, so each pair is asked about once."""
        row = self.verdicts[sentence]
        new = photos[np.isnan(row[photos])]
        if len(new):
            if self.model.verdict.weight.any():
                logits = self.model.compare(self._read[sentence], self.model.offer(self._tokens(new)))
                row[new] = (logits[:, 1] - logits[:, 0]).cpu().numpy()
            else:
                row[new] = 0.0
        return row[photos]


@dataclass(frozen=True, slots=True)
class Task:
    """One sentence: the photos that it describes, and those that it does not, as a person said."""

    sentence: int
    right: tuple[int, ...]
    wrong: tuple[int, ...]


def tasks_of(examples: Sequence[Example], sentences: Sequence[str]) -> list[Task]:
    """One for each sentence that occurs in the examples."""
    row = {sentence: number for number, sentence in enumerate(sentences)}
    right: dict[int, list[int]] = {}
    wrong: dict[int, list[int]] = {}
    for example in examples:
        (right if example.verdict > 0 else wrong).setdefault(row[example.sentence], []).append(example.photo)
    return [Task(s, tuple(right.get(s, ())), tuple(wrong.get(s, ()))) for s in sorted({*right, *wrong})]


def fit(bench: Bench, tasks: Sequence[Task], photos: np.ndarray, unjudged: np.ndarray, recipe: AdapterRecipe) -> Head:
    """A head fitted to these tasks. `photos`: those that sentences may be told apart from; `unjudged`: those whose
    ranking shall stay."""
    head = Head(bench.model)
    shares = [head.aligned, head.verdict]
    optimizer = torch.optim.AdamW(
        [{"params": head.moving, "lr": recipe.rate}, {"params": shares, "lr": recipe.share_rate}], weight_decay=0.0
    )
    rng = np.random.default_rng(recipe.seed)
    steps = recipe.steps(len(tasks))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    order: list[int] = []
    for _ in range(steps):
        while len(order) < recipe.batch:
            order += rng.permutation(len(tasks)).tolist()
        some, order = order[: recipe.batch], order[recipe.batch :]
        losses = [
            _loss(bench, head, tasks[row], _drawn(bench, tasks[row], (photos, unjudged), recipe, rng), recipe)
            for row in some
        ]
        loss = torch.stack(losses).mean() + recipe.spring * head.spring()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return head


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Photos of one step: `candidates`, first so many that are `right`, then so many that are `wrong`; and some whose
    ranking stays."""

    right: int
    wrong: int
    candidates: np.ndarray
    unjudged: np.ndarray


def _drawn(
    bench: Bench, task: Task, photos: tuple[np.ndarray, np.ndarray], recipe: AdapterRecipe, rng: np.random.Generator
) -> _Drawn:
    """Told apart from the nearest photos and some far ones."""
    known = [*task.right, *task.wrong]
    free, unjudged = (np.setdiff1d(some, known) for some in photos)
    near = free[np.argsort(-bench.cosines[task.sentence][free], kind="stable")[: recipe.near]]
    far = rng.permutation(np.setdiff1d(free, near))[: recipe.far]
    kept = rng.permutation(unjudged)[: recipe.unjudged]
    right, wrong = (rng.permutation(np.array(some, np.int64))[: recipe.said] for some in (task.right, task.wrong))
    return _Drawn(len(right), len(wrong), np.concatenate([right, wrong, near, far]), kept)


def _loss(bench: Bench, head: Head, task: Task, drawn: _Drawn, recipe: AdapterRecipe) -> Tensor:
    """Right photos above all others; crossed ones without the share that the head before gave them; and the ranking of
    unjudged photos as it was."""
    count = len(drawn.candidates)
    scores = bench.score(head, task.sentence, np.concatenate([drawn.candidates, drawn.unjudged]))
    if drawn.right:
        target = torch.zeros(count)
        target[: drawn.right] = 1 / drawn.right
    else:
        target = torch.from_numpy(bench.before(task.sentence, drawn.candidates)).softmax(0)
        target[: drawn.wrong] = 0
        target = target / target.sum().clamp(min=1e-9)
    loss = -(target.to(scores) * scores[:count].log_softmax(0)).sum()
    if recipe.keep and len(drawn.unjudged) > 1:
        was = torch.from_numpy(bench.before(task.sentence, drawn.unjudged)).to(scores).log_softmax(0)
        loss = loss + recipe.keep * F.kl_div(scores[count:].log_softmax(0), was, log_target=True, reduction="sum")
    return loss
