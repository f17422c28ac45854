"""Photos that show the same are one row of a result: copies, near-duplicates and the frames of a burst.

Two contents show the same picture where the cosine of their embeddings and the correlation of their sketches together
reach SAME, or the sketches alone SAME_SKETCH: the embedding knows what is seen, the sketch where it is, and hardly any
two photos agree by chance in both. What the thresholds find and join by mistake is measured in docs/alike.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalog import Catalog, PhotoRow
from engine.vector_index import VectorIndex

SAME = 1.85  # cosine + correlation
SAME_SKETCH = 0.97  # very small or grey copies look different to a model, and the same from afar
SAME_COSINE = 0.6  # whatever the sketches say: gradients and silhouettes are alike everywhere
FRAME_COSINE = 0.75  # where camera and time, or the file's name, speak for it already
BURST_GAP_S = 3.0  # from one frame to the next
HEAD = 1_024  # contents that are compared with each other; beyond them only copies are one row
FLAT = 24.0  # length of a sketch below which it is a wall or a sky, and its noise no evidence: 3 grey levels a cell


@dataclass(frozen=True, slots=True)
class Stack:
    """One row: its place in the ranking, and its photos, the one to show first."""

    place: int
    photos: tuple[PhotoRow, ...]


class Likeness:
    """Which of n contents show the same picture, and which belong together for another reason: bool[n, n] each."""

    def __init__(self, content_ids: np.ndarray, same: np.ndarray, together: np.ndarray) -> None:
        self._rows = {content: row for row, content in enumerate(content_ids.tolist())}
        self._same = same
        self._near = same | together

    def leaders(self, content_ids: Sequence[int]) -> list[int]:
        """For each of these ranked contents the place of the first one that it is near to, or its own. Who has a
        leader leads nobody, so that a chain of small differences does not become one row."""
        chosen = [(place, self._rows[some]) for place, some in enumerate(content_ids) if some in self._rows]
        found = list(range(len(content_ids)))
        if not chosen:
            return found
        places, rows = np.array(chosen).T
        near = self._near[np.ix_(rows, rows)]
        free = np.ones(len(rows), bool)
        for at in np.flatnonzero(near.sum(1) > 1):
            if not free[at]:
                continue
            joined = near[at] & free
            free &= ~joined
            for other in places[joined]:
                found[other] = int(places[at])
        return found

    def rows(self, content_ids: Sequence[int]) -> int:
        """How many rows these contents are."""
        return len(set(self.leaders(content_ids)))

    def same(self, one: int, other: int) -> bool:
        """Whether two contents show the same picture."""
        a, b = self._rows.get(one), self._rows.get(other)
        return one == other or (a is not None and b is not None and bool(self._same[a, b]))


def likeness(
    catalog: Catalog, index: VectorIndex, content_ids: np.ndarray, photos: Mapping[int, Sequence[PhotoRow]]
) -> Likeness:
    """Of the first HEAD of these contents, int64[n], as far as they have photos."""
    ids = [content for content in content_ids[:HEAD].tolist() if photos.get(content)]
    chosen = np.array(ids, np.int64)
    vectors = index.vectors_of(chosen)
    cosines = vectors @ vectors.T
    known = catalog.alike.sketches(ids)
    sketches = np.zeros((len(ids), 64), np.uint8)
    for row, content in enumerate(ids):
        if content in known:
            sketches[row] = known[content]
    same = same_pictures(cosines, correlations(sketches))
    pairs, runs = _named_alike(ids, photos), _runs([_best(photos[content]) for content in ids])
    close = cosines >= FRAME_COSINE
    return Likeness(chosen, same | (pairs & close), (runs[:, None] == runs[None]) & close)


def correlations(sketches: np.ndarray) -> np.ndarray:
    """float32[n, n] of sketches uint8[n, 64]."""
    rows = normalised(sketches)
    return rows @ rows.T


def normalised(sketches: np.ndarray) -> np.ndarray:
    """float32[n, 64] whose products are correlations; short where a sketch is flat."""
    rows = sketches.astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), FLAT))


def same_pictures(cosines: np.ndarray, correlated: np.ndarray) -> np.ndarray:
    """bool of the shape of both."""
    alike = (cosines + correlated >= SAME) | (correlated >= SAME_SKETCH)
    return np.asarray(alike & (cosines >= SAME_COSINE))


def _named_alike(ids: Sequence[int], photos: Mapping[int, Sequence[PhotoRow]]) -> np.ndarray:
    """bool[n, n]: one folder has both under one name with two extensions, as cameras write a raw photo and its JPEG."""
    named: dict[bytes, list[int]] = {}
    for row, content in enumerate(ids):
        for photo in photos[content]:
            named.setdefault(photo.path.rpartition(b".")[0], []).append(row)  # five times faster than splitext
    found = np.zeros((len(ids), len(ids)), bool)
    for rows in named.values():
        if len(rows) > 1:
            found[np.ix_(rows, rows)] = True
    return found


def _runs(rows: Sequence[PhotoRow]) -> np.ndarray:
    """int64[n], equal for photos of one camera that follow each other within BURST_GAP_S; others have a number of
    their own."""
    runs = -1 - np.arange(len(rows))
    timed = sorted((row.camera, seconds, at) for at, row in enumerate(rows) if row.camera for seconds in _seconds(row))
    run = 0
    for (camera, before, _), (other, seconds, at) in zip([(None, 0.0, 0), *timed], timed, strict=False):
        run += camera != other or seconds - before > BURST_GAP_S
        runs[at] = run
    return runs


def _seconds(row: PhotoRow) -> list[float]:
    """When it was taken, if that is known."""
    try:
        taken = datetime.datetime.fromisoformat(row.taken_at or "")
    except ValueError:  # cameras write years like 0000
        return []
    return [(taken.replace(tzinfo=None) - datetime.datetime.min).total_seconds()]


def stacked(
    content_ids: np.ndarray,
    photos: Mapping[int, Sequence[PhotoRow]],
    *,
    alike: Likeness | None = None,
    every_copy: bool = False,
) -> list[Stack]:
    """The photos of int64[n] ranked contents in rows, in rank order; contents without a photo are passed over.

    A row has the copies of a content and, by `alike`, of those that are near it, in the place of the first. Of the
    photos that show the same as the first content the best is shown. With `every_copy` each photo is a row.
    """
    shown = [(place, content) for place, content in enumerate(content_ids.tolist()) if photos.get(content)]
    if every_copy:
        return [Stack(place, (photo,)) for place, content in shown for photo in photos[content]]
    contents = [content for _, content in shown]
    rows: dict[int, list[int]] = {}
    for content, leader in zip(contents, alike.leaders(contents) if alike else range(len(contents)), strict=True):
        rows.setdefault(leader, []).append(content)
    return [Stack(shown[leader][0], _best_first(row, photos, alike)) for leader, row in rows.items()]


def _best_first(
    contents: Sequence[int], photos: Mapping[int, Sequence[PhotoRow]], alike: Likeness | None
) -> tuple[PhotoRow, ...]:
    """All photos of one row: those of the same picture as its first content, then other frames in rank order."""
    if len(contents) == 1 and len(photos[contents[0]]) == 1:
        return tuple(photos[contents[0]])
    same = [content for content in contents if alike is None or alike.same(contents[0], content)]
    first = sorted((photo for content in same for photo in photos[content]), key=worth, reverse=True)
    others = [content for content in contents if content not in same]
    return (*first, *(photo for some in others for photo in sorted(photos[some], key=worth, reverse=True)))


def _best(rows: Sequence[PhotoRow]) -> PhotoRow:
    return rows[0] if len(rows) == 1 else max(rows, key=worth)


def worth(row: PhotoRow) -> tuple[bool, bool, int, int, int]:
    """Higher is better: within reach, as the camera rendered it and not raw, more pixels, the larger file, longer in
    the library."""
    return not row.offline, row.format != "RAW", row.width * row.height, row.size, -row.photo_id


def one_row_a_content(
    shown: np.ndarray, photo_ids: np.ndarray, content_ids: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Collapses copies among the photos that are shown, int64[n]: copies are photo_ids int64[m] with content_ids
    int64[m], by content, best first. Returns int64[n] with the best copy in the first one's place and -1 in those of
    the others, the others' ids one row after the other, and how many of them belong to each row, int64[n]."""
    rows, counts = shown.copy(), np.zeros(len(shown), np.int64)
    order = np.argsort(shown)
    at = np.searchsorted(shown[order], photo_ids)
    here = at < len(shown)
    here[here] = shown[order[at[here]]] == photo_ids[here]
    photo_ids, content_ids, places = photo_ids[here], content_ids[here], order[at[here]]
    if not len(photo_ids):
        return rows, photo_ids, counts
    _, starts, group, sizes = np.unique(content_ids, return_index=True, return_inverse=True, return_counts=True)
    first = np.minimum.reduceat(places, starts)
    rows[places] = -1
    rows[first] = photo_ids[starts]
    counts[first] = sizes - 1
    others = np.delete(np.arange(len(photo_ids)), starts)
    return rows, photo_ids[others[np.argsort(first[group[others]], kind="stable")]], counts
