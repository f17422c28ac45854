"""Writes a folder as ModelStore takes it: every file whole or not at all, the manifest last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
from torch import Tensor

from engine.model_files import MANIFEST, WEIGHTS


def write_model(folder: Path, files: Mapping[str, bytes], *, weights: Mapping[str, Tensor] | None = None) -> str:
    """`files` by name, and `weights` straight to the disk. Returns the manifest's SHA-256, to pin."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    if weights is not None:
        part = folder / f"{WEIGHTS}.part"
        safetensors.torch.save_file({name: value.contiguous() for name, value in weights.items()}, part)
        with part.open("rb+") as file:
            hashes[WEIGHTS] = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        part.replace(folder / WEIGHTS)
    for name, contents in files.items():
        hashes[name] = _write(folder / name, contents)
    return _write(folder / MANIFEST, json.dumps({"format": 1, "files": hashes}, indent=1).encode())


def halved(value: Tensor) -> Tensor:
    """In half precision, save where a number is too large for it."""
    if not value.is_floating_point():
        return value
    half = value.half()
    return half if bool(half.isfinite().all()) else value.float()


def _write(path: Path, contents: bytes) -> str:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return hashlib.sha256(contents).hexdigest()
