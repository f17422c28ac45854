"""The starter's whole recipe as one command; a stage whose result is in the work folder is not repeated.

    python -m engine.training.starter --data DIR --teacher NPZ --out DIR --work DIR [--minutes 150]

DIR of the data holds images/, captions.tsv, dev.txt and test.txt: dev chooses, test is only kept out, and everything
else is learned from.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import torch

from engine.allocator import keep_freed_memory
from engine.joint_model import JointModel
from engine.training.export import export
from engine.training.shares import fit_shares, opinions, settle_shares
from engine.training.starter_config import starter_config
from engine.training.starter_data import Data, read_data
from engine.training.starter_stages import Stages
from engine.training.teacher import Teacher, read_teacher


def train_starter(data: Data, teacher: Teacher, *, work: Path, out: Path, minutes: float) -> str:
    """Every stage, then the choice on dev, then the model folder. Returns its manifest's SHA-256."""
    stages = Stages(data, teacher, work, minutes)
    first = stages.distil()
    guides = stages.guides()
    tower = stages.aim(first, guides)
    lift: Any = tower.student.adapters[-1]
    model = stages.retriever(stages.model(tower), guides, lift)
    model = stages.reranker(model, guides)
    choose(stages, model)
    config = starter_config(stages.tokenizer.size)
    return export(out, model, config, tokenizer=data.tokenizer, words=data.words)


def choose(stages: Stages, model: JointModel) -> dict[str, float]:
    """Settles the shares of the score, by all sentences of dev. Returns the recalls there."""
    found = opinions(model, stages.dev)
    shares = fit_shares(found)
    settle_shares(model, shares)
    expected = found.recalls(shares)
    stages.log.write(**{f"{name}_share": share for name, share in shares.items()}, **expected)
    return expected


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the starter model from captioned photos.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="large intermediate files, checkpoints and the log")
    parser.add_argument("--minutes", type=float, default=150.0)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    keep_freed_memory()
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    data = read_data(
        given.data / "images",
        os.fsencode(given.data / "captions.tsv"),
        {name: os.fsencode(given.data / f"{name}.txt") for name in ("dev", "test")},
        work=given.work,
    )
    teacher = read_teacher(given.teacher, dtype=torch.bfloat16)
    print(train_starter(data, teacher, work=given.work, out=given.out, minutes=given.minutes))


if __name__ == "__main__":
    main()
