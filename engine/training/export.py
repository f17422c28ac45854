"""Write a trained model as a folder that ModelStore loads: float16 weights, config, tokenizer, words, hashes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import safetensors.torch
from torch import nn

from engine.model_store import CONFIG, MANIFEST, TOKENIZER, WEIGHTS, WORDS


def export(folder: Path, model: nn.Module, config: dict[str, Any], *, tokenizer: str, words: list[str]) -> str:
    """Each file under a temporary name first; the manifest last. Returns the manifest's SHA-256, to pin.

    `model` is a JointModel, or its `clip` alone where the config's head is null.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    files = {
        WEIGHTS: safetensors.torch.save(weights),
        CONFIG: json.dumps(config, indent=1).encode(),
        TOKENIZER: tokenizer.encode(),
        WORDS: "\n".join(words).encode(),
    }
    for name, contents in files.items():
        _write(folder / name, contents)
    hashes = {name: hashlib.sha256(contents).hexdigest() for name, contents in files.items()}
    manifest = json.dumps({"format": 1, "files": hashes}, indent=1).encode()
    _write(folder / MANIFEST, manifest)
    return hashlib.sha256(manifest).hexdigest()


def _write(path: Path, contents: bytes) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
