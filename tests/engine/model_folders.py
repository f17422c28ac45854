"""Model folders for tests, as training writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from engine.model_store import build_model
from engine.training.export import export
from tests.engine.tiny_models import SENTENCES, tiny_config, tiny_tokenizer

WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})


def write_tiny(
    folder: Path, *, headless: bool = False, trained: bool = False, aligned: bool = False, seed: int = 0
) -> str:
    """A ViT of 32-pixel photos. Returns the manifest's SHA-256. `trained` gives its head an opinion, `aligned` lets its
    words count."""
    torch.manual_seed(seed)
    config: dict[str, Any] = {
        "model_cfg": tiny_config(),
        "patch_width": 64,
        "input": {"size": 32},
        "head": None if headless else {"layers": 2, "alignment": True},
    }
    model = build_model(config)
    if trained:
        torch.nn.init.normal_(model.verdict.weight)
    if aligned:
        torch.nn.init.constant_(model.alignment_weight, 3.0)
    return export(folder, model.clip if headless else model, config, tokenizer=tiny_tokenizer()[1], words=WORDS)


def write_store(folder: Path) -> Path:
    """A folder of models with one preset, `starter`, and one that is not installed."""
    presets = {"starter": {"manifest_sha256": write_tiny(folder / "starter")}, "fast": {"manifest_sha256": "0" * 64}}
    (folder / "presets.json").write_text(json.dumps(presets))
    return folder
