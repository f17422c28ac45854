"""A raw photo and the JPEG (or HEIC) that the camera wrote beside it are one photo, which has two files.

Same folder, same name but for the ending, taken at the same time.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Iterable, Sequence

import numpy as np

from engine.catalog import Catalog, NamedPhoto, PhotoRow

RAW = "RAW"
RENDERED = ("JPEG", "HEIF")  # in this order, where there are both
APART_S = 2.0  # a camera's two files say the same second; a program that made one of them may round
PATIENCE = 20  # looking for pairs may take one part in so many of the time


def partner(row: PhotoRow, others: Iterable[NamedPhoto]) -> NamedPhoto | None:
    """That one of them which was taken together with this photo."""
    if row.format != RAW and row.format not in RENDERED:
        return None
    stem = _stem(row.path)
    found = [other for other in others if _stem(other.path) == stem and _together(row, other)]
    return min(found, key=lambda other: (_rank(other.format), other.path), default=None)


def paired(raws: Sequence[NamedPhoto], rendered: Sequence[NamedPhoto]) -> np.ndarray:
    """int64[n, 2]: ids of raw photos and of what was taken together with each; no photo is in two pairs."""
    by_stem: dict[bytes, list[NamedPhoto]] = {}
    for raw in sorted(raws, key=lambda photo: photo.path):
        by_stem.setdefault(_stem(raw.path), []).append(raw)
    found = []
    for photo in sorted(rendered, key=lambda photo: (_rank(photo.format), photo.path)):
        waiting = by_stem.get(_stem(photo.path), [])
        match = next((raw for raw in waiting if _same_time(raw.taken_at, photo.taken_at)), None)
        if match is not None:
            waiting.remove(match)
            found.append((match.photo_id, photo.photo_id))
    return np.array(found, np.int64).reshape(-1, 2)


def with_pairs(copies: tuple[np.ndarray, np.ndarray], pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`copies`, photo ids int64[n] and contents int64[n] (each content's best first), joined with `pairs` int64[m, 2]:
    what is to be one row has one number, rendered photos stand before raw ones."""
    if not len(pairs):
        return copies
    ids, groups = copies
    numbers = -1 - np.arange(len(pairs), dtype=np.int64)
    joined = _joined(dict(zip(ids.tolist(), groups.tolist(), strict=True)), pairs, numbers)
    new = ~np.isin(pairs[:, ::-1], ids)
    ids = np.concatenate((ids, pairs[:, ::-1][new]))
    groups = np.concatenate((groups, np.repeat(numbers, 2).reshape(-1, 2)[new]))
    if joined:
        groups = np.array([_root(joined, group) for group in groups.tolist()], np.int64)
    order = np.argsort(np.isin(ids, pairs[:, 0]), kind="stable")
    return ids[order], groups[order]


def _joined(contents: dict[int, int], pairs: np.ndarray, numbers: np.ndarray) -> dict[int, int]:
    """Which numbers mean the same: of pairs, and of contents that have copies."""
    joined: dict[int, int] = {}
    if not contents:
        return joined
    for number, pair in zip(numbers.tolist(), pairs.tolist(), strict=True):
        for photo in pair:
            if photo in contents:
                one, other = _root(joined, number), _root(joined, contents[photo])
                if one != other:
                    joined[one] = other
    return joined


def _root(joined: dict[int, int], number: int) -> int:
    while number in joined:
        number = joined[number]
    return number


class Pairs:
    """All pairs of a library, looked for again when it has changed (but not all the time, where that takes long)."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._found = np.zeros((0, 2), np.int64)
        self._seen = -1
        self._again_s = 0.0

    def all(self) -> np.ndarray:
        """int64[n, 2]: raw photo, rendered photo."""
        changes, now = self._catalog.alike.changes(), time.monotonic()
        if changes != self._seen and now >= self._again_s:
            raws = self._catalog.alike.raws()
            self._found = paired(raws, self._catalog.alike.rendered()) if raws else self._found[:0]
            self._seen = changes
            took = time.monotonic() - now
            self._again_s = now + PATIENCE * took if took > 0.05 else 0.0
        return self._found


def _together(one: PhotoRow, other: NamedPhoto) -> bool:
    kinds = {one.format, other.format}
    return RAW in kinds and bool(kinds & set(RENDERED)) and _same_time(one.taken_at, other.taken_at)


def _same_time(one: str | None, other: str | None) -> bool:
    """Where only one file says when, the names alone speak for it."""
    if one is None or other is None or one == other:
        return True
    try:
        apart = datetime.datetime.fromisoformat(one) - datetime.datetime.fromisoformat(other)
    except (ValueError, TypeError):  # cameras write years like 0000; one of them may name its time zone
        return False
    return abs(apart.total_seconds()) <= APART_S


def _rank(name: str) -> int:
    return RENDERED.index(name) if name in RENDERED else -1


def _stem(path: bytes) -> bytes:
    return os.path.splitext(path)[0]
