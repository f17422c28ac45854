"""What a run leaves beside its checkpoint, so that it is only ever taken up again as the run that it was."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from engine.errors import UsageError
from engine.training.train_config import FILE, TrainConfig, read_config

WORK = "training"
RECORD = "run.json"
# What may change in between: how long, where, and how often one looks.
FREE = ("steps", "minutes", "epochs", "device", "precision", "patience", "look_every")


def begun_with(out: Path) -> TrainConfig:
    """The settings of the run in this folder. Raises UsageError where there is none."""
    path = out / WORK / FILE
    if not path.exists():
        raise UsageError("There is no training to go on with", path=os.fsencode(out), remedy="leave out --resume")
    return read_config(os.fsencode(path))


def write_down(out: Path, config: TrainConfig) -> None:
    """Keeps what is asked for. Raises UsageError where a run was begun here with other settings."""
    path = out / WORK / FILE
    if path.exists():
        before = asdict(read_config(os.fsencode(path)))
        for name, value in asdict(config).items():
            if name not in FREE and before[name] != value:
                problem = f"The training was begun with {name}={before[name]}, not {value}"
                remedy = "leave that setting as it was, or name another folder"
                raise UsageError(problem, path=os.fsencode(out), remedy=remedy)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(config.to_json(), encoding="utf-8")


class RunRecord:
    """The `training` folder of one run: checkpoint, best weights, log, mined negatives."""

    def __init__(self, out: Path) -> None:
        self.folder = out / WORK
        self.folder.mkdir(parents=True, exist_ok=True)
        self.checkpoint = self.folder / "last.pt"
        self.best = self.folder / "best.pt"
        self.log = self.folder / "log.jsonl"
        self.table = self.folder / "curve.csv"
        self.curve = self.folder / "curve.png"

    def mined(self, turn: int) -> Path:
        return self.folder / f"mined_{turn}.npz"

    def confirm(self, *, data: str, start: str) -> None:
        """Writes down what the run is made of, or raises UsageError where it was begun with something else."""
        path = self.folder / RECORD
        if self.checkpoint.exists() and path.exists():
            before: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            for name, value, what in (("data", data, "with other captions"), ("start", start, "from other weights")):
                if before.get(name) != value:
                    problem = f"The training was begun {what}"
                    raise UsageError(problem, path=os.fsencode(self.folder), remedy="name another folder")
        path.write_text(json.dumps({"data": data, "start": start}), encoding="utf-8")
