"""Photos that show the same are one row of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalog import PhotoRow


@dataclass(frozen=True, slots=True)
class Stack:
    """One row: its place in the ranking, and its photos, the one to show first."""

    place: int
    photos: tuple[PhotoRow, ...]


def stacked(
    content_ids: np.ndarray, photos: Mapping[int, Sequence[PhotoRow]], *, every_copy: bool = False
) -> list[Stack]:
    """The photos of int64[n] ranked contents: one stack a content, best copy first, or one a photo with `every_copy`.
    Contents without a photo are passed over."""
    shown = [(place, photos[content]) for place, content in enumerate(content_ids.tolist()) if content in photos]
    if every_copy:
        return [Stack(place, (row,)) for place, rows in shown for row in rows]
    return [Stack(place, tuple(sorted(rows, key=worth, reverse=True))) for place, rows in shown if rows]


def worth(row: PhotoRow) -> tuple[bool, int, int, int]:
    """Higher is better: within reach, more pixels, the larger file, longer in the library."""
    return not row.offline, row.width * row.height, row.size, -row.photo_id
