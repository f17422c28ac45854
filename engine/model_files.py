"""The files of a model folder, each against its hash, without any library that computes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from engine.config import ModelInput
from engine.errors import ModelAltered, ModelMissing

MANIFEST = "manifest.json"
CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
WORDS = "words.txt"
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
REPAIR = "install Afterimage again, or choose another model"


def read_input(facts: dict[str, Any]) -> ModelInput:
    """JSON knows lists only, and what identifies a model must not change with how it was written."""
    plain: dict[str, Any] = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
    return ModelInput(**plain)


def manifest_sha256(folder: Path) -> str:
    """Raises ModelMissing."""
    return hashlib.sha256(_read(folder / MANIFEST)).hexdigest()


def read_files(folder: Path, *, pinned: str | None = None) -> dict[str, bytes]:
    """Every file of a model folder, by name. Raises ModelMissing, ModelAltered."""
    return {**check_files(folder, pinned=pinned), WEIGHTS: _read(folder / WEIGHTS)}


def check_files(folder: Path, *, pinned: str | None = None) -> dict[str, bytes]:
    """The same without the weights, which may not fit into memory twice, but are what their hash says."""
    if folder.is_file():
        problem = "pickled weights are never opened" if folder.suffix in PICKLES else "a model is a folder"
        remedy = f"name a folder with a {MANIFEST}"
        remedy += "; weights of a hub: afterimage models convert FILE --to DIR" if folder.suffix in PICKLES else ""
        raise ModelMissing(problem, path=os.fsencode(folder), remedy=remedy)
    manifest = _read(folder / MANIFEST)
    if pinned is not None:
        _verify(folder / MANIFEST, manifest, pinned)
    try:
        hashes: dict[str, str] = json.loads(manifest)["files"]
    except (ValueError, KeyError) as error:
        raise ModelAltered("the manifest cannot be read", path=os.fsencode(folder / MANIFEST), remedy=REPAIR) from error
    contents: dict[str, bytes] = {}
    for name, expected in hashes.items():
        if os.path.basename(name) != name or name.endswith(PICKLES):
            raise ModelAltered(f"the manifest names {name!r}", path=os.fsencode(folder / MANIFEST), remedy=REPAIR)
        if name == WEIGHTS:
            _compare(folder / name, _digest(folder / name, hashlib.sha256()).hexdigest(), expected)
            continue
        contents[name] = _read(folder / name)
        _verify(folder / name, contents[name], expected)
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        if name not in hashes:
            raise ModelMissing(f"the manifest lacks {name}", path=os.fsencode(folder / MANIFEST), remedy=REPAIR)
    return contents


def identity(weights: Path, model_input: ModelInput) -> str:
    """Of a whole weights file and a preparation of photos: for what has no head that could be another."""
    digest = _digest(weights, hashlib.blake2b(digest_size=16))
    digest.update(model_input.digest().encode())
    return digest.hexdigest()


def _digest(path: Path, digest: Any) -> Any:
    """A hash object that has seen the whole file."""
    try:
        with path.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
    except OSError as error:
        raise _unreadable(path, error) from error
    return digest


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ModelMissing:
    missing = isinstance(error, FileNotFoundError)
    problem = "a file of the model is missing" if missing else "a file of the model cannot be read"
    return ModelMissing(problem, path=os.fsencode(path), remedy=REPAIR)


def _verify(path: Path, contents: bytes, expected: str) -> None:
    _compare(path, hashlib.sha256(contents).hexdigest(), expected)


def _compare(path: Path, found: str, expected: str) -> None:
    if found != expected:
        problem = "a file of the model is not the one that was published"
        raise ModelAltered(problem, path=os.fsencode(path), remedy=REPAIR)
