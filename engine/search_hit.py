"""A ranked photo. It stands alone: a search beside an engine imports nothing else of what is known of photos."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One ranked photo, complete for display. Cosine and score are NaN-free; without a sentence both are 0. `alike`:
    how many other photos stand behind it in the result. `rating` 0 to 5, `pick` 1 picked and -1 rejected, `label` any
    words. `pair`: the path of the raw file that was taken together with it (of a raw file: of the JPEG)."""

    photo_id: int
    path: bytes
    thumbnail: bytes
    width: int
    height: int
    score: float = 0.0
    cosine: float = 0.0
    probability: float | None = None
    matched: bool = True
    reranked: bool = False
    taken_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    file_size: int = 0
    tone: int = 0
    offline: bool = False
    tags: tuple[str, ...] = ()
    content_id: int = 0
    alike: int = 0
    rating: int = 0
    pick: int = 0
    label: str = ""
    pair: bytes = b""
