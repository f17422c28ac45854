"""Who a model is. Its towers and how photos are prepared for them name what it learns of photos; its head has a key of
its own, so that another head over the same towers finds every embedding in place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.config import ModelInput
from engine.joint_model import HeadConfig
from engine.joint_model_served import plainly_named

TOWERS = "clip."
FILE = "identities.json"
FORMAT = 1
REMEMBERED = 100
_LENGTH_BYTES = 8
_PIECE = 2**20
_KNOWN = re.compile(r"[0-9a-f]{32} (?:[0-9a-f]{16})?")


@dataclass(frozen=True, slots=True)
class Identity:
    """`head` is empty where a model has none."""

    model_id: str
    head: str


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


class IdentityMemory:
    """What a manifest was found to be, so that large weights are read once and not twice at each start. Without a
    folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / FILE if folder is not None else None

    def recall(self, manifest_sha256: str) -> Identity | None:
        found = self._read().get(manifest_sha256)
        return Identity(*found) if isinstance(found, list) and _KNOWN.fullmatch(" ".join(map(str, found))) else None

    def keep(self, manifest_sha256: str, identity: Identity) -> None:
        """Where it cannot be written it is computed again."""
        if self._path is None:
            return
        known = dict(list(self._read().items())[-REMEMBERED:])
        known[manifest_sha256] = [identity.model_id, identity.head]
        part = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps({"format": FORMAT, "known": known}, indent=1))
            part.replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self._path.read_bytes()) if self._path is not None else {}
        except (OSError, ValueError):
            return {}
        known = facts.get("known") if isinstance(facts, dict) and facts.get("format") == FORMAT else None
        return known if isinstance(known, dict) else {}


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
