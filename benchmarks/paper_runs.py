"""The measurements behind the tables: which command gives each, run once and kept with what it printed."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "de", "fr", "cs")
LAMBDAS = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "0.95", "0.99", "1")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a folder of captioned photos (images/, captions.tsv, test.txt) and models by name or folder.

    bi_encoder and separate: networks trained for one role each. distractors: a folder of further photos.
    """

    data: Path
    model: str = "starter"
    bi_encoder: str | None = None
    separate: str | None = None
    multilingual: str | None = None
    distractors: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. `words` follow the interpreter; `models` are what it depends on."""

    name: str
    words: tuple[str, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """report: what the command printed; command: how to get it again, with neutral names for folders."""

    report: dict[str, Any]
    command: str


def runs_of(subject: Subject, results: Path) -> list[Run]:
    """Every measurement that the data and the models at hand allow."""
    data = subject.data
    cache = ("--cache", str(results / "scores"), "--json")
    split = ("--split", str(data / "test.txt"))
    photos: tuple[str, ...] = ("-m", "desktop_app", "evaluate", "--photos", str(data / "images"))
    common = (*photos, "--captions", str(data / "captions.tsv"), *split)
    judged = [
        word
        for name in ("judgments_expert.tsv", "judgments_crowd.tsv")
        if (data / name).is_file()
        for word in ("--judgments", str(data / name))
    ]
    joint, only = ("--model", subject.model), (subject.model,)
    asked = ("-k", "20", "10", "50", "--lambda", *LAMBDAS, "--bootstrap", "1000", *judged)
    runs = [
        Run("main", (*common, *joint, *asked, *cache), only),
        Run("exhaustive", (*common, *joint, "-k", "20", "--exhaustive", "--bootstrap", "1000", *cache), only),
        Run("latency", ("-m", "benchmarks.latency", str(data / "images"), *joint, "--json"), only),
    ]
    if subject.distractors is not None:
        others = ("--distractors", str(subject.distractors))
        runs.append(Run("distractors", (*common, *joint, "-k", "20", *others, *cache), only))
    if subject.bi_encoder is not None:
        runs.append(
            Run("bi_encoder", (*common, "--model", subject.bi_encoder, "-k", "20", *cache), (subject.bi_encoder,))
        )
        if subject.separate is not None:
            two = ("--model", subject.bi_encoder, "--reranker", subject.separate)
            runs.append(Run("separate", (*common, *two, "-k", "20", *cache), (subject.bi_encoder, subject.separate)))
    languages = _languages(data)
    if languages:
        speaker = subject.multilingual or subject.model
        runs.append(Run("languages", (*photos, *languages, *split, "--model", speaker, "-k", "20", *cache), (speaker,)))
    return runs


def measure(run: Run, results: Path, *, subject: Subject, may_run: bool) -> Measured | None:
    """What is kept for this command and these very models, or else what running it prints; None where neither is.

    Raises SystemExit where the command fails.
    """
    kept = results / f"{run.name}.json"
    command = shown(run, subject, results)
    identity = {"command": command, "models": [digest(model) for model in run.models]}
    if kept.is_file():
        facts = json.loads(kept.read_bytes())
        if {name: facts.get(name) for name in identity} == identity:
            return Measured(facts["report"], command)
    if not may_run:
        return None
    print(f"{run.name}: {command}", file=sys.stderr)
    started = time.monotonic()
    done = subprocess.run([sys.executable, *run.words], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{run.name} ended with {done.returncode}")
    report = json.loads(done.stdout)
    print(f"{run.name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    results.mkdir(parents=True, exist_ok=True)
    temporary = kept.with_suffix(".part")
    temporary.write_text(json.dumps({**identity, "report": report}, indent=1))
    os.replace(temporary, kept)
    return Measured(report, command)


def shown(run: Run, subject: Subject, results: Path) -> str:
    """The command as a person would type it: DATA, RESULTS and MODELS stand for folders of this machine."""
    names = {str(subject.data): "DATA", str(results): "RESULTS"}
    if subject.distractors is not None:
        names[str(subject.distractors)] = "DISTRACTORS"
    for model in run.models:
        if os.sep in model:
            names[model] = f"MODELS/{Path(model).name}"
    words = list(run.words)
    for folder in sorted(names, key=len, reverse=True):
        words = [word.replace(folder, names[folder]) for word in words]
    line = shlex.join(["python", *words])
    return line.replace("python -m desktop_app evaluate", "afterimage evaluate")


def digest(model: str) -> str:
    """Of the manifest, which holds the hashes of a model's files."""
    folder = Path(model)
    if os.sep not in model:
        folder = Path(str(importlib.resources.files("resources"))) / "models" / model
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise SystemExit(f"no model: {manifest}")
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:16]


def _languages(data: Path) -> list[str]:
    files = {name: data / f"captions_{name}_multi30k.tsv" for name in LANGUAGES}
    there = [f"{name}={file}" for name, file in files.items() if file.is_file()]
    return [word for named in there for word in ("--language", named)] if len(there) > 1 else []
