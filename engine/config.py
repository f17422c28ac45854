"""The numbers that shape a library, each with its unit and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VERSION = "0.1.0"

THUMBNAIL_EDGE_PX = 512  # sharp in the grid at 2x; also what an unplugged drive is searched by
DECODE_TIMEOUT_S = 10.0
DECODE_TRIES = 3
FRESH_FILE_S = 2.0  # a file younger than this may still be copied into place
RESCAN_S = 600.0  # the watcher is only a hint; this decides
WATCH_RESCAN_S = 30.0
INDEX_BATCH = 32
INDEX_STEP_S = 0.15  # longest the engine loop stays away from the pipe
INDEX_STEP_ALONE_S = 1.0  # where nobody waits: large models are a third faster in batches that take so long
RETRIEVE_HITS = 100
EXACT_FEW = 20_000  # so few are always searched one by one
WIDE_SHARE = 0.25  # a filter that leaves more of the library is searched by the graph, which fetches what passes
EXACT_AMONG = 200_000  # contents that filters leave: searched one by one up to here, beyond by fetching more
RERANK_HEAD = 50
RERANK_BUDGET_MS = 250.0  # for a ready cross-encoder, whose candidates take long: what a search may take longer
HIT_PAGE = 200
LOW_DISK_BYTES = 500 * 2**20
THUMBNAILS_LOOKED_AT = 500  # oldest and newest, to find out whether the cache was wiped


@dataclass(frozen=True, slots=True)
class ModelInput:
    """How a photo becomes the square that a model sees: uint8[size, size, 3], RGB.

    `squash` ignores the aspect ratio, `shortest` resizes the short edge and crops the centre,
    `longest` resizes the long edge and pads with `fill`.
    """

    size: int
    resize: Literal["squash", "shortest", "longest"] = "squash"
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    fill: int = 0

    @property
    def photo_bytes(self) -> int:
        return 3 * self.size**2

    def digest(self) -> str:
        """Part of a model's identity: other preprocessing gives other embeddings."""
        import hashlib  # every start reads this file

        return hashlib.blake2b(repr(self).encode(), digest_size=16).hexdigest()
