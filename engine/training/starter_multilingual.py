"""The starter's photo tower with sentences in several languages, as one command.

    python -m engine.training.starter_multilingual --data DIR --teacher NPZ --work DIR --out DIR
        --captions en=captions.tsv --captions de=captions_de.tsv ... [--minutes 10]

`--work` is the work folder of the starter's training, which has to be finished: its photo tower and what that tower
shows of the training photos are taken as they are. Caption files are looked for in the folder of the data.
"""

from __future__ import annotations

import argparse
import functools
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from engine.captions.pairs import CaptionedPhotos, read_pairs
from engine.model_store import build_model
from engine.tokenizer import Tokenizer
from engine.training.export import export
from engine.training.guide import GuideRecipe, PooledPhotos, ProjectionSight, become, make_guide
from engine.training.recipe import Recipe
from engine.training.sources import CaptionBatches
from engine.training.starter_config import CONTEXT_LENGTH, starter_config
from engine.training.starter_data import Data, read_data
from engine.training.starter_stages import Stages
from engine.training.teacher import read_teacher
from engine.training.train import JointTraining
from engine.training.vocabulary import learn_tokenizer, met_words

PIECES = 9000
RECIPE = Recipe(batch=256, alignment_share=0.0, listwise_share=0.0, weight_decay=0.5, word_dropout=0.15)
KIND = GuideRecipe(noise=0.2, mixed=True, text_dropout=0.05)


@dataclass(frozen=True, slots=True)
class Languages:
    """Sentences of the same photos; a photo without sentences in a language has none there."""

    training: tuple[tuple[str, ...], ...]
    dev: dict[str, CaptionedPhotos]

    @property
    def sentences(self) -> list[str]:
        return [sentence for sentences in self.training for sentence in sentences]


def read_languages(data: Data, files: dict[str, list[bytes]]) -> Languages:
    """files: caption files by language. Only sentences of training photos are learned from."""
    training: dict[bytes, list[str]] = {name: [] for name in data.pairs.photos}
    dev: dict[str, CaptionedPhotos] = {}
    for language, paths in files.items():
        spoken: dict[bytes, tuple[str, ...]] = {}
        for path in paths:
            pairs = read_pairs(data.pairs.folder, path, check_photos=False)
            for name, sentences in zip(pairs.photos, pairs.captions, strict=True):
                spoken[name] = spoken.get(name, ()) + sentences
        for name, kept in training.items():
            kept.extend(spoken.get(name, ()))
        there = tuple(name for name in data.dev_pairs.photos if name in spoken)
        dev[language] = CaptionedPhotos(data.dev_pairs.folder, there, tuple(spoken[name] for name in there))
    return Languages(tuple(tuple(sentences) for sentences in training.values()), dev)


def train_multilingual(stages: Stages, languages: Languages, *, out: Path, minutes: float) -> str:
    """A text tower and a projection over the starter's photo tower. Returns the manifest's SHA-256."""
    tokenizer_file = stages.work / "tokenizer_multilingual.json"
    if not tokenizer_file.exists():
        tokenizer_file.write_text(learn_tokenizer(languages.sentences, size=PIECES), encoding="utf-8")
    description = tokenizer_file.read_text(encoding="utf-8")
    tokenizer = Tokenizer(description, context_length=CONTEXT_LENGTH)
    config = {**starter_config(tokenizer.size), "head": None}
    tower = stages.aim(stages.distil(), stages.guides())
    lift: Any = tower.student.adapters[-1]
    starter = stages.model(tower)
    features, dev_features = stages.lifted(starter, lift)
    guide = make_guide(config["model_cfg"], features, KIND, seed=0)
    run = JointTraining(guide, ProjectionSight(guide), replace(RECIPE, seed=11))
    source = PooledPhotos(CaptionBatches(list(languages.training), tokenizer), features, mixed=True)
    looks = {
        language: functools.partial(
            stages.recalls,
            features=dev_features[[stages.data.dev_pairs.photos.index(name) for name in pairs.photos]],
            ids=tokenizer(pairs.sentences()),
            owner=torch.tensor(pairs.rows()),
        )
        for language, pairs in languages.dev.items()
    }
    stages.learn(
        "multilingual",
        run,
        source,
        lambda model: {f"{name}_r10": look(model)["r10"] for name, look in looks.items()},
        minutes=minutes,
    )
    model = build_model({**config, "head": {"layers": 0}})
    model.clip.visual.trunk.load_state_dict(tower.averaged_trunk(), strict=False)
    become(model, guide.eval(), lift, stages.training_views.units[-1])
    words = met_words(languages.sentences)
    return export(out, model.clip, config, tokenizer=description, words=words)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the starter for sentences in several languages.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="of the starter's training, which is finished")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--captions", action="append", required=True, metavar="LANGUAGE=FILE")
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    held_out = {name: os.fsencode(given.data / f"{name}.txt") for name in ("dev", "test")}
    data = read_data(given.data / "images", os.fsencode(given.data / "captions.tsv"), held_out, work=given.work)
    files: dict[str, list[bytes]] = {}
    for entry in given.captions:
        language, _, name = entry.partition("=")
        files.setdefault(language, []).append(os.fsencode(given.data / name))
    stages = Stages(data, read_teacher(given.teacher, dtype=torch.bfloat16), given.work, given.minutes)
    print(train_multilingual(stages, read_languages(data, files), out=given.out, minutes=given.minutes))


if __name__ == "__main__":
    main()
