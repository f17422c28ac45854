"""Who a model is. Its towers and how photos are prepared for them name what it learns of photos; its head has a key of
its own, so that another head over the same towers finds every embedding in place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.config import ModelInput
from engine.identity_memory import Identity
from engine.joint_model import HeadConfig
from engine.joint_model_served import plainly_named

TOWERS = "clip."
_LENGTH_BYTES = 8
_PIECE = 2**20


def identify(weights: Path, config: dict[str, Any], model_input: ModelInput) -> Identity:
    """Of a model folder's weights file and config; reads every tensor once. Raises ValueError for a damaged header."""
    tensors, data = _header(weights)
    head = config.get("head")
    towers = tensors if head is None else _below(tensors, TOWERS)
    rest = {} if head is None else {name: place for name, place in tensors.items() if not name.startswith(TOWERS)}
    digest = _hash_of(weights, plainly_named(towers), data, size=16)
    digest.update(_canonical(config["model_cfg"]) + model_input.digest().encode())
    return Identity(digest.hexdigest(), head_key(weights, head, only=rest) if head is not None else "")


def head_key(weights: Path, head: dict[str, Any], *, only: Mapping[str, Any] | None = None) -> str:
    """Of everything that scores beside the towers: tensors (all of a file, or `only` these of it) and their shape."""
    tensors, data = _header(weights)
    digest = _hash_of(weights, tensors if only is None else only, data, size=8)
    digest.update(_canonical(_told(head)))
    return str(digest.hexdigest())


def _told(head: dict[str, Any]) -> dict[str, Any]:
    """What is not usual of a head: neither how much of it is written down nor what later kinds of heads can be more
    makes it another one."""
    usual = asdict(HeadConfig())
    return {name: fact for name, fact in asdict(HeadConfig(**head)).items() if fact != usual[name]}


def _canonical(facts: Any) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()


def _below(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): place for name, place in tensors.items() if name.startswith(prefix)}


def _header(weights: Path) -> tuple[dict[str, Any], int]:
    """What a safetensors file says of each tensor, and where the numbers begin."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        tensors: dict[str, Any] = json.loads(file.read(length))
    tensors.pop("__metadata__", None)
    return tensors, _LENGTH_BYTES + length


def _hash_of(weights: Path, tensors: Mapping[str, Any], data: int, *, size: int) -> Any:
    """A hash object that has seen these tensors by name, type, shape and bytes."""
    digest = hashlib.blake2b(digest_size=size)
    with weights.open("rb") as file:
        for name, place in sorted(tensors.items()):
            start, end = place["data_offsets"]
            digest.update(_canonical([name, place["dtype"], place["shape"]]))
            file.seek(data + start)
            left = end - start
            while left and (piece := file.read(min(left, _PIECE))):
                digest.update(piece)
                left -= len(piece)
    return digest
