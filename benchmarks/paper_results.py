"""What was measured, one JSON file each: the command, the weights by their manifests, and what was printed."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paper_runs import Run, Subject, manifest_of

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """report: what the command printed; command: how to get it again, with neutral names for folders; models: the names
    of the weights with their manifests' hashes; label: the name of its row."""

    report: dict[str, Any]
    command: str
    models: tuple[tuple[str, str], ...]
    label: str = ""

    def weights(self) -> str:
        return ", ".join(f"{name} (manifest {digest})" for name, digest in self.models)


def read_all(folder: Path) -> dict[str, Measured]:
    """Every measurement of the folder by its name. Raises SystemExit where a file is damaged."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            facts = json.loads(path.read_bytes())
            models = tuple((name, digest) for name, digest in facts["models"])
            found[path.stem] = Measured(facts["report"], facts["command"], models, facts["label"])
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"no measurement: {path}: {error!r}") from error
    return found


def is_kept(run: Run, folder: Path, *, subject: Subject, scores: Path) -> bool:
    """Whether this very command was measured with these very weights."""
    kept = read_all(folder).get(run.name)
    return kept is not None and (kept.command, kept.models) == (shown(run, subject, scores), weights_of(run))


def measure(run: Run, folder: Path, *, subject: Subject, scores: Path) -> float:
    """Runs the command and keeps what it printed; returns seconds. Raises SystemExit where the command fails."""
    weights = weights_of(run)
    started = time.monotonic()
    done = subprocess.run([sys.executable, *run.words], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{run.name} ended with {done.returncode}")
    if weights_of(run) != weights:
        raise SystemExit(f"{run.name}: a model was replaced meanwhile; run it again")
    seconds = time.monotonic() - started
    facts = {
        "command": shown(run, subject, scores),
        "models": weights,
        "label": run.label,
        "seconds": round(seconds, 1),
        "report": json.loads(done.stdout),
    }
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{run.name}.part"
    temporary.write_text(json.dumps(facts, indent=1) + "\n")
    os.replace(temporary, folder / f"{run.name}.json")
    return seconds


def weights_of(run: Run) -> tuple[tuple[str, str], ...]:
    """Names and manifests' hashes of the models of a run."""
    return tuple((Path(model).name, digest(model)) for model in run.models)


def digest(model: str) -> str:
    """Of the manifest, which holds the hashes of a model's files."""
    return hashlib.sha256(manifest_of(model).read_bytes()).hexdigest()[:DIGITS]


def shown(run: Run, subject: Subject, scores: Path) -> str:
    """The command as a person would type it: DATA, SCORES and MODELS stand for folders of this machine."""
    names = {str(subject.data): "DATA", str(scores): "SCORES"}
    if subject.distractors is not None and not subject.distractors.is_relative_to(subject.data):
        names[str(subject.distractors)] = "DISTRACTORS"
    for model in subject.models():
        if os.sep in model:
            names[model] = f"MODELS/{Path(model).name}"
    words = list(run.words)
    for folder in sorted(names, key=len, reverse=True):
        words = [word.replace(folder, names[folder]) for word in words]
    line = shlex.join(["python", *words])
    return line.replace("python -m desktop_app evaluate", "afterimage evaluate")
