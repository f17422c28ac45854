"""Write a trained model as a folder that ModelStore loads: float16 weights, config, tokenizer, words, hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import nn

from engine.model_files import CONFIG, TOKENIZER, WORDS
from engine.model_folder import halved, write_model


def export(folder: Path, model: nn.Module, config: dict[str, Any], *, tokenizer: str, words: list[str]) -> str:
    """Returns the manifest's SHA-256, to pin. `model` is a JointModel, or its `clip` alone where the config's head is
    null."""
    files = {
        CONFIG: json.dumps(config, indent=1).encode(),
        TOKENIZER: tokenizer.encode(),
        WORDS: "\n".join(words).encode(),
    }
    weights = {name: halved(value.detach().cpu()) for name, value in model.state_dict().items()}
    return write_model(folder, files, weights=weights)
