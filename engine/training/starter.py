"""The starter's whole recipe as one command; a stage whose result is in the work folder is not repeated.

    python -m engine.training.starter --data DIR --teacher NPZ --out DIR --work DIR [--minutes 70]

DIR of the data holds images/, captions.tsv, dev.txt and test.txt: dev chooses, test is only kept out, and everything
else is learned from.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import timm
import torch
from torch import nn

from engine.config import ModelInput
from engine.decoder import load_pixels
from engine.joint_model import JointModel
from engine.model_store import build_model
from engine.tokenizer import Tokenizer
from engine.training import distil as distillation
from engine.training.choice import DevSet, candidates, choose_shares, look, settle
from engine.training.distil import TARGET_SCALE, Distillation, TrainingViews, cut_view, normalise
from engine.training.export import export
from engine.training.pairs import CaptionedPhotos, check_disjoint, read_pairs
from engine.training.progress import Budget, Log
from engine.training.sources import Captions, CutPhotos, KeptMaps, MapSight, PhotoSight
from engine.training.starter_config import CONTEXT_LENGTH, TRUNK, starter_config
from engine.training.teacher import Teacher, read_teacher
from engine.training.train import JointTraining, Recipe, train
from engine.training.vocabulary import learn_tokenizer, met_words

VIEWS = 8
KEPT_VIEWS = 3
# Shares of the time that is given: the tower has most to learn.
SHARES = {"distil": 0.58, "frozen": 0.115, "joint": 0.235, "head": 0.07}
FROZEN = Recipe(batch=128, new_rate=1e-3, text_rate=1e-3, listwise_share=0.0)
JOINT = Recipe(
    batch=64,
    sentences_per_photo=2,
    new_rate=4e-4,
    text_rate=3e-4,
    image_rate=4e-4,
    seed=1,
    listwise_sentences=16,
)
HEAD = Recipe(batch=128, new_rate=5e-4, retriever=False, listwise_sentences=64, seed=2)


@dataclass(frozen=True, slots=True)
class Data:
    """Training captions with their photos, and dev."""

    pairs: CaptionedPhotos
    dev_pairs: CaptionedPhotos
    photos: np.ndarray
    dev_photos: np.ndarray
    tokenizer: str
    words: list[str]


def read_data(folder: Path, work: Path, model_input: ModelInput) -> Data:
    """Reads, checks that the splits are apart, and keeps the photos as one array beside the work."""
    images, captions = os.fsencode(folder / "images"), os.fsencode(folder / "captions.tsv")
    splits = {name: os.fsencode(folder / f"{name}.txt") for name in ("dev", "test")}
    held_out = {name: read_pairs(images, captions, split=split) for name, split in splits.items()}
    pairs = without(read_pairs(images, captions), [name for held in held_out.values() for name in held.photos])
    check_disjoint({"train": pairs, **held_out})
    dev = held_out["dev"]
    photos = keep_photos(pairs, work / "train_photos.npy", model_input)
    dev_photos = keep_photos(dev, work / "dev_photos.npy", model_input)
    tokenizer = keep_tokenizer(pairs, work / "tokenizer.json")
    return Data(pairs, dev, photos, dev_photos, tokenizer, met_words(pairs.sentences()))


def keep_tokenizer(pairs: CaptionedPhotos, path: Path) -> str:
    """Learned once: merges of equal count come in another order each time, and every stage has to read alike."""
    if not path.exists():
        path.write_text(learn_tokenizer(pairs.sentences()), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def without(pairs: CaptionedPhotos, names: list[bytes]) -> CaptionedPhotos:
    """All photos but those named: the training split and what is in no split."""
    unwanted = frozenset(names)
    rows = [row for row, name in enumerate(pairs.photos) if name not in unwanted]
    return CaptionedPhotos(
        pairs.folder, tuple(pairs.photos[row] for row in rows), tuple(pairs.captions[row] for row in rows)
    )


def keep_photos(pairs: CaptionedPhotos, path: Path, model_input: ModelInput) -> np.ndarray:
    """uint8[n, R, R, 3], decoded as the product decodes."""
    if not path.exists():
        shape = (len(pairs.photos), model_input.size, model_input.size, 3)
        part = path.with_suffix(".part")
        kept = np.lib.format.open_memmap(part, "w+", np.uint8, shape)
        for row in range(len(pairs.photos)):
            kept[row] = np.frombuffer(load_pixels(pairs.path(row), model_input), np.uint8).reshape(shape[1:])
        kept.flush()
        part.rename(path)
    return np.load(path, mmap_mode="r")


class Stages:
    """What each stage needs of the ones before it. Every stage leaves one file in the work folder."""

    def __init__(self, data: Data, teacher: Teacher, work: Path, minutes: float) -> None:
        self.data, self.teacher, self.work, self.minutes = data, teacher, work, minutes
        self.log = Log(work / "log.jsonl")
        self.tokenizer = Tokenizer(data.tokenizer, context_length=CONTEXT_LENGTH)
        self.captions = Captions(list(data.pairs.captions), self.tokenizer)
        self.views = distillation.make_views(VIEWS, len(data.photos), seed=1)
        self.dev = DevSet(
            torch.from_numpy(np.array(data.dev_photos)).permute(0, 3, 1, 2),
            self.tokenizer(data.dev_pairs.sentences()),
            torch.tensor(data.dev_pairs.rows()),
        )

    def budget(self, stage: str, spent_s: float) -> Budget:
        return Budget(minutes=self.minutes * SHARES[stage], spent_s=spent_s)

    def training_views(self) -> TrainingViews:
        (self.work / "targets").mkdir(exist_ok=True)
        maps = distillation.cache_targets(self.data.photos, self.views, self.teacher, self.work / "targets")
        return TrainingViews(self.data.photos, self.views, maps, distillation.spreads(maps))

    def distil(self) -> Distillation:
        run = Distillation(timm.create_model(TRUNK, num_classes=0), distillation.Recipe(batch=32))
        path, done = self.work / "distil.pt", self.work / "distil.done"
        if path.exists():
            run.resume(path)
        if not done.exists():
            data = self.training_views()
            photos = self.dev.photos[:256]
            target = torch.cat([self.teacher(p)[0].float() for p in photos.split(64)])
            dev = (normalise(photos), target * TARGET_SCALE / data.units[-1][:, None, None])
            budget = self.budget("distil", run.spent_s)
            distillation.distil(run, data, budget=budget, dev=dev, log=self.log, checkpoint=path)
            done.touch()
        return run

    def model(self, run: Distillation) -> JointModel:
        torch.manual_seed(0)
        model = build_model(starter_config(self.tokenizer.size))
        model.clip.visual.trunk.load_state_dict(run.averaged_trunk(), strict=False)
        distillation.make_strided_fast(model.clip.visual.trunk)
        return model.to(memory_format=torch.channels_last)

    def frozen(self, model: JointModel) -> JointModel:
        """Towers meet: text and both heads learn over feature maps that stand still."""
        source = KeptMaps(self._keep_maps(model, "distilled"), self.captions)
        return self._train(model, "frozen", JointTraining(model, MapSight(model), FROZEN), source)

    def joint(self, model: JointModel, adapter: nn.Module) -> JointModel:
        """All weights, on photos cut anew; the teacher keeps hold of the tower."""
        adapter.requires_grad_(False)
        source = CutPhotos(self.training_views(), self.captions)
        return self._train(model, "joint", JointTraining(model, PhotoSight(model, adapter), JOINT), source)

    def head(self, model: JointModel) -> JointModel:
        """The reranker alone, over towers that will not move again."""
        source = KeptMaps(self._keep_maps(model, "joint"), self.captions)
        return self._train(model, "head", JointTraining(model, MapSight(model), HEAD), source)

    def _train(self, model: JointModel, stage: str, run: JointTraining, source: KeptMaps | CutPhotos) -> JointModel:
        path, done = self.work / f"{stage}.pt", self.work / f"{stage}.done"
        if path.exists():
            run.resume(path)
        if not done.exists():
            some = self.dev.some(1)
            self.log.write(stage=stage, step=run.step)
            train(
                run,
                source,
                budget=self.budget(stage, run.spent_s),
                log=self.log,
                checkpoint=path,
                look=lambda m: look(m, some),
                look_every_s=400.0,
            )
            done.touch()
        return model.eval()

    @torch.inference_mode()
    def _keep_maps(self, model: JointModel, name: str) -> np.ndarray:
        """float16[v, n, h, w, D]: what the tower shows of the first views of each training photo."""
        path = self.work / f"maps_{name}.npy"
        if path.exists():
            return np.load(path, mmap_mode="r")
        photos, part = self.data.photos, path.with_suffix(".part")
        kept: np.memmap | None = None
        model.eval()
        for view in range(KEPT_VIEWS):
            for start in range(0, len(photos), 64):
                rows = range(start, min(start + 64, len(photos)))
                cuts = [cut_view(photos[i], self.views.boxes[view, i], bool(self.views.flips[view, i])) for i in rows]
                with torch.autocast("cpu", torch.bfloat16):
                    maps = model.clip.visual.trunk.forward_features(normalise(torch.stack(cuts)))
                maps = maps.float().permute(0, 2, 3, 1).half().numpy()
                if kept is None:
                    shape = (KEPT_VIEWS, len(photos), *maps.shape[1:])
                    kept = np.lib.format.open_memmap(part, "w+", np.float16, shape)
                kept[view, start : start + len(rows)] = maps
        assert kept is not None
        kept.flush()
        part.rename(path)
        return np.load(path, mmap_mode="r")


def train_starter(data: Data, teacher: Teacher, *, work: Path, out: Path, minutes: float) -> str:
    """Every stage, then the choice on dev, then the model folder. Returns its manifest's SHA-256."""
    stages = Stages(data, teacher, work, minutes)
    run = stages.distil()
    model = stages.frozen(stages.model(run))
    model = stages.joint(model, run.student.adapters[-1])
    model = stages.head(model)
    verdict, alignment, expected = choose_shares(candidates(model, stages.dev.some(2)))
    settle(model, verdict, alignment)
    stages.log.write(verdict_share=verdict, alignment_share=alignment, **expected)
    config = starter_config(stages.tokenizer.size)
    return export(out, model, config, tokenizer=data.tokenizer, words=data.words)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the starter model from captioned photos.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="large intermediate files, checkpoints and the log")
    parser.add_argument("--minutes", type=float, default=69.0)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    data = read_data(given.data, given.work, ModelInput(size=starter_config(0)["input"]["size"]))
    teacher = read_teacher(given.teacher, dtype=torch.bfloat16)
    print(train_starter(data, teacher, work=given.work, out=given.out, minutes=given.minutes))


if __name__ == "__main__":
    main()
