"""A head for a model that is installed: trained beside towers that stand still, kept with what the model learned."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch

from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.errors import ModelAltered, TrainingDataError
from engine.evaluation.recalibrate import FEWEST_PHOTOS
from engine.heads import HeadFacts, HeadStore, token_version_of
from engine.model_files import CONFIG, WEIGHTS, read_input
from engine.model_identity import TOWERS, identify
from engine.model_store import LoadedModel, ModelStore
from engine.presets import Presets
from engine.training.learn import Outcome, Request, learn
from engine.training.train_config import TrainConfig
from engine.training.training_set import Material, read_training_set

DEV_SHARE = 0.1
FEWEST = 20  # photos
MOST_DEV_PHOTOS = 1_000
EPOCHS = 5.0
SPLITS = ("train", "dev")


@dataclass(frozen=True, slots=True)
class Home:
    """Where models are looked up, and `learned`, the folder of what models learned of a library."""

    presets: Presets
    learned: Path

    def head(self, key: str) -> HeadFacts | None:
        """What is known of a head that was trained here, whichever model it is for."""
        found = [HeadStore(self.learned).all(home.parent.name) for home in self.learned.glob("*/heads")]
        return next((facts for heads in found for facts in heads if facts.key == key), None)

    def store(self, heads: dict[str, str] | None = None, *, device: str | None = None) -> ModelStore:
        return ModelStore(
            self.presets.shipped, fetched=self.presets.fetched, measured=self.learned, device=device, heads=heads
        )


@dataclass(frozen=True, slots=True)
class Base:
    """What a head stands on: known by its ids, so that its towers need not stay in memory while a head learns."""

    model_id: str
    token_version: str


@dataclass(frozen=True, slots=True)
class OwnHead:
    """A head that was trained and kept."""

    name: str
    facts: HeadFacts
    outcome: Outcome
    dev: CaptionedPhotos

    def load(self, home: Home, *, device: str | None = None) -> LoadedModel:
        """The model with this head."""
        return home.store({self.name: self.facts.key}, device=device).load(self.name)


@dataclass(frozen=True, slots=True)
class Run:
    """`folder` is made anew unless the run is taken up again (`resume`), and gone afterwards. `before`: the key of the
    head that was chosen before this one, empty for the model's own. `fewest`: photos of dev that probabilities are
    fitted to."""

    folder: Path
    resume: bool = False
    before: str = ""
    fewest: int = FEWEST_PHOTOS


def train_head(config: TrainConfig, material: Material, home: Home, run: Run) -> OwnHead:
    """`config` names the model, a method that leaves its towers alone and a budget. Material with an empty `dev` is
    split by photo.

    Raises what `learn` raises, TrainingDataError for fewer photos than can be split.
    """
    folder, base = run.folder, _base(home.store(device=config.device).load(config.model))
    if not run.resume:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    material = material if material.dev else split_by_photo(material, folder, seed=config.seed, fewest=run.fewest)
    request = Request(material, config, folder / "model", folder / "cache", resume=run.resume, presets=home.presets)
    (outcome,) = learn(request)
    facts = keep_head(folder / "model", base, home, before=run.before, story=_story(outcome, material))
    dev = read_training_set(material).dev
    shutil.rmtree(folder)
    return OwnHead(config.model, facts, outcome, dev)


def _base(loaded: LoadedModel) -> Base:
    return Base(loaded.model_id, loaded.token_version)


def keep_head(
    trained: Path, base: Base, home: Home, *, before: str = "", story: dict[str, Any] | None = None
) -> HeadFacts:
    """Takes the head out of a model folder that was trained from `base`, for which the head `before` was chosen. Raises
    ModelAltered where its towers are other ones."""
    config = json.loads((trained / CONFIG).read_bytes())
    weights = safetensors.torch.load_file(trained / WEIGHTS)
    who = identify(trained / WEIGHTS, config, read_input(config["input"]))
    if config["head"] is None or who.model_id != base.model_id:
        raise ModelAltered("the towers moved while the head was trained", path=os.fsencode(trained), remedy="report it")
    head = {name: value for name, value in weights.items() if not name.startswith(TOWERS)}
    last = home.head(before) if before else None
    last = last if last is not None and last.model_id == base.model_id else None
    facts = HeadFacts(
        key="",
        model_id=base.model_id,
        config=config["head"],
        token_version=token_version_of(head),
        base=last.key if last is not None else "",
        base_token_version=last.token_version if last is not None else base.token_version,
        made_at=time.strftime("%Y-%m-%dT%H:%M:%S"),
        story=story,
    )
    return HeadStore(home.learned).keep(facts, head)


def split_by_photo(material: Material, folder: Path, *, seed: int, fewest: int = FEWEST_PHOTOS) -> Material:
    """The same with a part of the photos for dev, drawn by `seed`: a tenth, or the `fewest` that probabilities are
    fitted to (a quarter where that is less). Raises TrainingDataError for too few photos."""
    names = sorted({name for path in material.captions for name in _names(path, material.photos)})
    if len(names) < FEWEST:
        problem = f"There are {len(names)} photos with a caption, and a head is trained on {FEWEST} at least"
        raise TrainingDataError(problem, path=material.captions[0], remedy="add some")
    count = len(names)
    dev = min(max(int(count * DEV_SHARE), min(fewest, count // 4), 4), MOST_DEV_PHOTOS)
    chosen = {names[row] for row in np.random.default_rng(seed).permutation(len(names))[:dev]}
    files = {split: os.fsencode(folder / f"{split}.txt") for split in SPLITS}
    for split, path in files.items():
        some = [name for name in names if (name in chosen) == (split == "dev")]
        Path(os.fsdecode(path)).write_bytes(b"\n".join(some) + b"\n")
    return replace(material, train=files["train"], dev=files["dev"])


def _names(captions: bytes, photos: bytes) -> tuple[bytes, ...]:
    return read_captioned(captions, photos=photos, check_photos=False).photos


def _story(outcome: Outcome, material: Material) -> dict[str, Any]:
    captions = [os.path.basename(path).decode("utf-8", "replace") for path in material.captions]
    return {"made_by": "train --head", "captions": captions, "rounds": outcome.rounds, "dev": outcome.dev}
