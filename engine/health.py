"""What `afterimage doctor` reports: is everything there, and does it fit together?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

import psutil

from engine.backups import SQLITE
from engine.catalog import Catalog
from engine.errors import printable
from engine.locations import Locations
from engine.model_data import ModelData
from engine.offline import refused
from engine.photo import Folder, PhotoState, Problem
from engine.served_model import ServedModel


@dataclass(frozen=True, slots=True)
class ChangeHealth:
    """The model that is to come, and how many photos it knows; 0 of 0 until it is loaded."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModelHealth:
    """The model by its name, at work if it could be loaded, or why it could not."""

    name: str
    served: ServedModel | None
    problem: str | None
    change: ChangeHealth | None = None
    data: Sequence[ModelData] = ()


def health(
    catalog: Catalog,
    locations: Locations,
    model: ModelHealth,
    *,
    folders: Sequence[Folder],
    problems: Sequence[Problem],
) -> dict[str, Any]:
    """One plain object; every value is JSON. Without a loaded model embeddings and index are not judged (null)."""
    counts, served = catalog.counts(), model.served
    return {
        "photos": {state.value: counts.get(state, 0) for state in PhotoState},
        "contents": catalog.contents_count(),
        "embeddings": catalog.embeddings_count() if served else None,
        "index": {
            "labels": len(served.index) if served else None,
            "verified": served.index.verified if served else None,
        },
        "folders": list(map(_folder, folders)),
        "model": _model(model),
        "coming": asdict(model.change) if model.change is not None else None,
        "models": [{"name": data.name, "id": data.model_id, **_learned(data)} for data in model.data],
        "database": {
            "path": printable(locations.catalog),
            "bytes": _size(locations.catalog),
            "integrity": catalog.integrity(),
        },
        "disk": {
            "free_bytes": shutil.disk_usage(locations.data).free,
            "thumbnail_bytes": _tree_size(locations.thumbnails),
        },
        "words_to_read": catalog.words.unheard_count(),
        "network": _network(),
        "decoders": _decoders(served),
        "problems": [
            {"path": printable(problem.path), "reason": problem.reason, "remedy": problem.remedy}
            for problem in problems
        ],
    }


def _folder(folder: Folder) -> dict[str, Any]:
    return {
        "path": printable(folder.path),
        "offline": folder.offline,
        "ready": folder.ready,
        "pending": folder.pending,
        "unreadable": folder.unreadable,
        "missing": folder.missing,
        "inside": folder.inside,
        "in_doubt": folder.in_doubt,
    }


def _decoders(served: ServedModel | None) -> dict[str, Any]:
    """What a photo that takes its decoder over would have to get through."""
    walls = served.pool.look_at_walls() if served is not None else None
    return {"walls": walls, "pillow": _version("pillow"), "heif": _version("pillow-heif"), "sqlite": SQLITE}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _network() -> dict[str, int | None]:
    """Internet sockets of the engine and of all that it started, as the system counts them; and how often Python was
    refused one."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return {"connections": sum(map(_connections, processes)), "refused": refused()}


def _connections(process: psutil.Process) -> int:
    try:
        return len(process.net_connections("inet") if hasattr(process, "net_connections") else process.connections())
    except psutil.Error:
        return 0  # it has ended meanwhile


def _model(model: ModelHealth) -> dict[str, Any]:
    if model.served is None:
        unknown = dict.fromkeys(("id", "head", "precision", "reranks", "reranker"))
        return {"name": model.name, **unknown, "problem": model.problem}
    loaded, stage = model.served.loaded, model.served.stage
    return {
        "name": loaded.name,
        "id": loaded.model_id,
        "head": loaded.head or None,
        "precision": loaded.bi_encoder.precision,
        "reranks": loaded.cross_encoder is not None or stage is not None,
        "reranker": stage.name if stage is not None else None,
        "problem": None,
    }


def _learned(data: ModelData) -> dict[str, int]:
    return {"embeddings": data.embeddings, "bytes": data.bytes}


def _size(path: bytes) -> int:
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


def _tree_size(folder: bytes) -> int:
    return sum(_size(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names)
