"""What is known of a model that people can choose, as the engine lists it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ABILITIES = ("search", "rerank", "probability", "nothing_matches", "why")
POOLS = {"coco_r1": 5_000, "flickr30k_r1": 1_000, "flickr8k_r1": 1_000}  # photos among which one is looked for
RECOMMENDED = " (recommended)"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is not known is None or empty. Sizes in bytes; `recall` has, of 100 descriptions, for how many the right
    photo came first, by collection; `work` is that of one photo in GFLOP. `encoded` photos are known to it already, and
    what it has learned of them takes `data_bytes`. `lacks`: what it needs of Afterimage that is not in this build."""

    name: str
    title: str
    recommended: bool = False
    licence: str = ""
    licence_url: str = ""
    licence_note: str = ""
    size: int | None = None
    size_exact: bool = False
    bytes_here: int = 0
    languages: str = ""
    installed: bool = False
    in_use: bool = False
    chosen: bool = False
    ships: bool = False
    abilities: frozenset[str] = frozenset({"search"})
    recall: tuple[tuple[str, float], ...] = ()
    recall_source: str = ""
    work: float | None = None
    repository: str = ""
    commit: str = ""
    imported_from: str = ""
    server: str = ""
    free_bytes: int | None = None
    encoded: int = 0
    data_bytes: int = 0
    kind: str = "search"
    see_ms: float | None = None
    match_ms: float | None = None
    lacks: str = ""

    @property
    def reranks_others(self) -> bool:
        """A ready cross-encoder: it finds no photos. `see_ms`, `match_ms`: what it takes here for a photo."""
        return self.kind != "search"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What preparing the library for a model takes: `photos` that it does not know yet. None where it cannot be known,
    and `reason` says why."""

    photos: int | None = None
    seconds: float | None = None
    bytes: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """What lies in a folder that somebody wants to import; `sha256` is that of the weights."""

    path: bytes
    name: str
    weights: str
    bytes: int
    sha256: str


def read_models(value: str) -> tuple[ModelFacts, ...]:
    """From the engine's list, in its order."""
    return tuple(_read(row) for row in json.loads(value))


def read_estimate(value: str) -> Estimate:
    said = json.loads(value)
    return Estimate(said.get("photos"), said.get("seconds"), said.get("bytes"), said.get("reason") or "")


def read_found(path: bytes, value: str) -> FoundModel:
    said = json.loads(value)
    return FoundModel(path, said["name"], said["weights"], said["bytes"], said["sha256"])


def _read(row: Mapping[str, Any]) -> ModelFacts:
    title, recall = str(row["title"]), row.get("recall") or {}
    return ModelFacts(
        name=row["name"],
        title=title.removesuffix(RECOMMENDED),
        recommended=title.endswith(RECOMMENDED),
        size=row.get("bytes"),
        size_exact=bool(row.get("bytes_exact")),
        bytes_here=row.get("bytes_here") or 0,
        installed=bool(row.get("installed")),
        in_use=bool(row.get("in_use")),
        chosen=bool(row.get("chosen")),
        ships=bool(row.get("ships")),
        abilities=frozenset(ability for ability in ABILITIES if (row.get("abilities") or {}).get(ability)),
        recall=tuple((pool, float(recall[pool])) for pool in POOLS if recall.get(pool) is not None),
        recall_source=recall.get("source") or "",
        work=(row.get("cost") or {}).get("image_gflops"),
        free_bytes=row.get("free_bytes"),
        encoded=row.get("encoded") or 0,
        data_bytes=row.get("data_bytes") or 0,
        kind=row.get("kind") or "search",
        see_ms=(row.get("rerank_cost_ms") or {}).get("see"),
        match_ms=(row.get("rerank_cost_ms") or {}).get("match"),
        **{key: row.get(key) or "" for key in _WORDS},
    )


_WORDS = (
    "licence",
    "licence_url",
    "licence_note",
    "languages",
    "repository",
    "commit",
    "imported_from",
    "server",
    "lacks",
)
