"""The measurements behind the tables: which command gives each, the cheapest first."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "cs")
LAMBDAS = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "0.95", "0.99", "1")
HEATS = ("1", "2", "5", "10", "20", "40")
ASPECTS = ("3:4", "4:3")
# What they cost on one core, to tell how long all will take: measured with the starter.
PAIRS_PER_S = 2_800
PHOTOS_PER_S = 100
BANK_S = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a folder of captioned photos (images/, captions.tsv, test.txt, ...) and models, by name or by
    folder.

    bi_encoder and cross_encoder: networks trained for one role each. seeds: the model again from other seeds. variants:
    models trained otherwise, by the name of their row. cheap: what retrieves in a cascade before `model`.
    """

    data: Path
    model: str = "starter"
    bi_encoder: str | None = None
    cross_encoder: str | None = None
    seeds: tuple[str, ...] = ()
    variants: dict[str, str] = field(default_factory=dict)
    multilingual: str | None = None
    cheap: str | None = None
    distractors: Path | None = None

    def models(self) -> list[str]:
        """All of them."""
        others = (self.bi_encoder, self.cross_encoder, *self.seeds, *self.variants.values(), self.multilingual)
        return [model for model in (self.model, *others, self.cheap) if model is not None]


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. `words` follow the interpreter; `models` are what it depends on; `label` names a row; cost_s is
    about what it takes on one core."""

    name: str
    words: tuple[str, ...]
    models: tuple[str, ...]
    cost_s: float = 0.0
    label: str = ""


def runs_of(subject: Subject, scores: Path) -> list[Run]:
    """Every measurement that the data and the models at hand allow, but for `normalised`."""
    words = _Words(subject, scores)
    runs = [*_own(subject, words), *_of_other_models(subject, words)]
    return sorted(runs, key=lambda run: run.cost_s)


def normalised(subject: Subject, scores: Path, *, heat: str) -> Run:
    """The query bank on the test split, with the heat that was chosen on dev."""
    words = _Words(subject, scores)
    asked = (*words.test, "--model", subject.model, "-k", "20", *words.bank, heat, "--bootstrap", "1000")
    return Run("qb_test", (*asked, *words.kept), (subject.model,), BANK_S + _pairs(5000, 1000, 20) / 2)


class _Words:
    """What the commands have in common."""

    def __init__(self, subject: Subject, scores: Path) -> None:
        data = subject.data
        self.photos = ("-m", "desktop_app", "evaluate", "--photos", str(data / "images"))
        self.captions = ("--captions", str(data / "captions.tsv"))
        self.split = ("--split", str(data / "test.txt"))
        self.test = (*self.photos, *self.captions, *self.split)
        self.dev = (*self.photos, *self.captions, "--split", str(data / "dev.txt"))
        train = ("--qb-norm", str(data / "captions.tsv"), "--qb-split", str(data / "train.txt"))
        self.bank = (*train, "--qb-heat")
        self.kept = ("--cache", str(scores), "--json")
        graded = (data / f"judgments_{people}.tsv" for people in ("expert", "crowd"))
        self.judged = tuple(word for file in graded if file.is_file() for word in ("--judgments", str(file)))
        files = {name: data / f"captions_{name}_multi30k.tsv" for name in LANGUAGES}
        named = [f"{name}={file}" for name, file in files.items() if file.is_file()]
        self.languages = tuple(word for file in named for word in ("--language", file)) if len(named) > 1 else ()


def _own(subject: Subject, words: _Words) -> Iterator[Run]:
    """Of the model itself."""
    model, only = ("--model", subject.model), (subject.model,)
    asked = ("-k", "20", "10", "50", "--lambda", *LAMBDAS, "--bootstrap", "1000", *words.judged)
    yield Run("main", (*words.test, *model, *asked, *words.kept), only, _pairs(5000, 1000, 50) + 30)
    exhaustive = (*words.test, *model, "-k", "20", "--exhaustive", "--bootstrap", "1000")
    yield Run("exhaustive", (*exhaustive, *words.kept), only, 900_000 / PAIRS_PER_S)
    pictures = str(subject.data / "images")
    yield Run("latency", ("-m", "benchmarks.latency", pictures, *model, "--json"), only, 35)
    for aspect in ASPECTS:
        cut = (*words.test, *model, "--aspect", aspect, "--no-rerank", *words.kept)
        yield Run(f"aspect_{aspect.replace(':', 'x')}", cut, only, 1000 / PHOTOS_PER_S + 10)
    if (subject.data / "train.txt").is_file() and (subject.data / "dev.txt").is_file():
        bank = (*words.dev, *model, "-k", "20", *words.bank, *HEATS, *words.kept)
        yield Run("qb_dev", bank, only, BANK_S + _pairs(5000, 1000, 20) * 1.5)
    if subject.distractors is not None:
        others = ("-k", "20", "--distractors", str(subject.distractors))
        cost = 8000 / PHOTOS_PER_S + _pairs(5000, 1000, 20)
        yield Run("distractors", (*words.test, *model, *others, *words.kept), only, cost)


def _of_other_models(subject: Subject, words: _Words) -> Iterator[Run]:
    cost = _pairs(5000, 1000, 20)
    if words.languages:
        speaker = subject.multilingual or subject.model
        spoken = (*words.photos, *words.languages, *words.split, "--model", speaker, "-k", "20", *words.kept)
        yield Run("languages", spoken, (speaker,), _pairs(4 * 929, 4 * 929, 20))
    if subject.cheap is not None:
        two = ("--model", subject.cheap, "--no-rerank", "--cascade", subject.model, "-k", "20", "10", "50")
        yield Run("cascade", (*words.test, *two, *words.kept), (subject.cheap, subject.model), 2000 / PHOTOS_PER_S + 10)
    if subject.bi_encoder is not None:
        alone = ("--model", subject.bi_encoder, "--no-rerank")
        yield Run("bi_encoder", (*words.test, *alone, *words.kept), (subject.bi_encoder,), 25)
    if subject.cross_encoder is not None:
        everything = ("--model", subject.cross_encoder, "-k", "20", "--exhaustive")
        only = (subject.cross_encoder,)
        yield Run("cross_encoder", (*words.test, *everything, *words.kept), only, 980_000 / PAIRS_PER_S)
    if subject.bi_encoder is not None and subject.cross_encoder is not None:
        both = ("--model", subject.bi_encoder, "--reranker", subject.cross_encoder)
        models = (subject.bi_encoder, subject.cross_encoder)
        asked = (*words.test, *both, "-k", "20", "--lambda", "0", "--bootstrap", "1000", *words.kept)
        yield Run("separate", asked, models, cost + 2000 / PHOTOS_PER_S)
    named = [(f"seed_{n}", f"seed {n}", model) for n, model in enumerate(subject.seeds, 1)]
    named += [(f"variant_{n}", label, model) for n, (label, model) in enumerate(subject.variants.items(), 1)]
    for name, label, model in named:
        yield Run(name, (*words.test, "--model", model, "-k", "20", *words.kept), (model,), cost + 15, label)


def _pairs(sentences: int, photos: int, head: int) -> float:
    """Seconds for the heads of both directions, which hardly overlap."""
    return 0.9 * (sentences + photos) * head / PAIRS_PER_S


def manifest_of(model: str) -> Path:
    """The file with the hashes of a model's files. Raises SystemExit where there is none."""
    folder = Path(model)
    if not folder.is_dir():
        folder = Path(str(importlib.resources.files("resources"))) / "models" / model
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise SystemExit(f"no model: {manifest}")
    return manifest
