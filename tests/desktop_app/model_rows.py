"""Models as the engine lists them: one that ships, a larger one that is recommended, and a small one."""

from __future__ import annotations

from typing import Any

SEARCH_ONLY = {"search": True, "rerank": False, "probability": False, "nothing_matches": False, "why": False}


def row(name: str, **facts: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": name,
        "title": name.title(),
        "licence": "Apache-2.0",
        "licence_url": "https://www.apache.org/licenses/LICENSE-2.0",
        "licence_note": None,
        "bytes": 1_540_000_000,
        "bytes_exact": False,
        "languages": "about 109",
        "language_codes": None,
        "installed": False,
        "in_use": False,
        "chosen": False,
        "ships": False,
        "bytes_here": 0,
        "abilities": dict(SEARCH_ONLY),
        "recall": {"coco_r1": 47.2, "flickr30k_r1": 75.5, "source": "its paper"},
        "cost": {"parameters_m": 377, "image_gflops": 11.5, "source": "its paper"},
        "open_clip": None,
        "repository": f"somebody/{name}",
        "commit": None,
        "imported_from": None,
        "server": "https://hub.example",
        "free_bytes": 41_000_000_000,
    }
    return known | facts


def three_models() -> list[dict[str, Any]]:
    starter = row(
        "starter",
        bytes=33_000_000,
        bytes_exact=True,
        bytes_here=33_000_000,
        languages="English",
        installed=True,
        in_use=True,
        chosen=True,
        ships=True,
        abilities={**SEARCH_ONLY, "rerank": True},
        recall={"coco_r1": None, "source": "its model card"},
        cost={"image_gflops": 0.4},
        repository=None,
    )
    small = row("small", bytes=608_000_000, languages="English", recall={"coco_r1": 39.9, "source": "its paper"})
    return [starter, row("fast", title="Fast (recommended)"), small]
