"""Qwen3-VL-Reranker as a folder: made of what its publisher offers, hashed, and loaded from there alone."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.errors import ModelAltered, ModelMissing
from engine.model_files import CONFIG, REPAIR, TOKENIZER, WEIGHTS, check_files, identity, read_input
from engine.model_folder import write_model
from engine.presets import QWEN_RERANKER
from engine.qwen_reranker import QwenReranker
from engine.qwen_reranker_network import QwenNetwork, plain_config
from engine.tokenizer import number_of

PHOTOS = "preprocessor_config.json"
SIZE = 384  # pixels: 144 tokens of a photo
GREY = 127
ANSWERS = ("no", "yes")
FORM = f"the folder needs {CONFIG}, {WEIGHTS}, {TOKENIZER} and {PHOTOS}, as their publisher offers them"
CARD = "use blip-itm-base, or a model with a head of its own"


def import_reranker(source: Path, target: Path, *, size: int = SIZE) -> str:
    """Writes a folder of ours, the weights as they are; returns the manifest's SHA-256. `size`: pixels that it sees.

    Raises ModelMissing where a file is not there, ModelAltered where they do not fit together.
    """
    try:
        facts, photos = (json.loads((source / name).read_bytes()) for name in (CONFIG, PHOTOS))
        description = (source / TOKENIZER).read_text(encoding="utf-8")
        weights = safetensors.torch.load_file(source / WEIGHTS)
        seen = ModelInput(size, "longest", "bicubic", tuple(photos["image_mean"]), tuple(photos["image_std"]), GREY)
        config = {
            "format": 1,
            "kind": QWEN_RERANKER,
            "qwen": plain_config(facts),
            "input": asdict(seen),
            "answers": [_number(description, answer) for answer in ANSWERS],
        }
        _network(config, weights)
    except OSError as error:
        raise ModelMissing("a file is missing or cannot be read", path=os.fsencode(source), remedy=FORM) from error
    except (KeyError, ValueError, TypeError, RuntimeError, safetensors.SafetensorError) as error:
        raise ModelAltered(f"the files do not fit together ({error})", path=os.fsencode(source), remedy=FORM) from error
    files = {CONFIG: json.dumps(config, indent=1).encode(), TOKENIZER: description.encode()}
    return write_model(target, files, weights=weights)


def load_reranker(folder: Path, *, device: torch.device, pinned: str | None = None) -> QwenReranker:
    """`pinned` is what the manifest must hash to. Its numbers are bfloat16 on a card, float32 elsewhere.

    Raises ModelMissing, ModelAltered.
    """
    files = check_files(folder, pinned=pinned)
    config = json.loads(files[CONFIG])
    if config.get("kind") != QWEN_RERANKER:
        raise ModelMissing("this is no such reranker", path=os.fsencode(folder), remedy=FORM)
    kind = torch.float32 if device.type == "cpu" else torch.bfloat16
    try:
        weights = {name: value.to(kind) for name, value in safetensors.torch.load_file(folder / WEIGHTS).items()}
        network, model_input = _network(config, weights), read_input(config["input"])
        return QwenReranker(
            network,
            files[TOKENIZER].decode(),
            model_id=identity(folder / WEIGHTS, model_input),
            model_input=model_input,
            device=device,
        )
    except (KeyError, ValueError, TypeError, RuntimeError, safetensors.SafetensorError) as error:
        raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy=REPAIR) from error


def require_card(folder: Path, device: torch.device) -> None:
    """A photo is minutes of work for a processor. Raises ModelMissing there."""
    if device.type == "cpu":
        raise ModelMissing("this reranker needs a graphics card", path=os.fsencode(folder), remedy=CARD)


def _network(config: dict[str, Any], weights: dict[str, Tensor]) -> QwenNetwork:
    no, yes = config["answers"]
    network = QwenNetwork(config["qwen"], size=config["input"]["size"], answers=(no, yes))
    network.fill(weights)
    return network


def _number(description: str, word: str) -> int:
    number = number_of(description, word)
    if number is None:
        raise ValueError(f"the tokenizer does not know {word!r}")
    return number
