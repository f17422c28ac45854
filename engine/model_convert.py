"""A pickle of weights becomes verified safetensors, without anything in it being run.

Somebody else's pickle is a program. It is read by a process without rights (`model_convert_worker`); what that has
written is looked at here as if it came from a stranger, and only then gets its name.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from engine.config import LOW_DISK_BYTES
from engine.errors import AfterimageError, DiskFull, ModelAltered, ModelMissing
from engine.preset_install import CONFIG, HUB_CONFIG, HUB_WEIGHTS, PHOTOS, WEIGHTS, WORDS, hash_of, is_whole
from engine.presets import write_whole

BESIDE = (HUB_CONFIG, CONFIG, PHOTOS, *WORDS)  # what makes a model of weights
LARGEST_BESIDE = 100_000_000
ASK = "ask its publisher for safetensors; it was not opened in any other way"


@dataclass(frozen=True, slots=True)
class Converted:
    """`beside`: files of the model that were copied along; `left_out`: what was in the pickle and is no weight;
    `walls`: what held the process that read it, empty where this system has nothing of the kind."""

    path: Path
    sha256: str
    size: int
    tensors: int
    beside: tuple[str, ...]
    left_out: tuple[str, ...]
    walls: tuple[str, ...]


def convert(source: Path, target: Path) -> Converted:
    """Writes the weights of a pickle into the folder `target`, and the small files of the model that lie beside it.

    Raises ModelMissing where there is no such file, ModelAltered where it is no pickle of weights or asks for more,
    DiskFull, and AfterimageError where the file to be written is there already.
    """
    if not source.is_file():
        raise ModelMissing("there is no such file", path=os.fsencode(source), remedy="name a file of weights")
    path = target / _name(source.parent, source.stem)
    if path.exists():
        problem = "there are weights already"
        raise AfterimageError(problem, path=os.fsencode(path), remedy="remove them, or choose another folder")
    _require_room(source, target)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        told = _read_apart(source, part)
        _require_weights(source, part, told)
        return _keep(source, part, path, told)
    finally:
        part.unlink(missing_ok=True)


def _name(folder: Path, stem: str) -> str:
    """As an import of the folder looks for it."""
    if (folder / HUB_CONFIG).is_file():
        return HUB_WEIGHTS[0]
    return HUB_WEIGHTS[1] if (folder / PHOTOS).is_file() else f"{stem}{WEIGHTS}"


def _require_room(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    needed, free = source.stat().st_size + LOW_DISK_BYTES, shutil.disk_usage(target).free
    if free < needed:
        problem = f"No room for the weights: {needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free"
        raise DiskFull(problem, path=os.fsencode(target), remedy="free some space, or choose another disk")


def _read_apart(source: Path, part: Path) -> dict[str, Any]:
    """In a process without rights; what it tells of the file."""
    from engine import model_convert_worker

    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe(duplex=False)
    arguments = (theirs, os.fsencode(source), os.fsencode(part))
    process = context.Process(target=model_convert_worker.run, args=arguments, daemon=True)
    process.start()
    theirs.close()
    try:
        told: dict[str, Any] = json.loads(connection.recv_bytes())
    except (EOFError, OSError, ValueError):
        process.join()
        told = {"problem": f"the process that read it was ended ({process.exitcode})", "asked": True}
    finally:
        process.terminate()
        process.join()
        connection.close()
    return told


def _require_weights(source: Path, part: Path, told: dict[str, Any]) -> None:
    if told.get("errno") in (errno.ENOSPC, errno.EDQUOT):
        raise DiskFull("The disk is full", path=os.fsencode(part.parent), remedy="free some space")
    if told.get("asked"):
        problem = f"this file is no plain pickle of weights, or damaged ({told['problem']})"
        raise ModelAltered(problem, path=os.fsencode(source), remedy=ASK)
    if "problem" in told:
        problem = f"nothing can be made of this file: {told['problem']}"
        raise ModelAltered(problem, path=os.fsencode(source), remedy="name the file with the model's weights")
    if not _is_safetensors(part):
        raise ModelAltered("what was read of this file is no whole safetensors", path=os.fsencode(source), remedy=ASK)


def _is_safetensors(part: Path) -> bool:
    """By the library's own reader as well, which checks every entry of the header."""
    try:
        with safe_open(part, framework="np") as weights:
            return is_whole(part) and len(list(weights.keys())) > 0
    except SafetensorError:
        return False


def _keep(source: Path, part: Path, path: Path, told: dict[str, Any]) -> Converted:
    with open(part, "rb+") as written:
        os.fsync(written.fileno())
    os.replace(part, path)
    beside = []
    for name in BESIDE if path.parent.resolve() != source.parent.resolve() else ():
        file, copy = source.parent / name, path.parent / name
        if file.is_file() and file.stat().st_size < LARGEST_BESIDE and not copy.exists():
            write_whole(copy, file.read_bytes())
            beside.append(name)
    known = hash_of(path)
    return Converted(
        path,
        known.sha256 or "",
        known.size or 0,
        told["tensors"],
        tuple(beside),
        tuple(told["left_out"]),
        tuple(told["walls"]),
    )
