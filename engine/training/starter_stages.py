"""The stages of the starter's training. Each leaves one file in the work folder and is not repeated."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from engine.evaluation.ranking import best_ranks, order_of, recalls
from engine.joint_model import JointModel, colours
from engine.model_store import build_model
from engine.tokenizer import Tokenizer
from engine.training import distil as distillation
from engine.training.batch import Batch, Source
from engine.training.choice import DevSet, look
from engine.training.commonness import learn_commonness
from engine.training.distil import TARGET_SCALE, Aim, Distillation, TrainingViews, cut_view, normalise
from engine.training.guide import (
    Apprenticeship,
    GuideRecipe,
    Guides,
    PooledPhotos,
    ProjectionSight,
    become,
    drop_in_text,
    make_guide,
)
from engine.training.progress import Budget, Log
from engine.training.recipe import Recipe
from engine.training.sources import CaptionBatches, MapBatches, MapSight
from engine.training.starter_config import COMMON, CONTEXT_LENGTH, INPUT_SIZE, TRUNK, starter_config
from engine.training.starter_data import Data
from engine.training.teacher import Teacher
from engine.training.train import JointTraining, train

VIEWS = 8
CELLS = INPUT_SIZE // 32
KEPT_VIEWS = 3
# Shares of the time that is given: the tower has most to learn.
SHARES = {"distil": 0.28, "guide": 0.03, "aim": 0.34, "retriever": 0.04, "reader": 0.05, "verdict": 0.04}
FIRST_LOOK = distillation.DistilRecipe(batch=32)
AIMED = distillation.DistilRecipe(batch=32, other_rate=2e-3, hints=(), dense=0.5, pooled=1.0, sense=3.0, seed=7)
_FIRM = Recipe(batch=256, alignment_share=0.0, listwise_share=0.0, weight_decay=0.5, word_dropout=0.15)
_LOOSE = replace(_FIRM, weight_decay=0.1, word_dropout=0.1)
# No two alike: they are to be wrong in different places.
GUIDES = (
    (replace(_FIRM, word_dropout=0.1), GuideRecipe(noise=0.2, mixed=True)),
    (_FIRM, GuideRecipe(noise=0.3, mixed=True, text_dropout=0.05)),
    (_FIRM, GuideRecipe(noise=0.3, mixed=True)),
    (replace(_LOOSE, word_dropout=0.2), GuideRecipe(text_dropout=0.1, hidden_dropout=0.3)),
    (_LOOSE, GuideRecipe()),
)
RETRIEVER = Recipe(
    batch=256, new_rate=7e-4, text_rate=7e-4, weight_decay=0.1, word_dropout=0.2, contrast_share=0.2,
    alignment_share=0.0, listwise_share=0.0,
)  # fmt: skip
# Half of a photo's tokens make a step a third cheaper and are a lesson of their own (Li et al., "FLIP", 2023).
RERANKER = Recipe(
    batch=128, new_rate=1e-3, weight_decay=0.1, word_dropout=0.2, patch_dropout=0.5, averaged=0.995, retriever=False,
    listwise_share=0.0, seed=3,
)  # fmt: skip
VERDICT = replace(
    RERANKER,
    patch_dropout=0.2,
    alignment_share=0.0,
    listwise_share=1.0,
    train_tokens=False,
    listwise_sentences=64,
    wrong_candidates=4,
    seed=9,
)
READER_DROPOUT = 0.1
OF_PHOTOS_AND_TEXTS = ("clip.", "token_")
OF_VERDICT = ("sights.", "verdict")


class Stages:
    """What each stage needs of the ones before it."""

    def __init__(self, data: Data, teacher: Teacher, work: Path, minutes: float) -> None:
        self.data, self.teacher, self.work, self.minutes = data, teacher, work, minutes
        self.log = Log(work / "log.jsonl")
        self.tokenizer = Tokenizer(data.tokenizer, context_length=CONTEXT_LENGTH)
        self.captions = CaptionBatches(list(data.pairs.captions), self.tokenizer)
        self.views = distillation.make_views(VIEWS, len(data.photos), seed=1)
        self.dev = DevSet(
            torch.from_numpy(np.array(data.dev_photos)).permute(0, 3, 1, 2),
            self.tokenizer(data.dev_pairs.sentences()),
            torch.tensor(data.dev_pairs.rows()),
        )

    @functools.cached_property
    def training_views(self) -> TrainingViews:
        (self.work / "targets").mkdir(exist_ok=True)
        maps = distillation.cache_targets(self.data.photos, self.views, self.teacher, self.work / "targets")
        return TrainingViews(self.data.photos, self.views, maps, distillation.spreads(maps))

    @functools.cached_property
    def taught(self) -> np.ndarray:
        """float32[V, n, C]: the teacher's last maps, in bytes, averaged over the cells."""
        maps = self.training_views.maps[-1]
        return np.stack([view.mean((1, 2), dtype=np.float32) for view in maps])

    @functools.cached_property
    def dev_maps(self) -> Tensor:
        """What the teacher sees of dev, in bytes: float[m, C, g, g]."""
        photos = F.interpolate(self.dev.photos.float(), self.data.photos.shape[1:3], mode="bilinear", antialias=True)
        return torch.cat([self.teacher(part)[0].float() for part in photos.split(64)]) * TARGET_SCALE

    def distil(self) -> Distillation:
        """The whole tower learns to see as the teacher does, cell by cell."""
        return self._see("distil", Distillation(timm.create_model(TRUNK, num_classes=0), FIRST_LOOK))

    def guides(self) -> Guides:
        """Bi-encoders over what the teacher sees."""
        guides = []
        for number, (recipe, kind) in enumerate(GUIDES):
            guide = make_guide(self._tower_config(), self.taught, kind, seed=number)
            run = JointTraining(guide, ProjectionSight(guide), replace(recipe, seed=number))
            source = PooledPhotos(self.captions, self.taught, mixed=kind.mixed)
            judge = functools.partial(self.recalls, features=self.dev_maps.mean((2, 3)))
            self.learn(f"guide{number}", run, source, judge, minutes=self.minutes * SHARES["guide"])
            guides.append(guide)
        return Guides(guides)

    def aim(self, first: Distillation, guides: Guides) -> Distillation:
        """The tower learns what guides make of a photo, from where it is."""
        taught, unit = torch.from_numpy(self.taught[0]), self.training_views.units[-1]
        aim = Aim(guides, unit, taught.mean(0), taught.std(0) + 1e-3)
        run = Distillation(timm.create_model(TRUNK, num_classes=0), AIMED, aim)
        run.go_on_from(first)
        return self._see("aim", run)

    def model(self, tower: Distillation, **head: object) -> JointModel:
        """Around this tower everything is random. `head`: what is to be otherwise than in the starter's config."""
        torch.manual_seed(0)
        config = starter_config(self.tokenizer.size)
        model = build_model({**config, "head": {**config["head"], **head}})
        model.clip.visual.trunk.load_state_dict(tower.averaged_trunk(), strict=False)
        return model.eval().to(memory_format=torch.channels_last)

    def retriever(self, model: JointModel, guides: Guides, lift: nn.Conv2d) -> JointModel:
        """One bi-encoder learns what the guides agree on, over what the tower sees; then it moves into the model."""
        lifted, dev = self.lifted(model, lift)
        own = copy.deepcopy(guides.guides[0]).requires_grad_(True)
        own.clip.visual.head.noise = 0.0
        run = Apprenticeship(own, ProjectionSight(own), RETRIEVER, guides)
        source = PooledPhotos(self.captions, lifted, self.taught[: len(lifted)], mixed=True)
        judge = functools.partial(self.recalls, features=dev)
        self.learn("retriever", run, source, judge, minutes=self.minutes * SHARES["retriever"])
        become(model, own.eval(), lift, self.training_views.units[-1])
        return model

    def lifted(self, model: JointModel, lift: nn.Conv2d) -> tuple[np.ndarray, Tensor]:
        """Mean features in the teacher's bytes: float32[V, n, C] of the training photos, [m, C] of dev."""
        unit = self.training_views.units[-1]
        seen = np.stack([view.mean((1, 2), dtype=np.float32) for view in self._keep_maps(model)])
        return _lifted(torch.from_numpy(seen), lift, unit).numpy(), _lifted(self._dev_features(model), lift, unit)

    def reranker(self, model: JointModel, guides: Guides) -> JointModel:
        """Alignments, one after the other, over towers that stand still; the first one also learns the tokens. From the
        captions alone: what the guides say, the retriever has heard."""
        every = list(model.alignment.each)
        source = self._kept(model)
        for number, alignment in enumerate(every):
            # Each starts as a guide that neither the retriever nor another reader started as: they are to differ.
            alignment.reader.load_state_dict(guides.guides[-1 - number].clip.text.state_dict())
            drop_in_text(alignment.reader, READER_DROPOUT)
            model.alignment.each = nn.ModuleList([alignment])
            recipe = replace(RERANKER, train_tokens=number == 0, seed=RERANKER.seed + number)
            run = JointTraining(model, MapSight(model), recipe)
            judge = functools.partial(look, dev=self.dev.some(1))
            self.learn(f"reader{number}", run, source, judge, minutes=self.minutes * SHARES["reader"])
        model.alignment.each = nn.ModuleList(every)
        self.judge(model)
        self.tell_common(model)
        return model.eval()

    def judge(self, model: JointModel, *, seed: int = VERDICT.seed, name: str = "verdict") -> None:
        """The verdict learns beside tokens that stand still; alignments, which it has no need of, are left out."""
        bare = self.bare(model, seed=seed)
        run = JointTraining(bare, MapSight(bare), replace(VERDICT, seed=seed))
        judge = functools.partial(look, dev=self.dev.some(1))
        minutes = self.minutes * SHARES["verdict"]
        # A look at so many pairs takes a tenth of that time: one at the end is enough.
        self.learn(name, run, self._kept(bare), judge, minutes=minutes, look_every_s=minutes * 60)
        learned = {name: value for name, value in bare.state_dict().items() if name.startswith(OF_VERDICT)}
        model.load_state_dict(learned, strict=False)

    def bare(self, model: JointModel, *, seed: int) -> JointModel:
        """The same towers and tokens with a new verdict and nothing else."""
        torch.manual_seed(seed)
        config = starter_config(self.tokenizer.size)
        head = {**config["head"], "alignment": False, "readers": 0, "shares": False, "common": 0}
        bare = build_model({**config, "head": head})
        kept = {name: value for name, value in model.state_dict().items() if name.startswith(OF_PHOTOS_AND_TEXTS)}
        bare.load_state_dict(kept, strict=False)
        return bare.to(memory_format=torch.channels_last)

    @torch.no_grad()
    def tell_common(self, model: JointModel) -> None:
        """What is near to every sentence: embeddings told from tokens, and a bank of sentences."""
        path = self.work / "commonness.pt"
        if path.exists():
            model.commonness.load_state_dict(torch.load(path, weights_only=True))
            return
        sight = MapSight(model.eval())
        means, embeddings = [], []
        for photos in self._kept(model).whole(128):
            with torch.autocast("cpu", torch.bfloat16):
                seen = sight(Batch(photos, photos, photos))
                means.append(model.tokens(seen.patches).float().mean(1))
            embeddings.append(seen.embeddings)
        spaced = np.linspace(0, len(self.data.pairs.captions) - 1, COMMON).astype(int)
        ids = self.tokenizer([self.data.pairs.captions[photo][0] for photo in spaced])
        bank = torch.cat([model.read(part, to_rerank=False).embedding for part in ids.split(256)])
        with torch.enable_grad():
            echo = learn_commonness(model.commonness, torch.cat(means), torch.cat(embeddings), bank)
        self.log.write(stage="commonness", echo=echo)
        torch.save(model.commonness.state_dict(), path)

    def _kept(self, model: JointModel) -> MapBatches:
        return MapBatches(self._keep_maps(model), self._keep_colours(), self.captions)

    def _tower_config(self) -> dict[str, object]:
        facts: dict[str, object] = starter_config(self.tokenizer.size)["model_cfg"]
        return facts

    def _see(self, stage: str, run: Distillation) -> Distillation:
        path, done = self.work / f"{stage}.pt", self.work / f"{stage}.done"
        if path.exists():
            run.resume(path)
        if not done.exists():
            data = self.training_views
            dev = (self._dev_small(), self.dev_maps[:256] / data.units[-1][:, None, None])
            budget = Budget(minutes=self.minutes * SHARES[stage], spent_s=run.spent_s)
            distillation.distil(run, data, budget=budget, dev=dev, log=self.log, checkpoint=path)
            done.touch()
        return run

    def _dev_small(self) -> Tensor:
        size = self.data.photos.shape[1:3]
        return normalise(F.interpolate(self.dev.photos[:256].float(), size, mode="bilinear", antialias=True))

    def learn(
        self,
        name: str,
        run: JointTraining,
        source: Source,
        judge: Callable[[JointModel], dict[str, float]],
        *,
        minutes: float,
        look_every_s: float = 150.0,
    ) -> None:
        """One run to its end, from where it was put down."""
        path, done = self.work / f"{name}.pt", self.work / f"{name}.done"
        if path.exists():
            run.resume(path)
        if not done.exists():
            self.log.write(stage=name, step=run.step)
            budget = Budget(minutes=minutes, spent_s=run.spent_s)
            # The fused attention takes three times as long as the plain one for sentences of a dozen words.
            with sdpa_kernel(SDPBackend.MATH):
                train(run, source, budget=budget, log=self.log, checkpoint=path, look=judge, look_every_s=look_every_s)
            done.touch()
        if run.average is not None:
            run.average.stay()

    @torch.inference_mode()
    def recalls(
        self, guide: JointModel, features: Tensor, ids: Tensor | None = None, owner: Tensor | None = None
    ) -> dict[str, float]:
        """Sentence to photo, of a bi-encoder over mean features [m, C]; by default with the sentences of dev."""
        ids, owner = self.dev.ids if ids is None else ids, self.dev.owner if owner is None else owner
        photos = F.normalize(guide.clip.visual.head(features), dim=-1)
        texts = torch.cat([guide.read(part).embedding for part in ids.split(256)])
        right = owner.numpy()[:, None] == np.arange(len(photos))[None]
        return recalls(best_ranks(order_of((texts @ photos.T).numpy()), right))

    @torch.inference_mode()
    def _dev_features(self, model: JointModel) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            maps = [model.clip.visual.trunk.forward_features(normalise(part)) for part in self.dev.photos.split(64)]
        return torch.cat([part.float().mean((2, 3)) for part in maps])

    def _keep_maps(self, model: JointModel) -> np.ndarray:
        """float16[V, n, h, w, D]: what the tower shows of some views of each training photo, as large as in use."""
        return self._keep("maps", model.clip.visual.trunk.forward_features)

    def _keep_colours(self) -> np.ndarray:
        """float16[V, n, h, w, 48] of the same views."""
        return self._keep("colours", functools.partial(colours, grid=(CELLS, CELLS)))

    @torch.inference_mode()
    def _keep(self, name: str, see: Callable[[Tensor], Tensor]) -> np.ndarray:
        path = self.work / f"{name}.npy"
        if path.exists():
            return np.load(path, mmap_mode="r")
        photos, part = self.data.photos, path.with_suffix(".part")
        kept: np.memmap | None = None
        for view in range(KEPT_VIEWS):
            for start in range(0, len(photos), 64):
                rows = range(start, min(start + 64, len(photos)))
                cuts = [cut_view(photos[i], self.views.boxes[view, i], bool(self.views.flips[view, i])) for i in rows]
                large = F.interpolate(torch.stack(cuts).float(), INPUT_SIZE, mode="bicubic", antialias=True)
                with torch.autocast("cpu", torch.bfloat16):
                    maps = see(normalise(large.clamp(0, 255))).float().permute(0, 2, 3, 1).half().numpy()
                if kept is None:
                    shape = (KEPT_VIEWS, len(photos), *maps.shape[1:])
                    kept = np.lib.format.open_memmap(part, "w+", np.float16, shape)
                kept[view, start : start + len(rows)] = maps
        assert kept is not None
        kept.flush()
        part.rename(path)
        return np.load(path, mmap_mode="r")


@torch.no_grad()
def _lifted(features: Tensor, lift: nn.Conv2d, unit: Tensor) -> Tensor:
    """The student's mean features [..., D] in the teacher's bytes [..., C]."""
    return F.linear(features, lift.weight.flatten(1), lift.bias) * unit
