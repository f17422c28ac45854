"""Models that hold nothing but numbers, for tests of everything except thinking."""

from __future__ import annotations

import hashlib
import json
import random
import struct
from pathlib import Path

from engine.presets import Presets
from tests.engine.hub_server import Hub

SIZE = 2_000_000


def safetensors(size: int = SIZE, *, seed: int = 0) -> bytes:
    """A whole file with one tensor of `size` bytes."""
    header = json.dumps({"weight": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + random.Random(seed).randbytes(size)


def model_files(*, seed: int = 0) -> dict[str, bytes | Path]:
    """A model folder of our own kind, by file name."""
    files = {
        "config.json": json.dumps({"head": None, "input": {"size": 32}}).encode(),
        "model.safetensors": safetensors(seed=seed),
        "tokenizer.json": b"{}",
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return {**files, "manifest.json": json.dumps({"files": hashes}).encode()}


def write(folder: Path, files: dict[str, bytes | Path]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        assert isinstance(content, bytes)
        (folder / name).write_bytes(content)
    return folder


def presets_of(folder: Path, **facts: object) -> Presets:
    """A list with one model, `made-up`, of the repository us/made-up."""
    shipped = folder / "shipped"
    shipped.mkdir(exist_ok=True)
    listed = {"_about": ["not a model"], "made-up": {"title": "Made up", "repository": "us/made-up", **facts}}
    (shipped / "presets.json").write_text(json.dumps(listed))
    return Presets(shipped, folder / "fetched")


def hub_of(**changes: object) -> Hub:
    hub = Hub({"us/made-up": model_files()})
    for name, value in changes.items():
        setattr(hub, name, value)
    return hub
