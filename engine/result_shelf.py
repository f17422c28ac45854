"""Keeps the newest results by handle, so that the window can ask for complete hits page by page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.alike import Stack, one_row_a_content
from engine.catalog import Catalog, PhotoRow
from engine.pairs import partner
from engine.search_hit import SearchHit
from engine.searcher import Ranking
from engine.thumbnails import ThumbnailStore

_NONE = np.zeros(0, np.int64)
KEPT = 16  # results; an older handle is answered with no hits


@dataclass(frozen=True, slots=True)
class Result:
    """Rows in rank order and what the ranking said of each: photo_ids int64[n], aspects float32[n], tones uint32[n],
    scores and cosines float32[n], reranked bool[n], probabilities float32[n] (None while uncalibrated). The first
    `matched` rows match; None while uncalibrated, when all do. The photos behind row i are behind[ends[i - 1]:ends[i]],
    int64; `ends` int64[n] is None where no row has any. `days` int32[n] since 1970 where rows are in
    the order of time, whichever way."""

    photo_ids: np.ndarray
    aspects: np.ndarray
    tones: np.ndarray
    scores: np.ndarray
    cosines: np.ndarray
    reranked: np.ndarray
    probabilities: np.ndarray | None = None
    behind: np.ndarray | None = None
    ends: np.ndarray | None = None
    matched: int | None = None
    days: np.ndarray | None = None

    def alike(self) -> np.ndarray:
        """How many photos stand behind each row, uint32[n]; uint32[0] where none does anywhere."""
        if self.ends is None:
            return np.zeros(0, np.uint32)
        return np.diff(self.ends, prepend=0).astype(np.uint32)

    def behind_row(self, row: int) -> np.ndarray:
        """int64[m] photo ids."""
        if self.ends is None or self.behind is None or not 0 <= row < len(self.ends):
            return np.zeros(0, np.int64)
        return self.behind[self.ends[row - 1] if row else 0 : self.ends[row]]


def browse(
    photo_ids: np.ndarray,
    aspects: np.ndarray,
    tones: np.ndarray,
    days: np.ndarray | None = None,
    *,
    copies: tuple[np.ndarray, np.ndarray] = (_NONE, _NONE),
    limit: int | None = None,
) -> Result:
    """A result without a sentence: nothing is scored. `days` int32[n] where rows are in the order of time. `copies`:
    photo ids int64[n] and contents int64[n], by content, best first; those of one content are one row in the place of
    the first of them, showing the best."""
    photo_ids, behind, counts = one_row_a_content(photo_ids, *copies)
    rows = np.flatnonzero(photo_ids >= 0)[:limit]
    counts = counts[rows]
    nothing = np.zeros(len(rows), np.float32)
    return Result(
        photo_ids[rows],
        aspects[rows],
        tones[rows],
        nothing,
        nothing,
        np.zeros(len(rows), bool),
        behind=behind,
        ends=np.cumsum(counts) if counts.any() else None,
        days=None if days is None else days[rows],
    )


def from_ranking(ranking: Ranking, stacks: Sequence[Stack], limit: int, *, matched: int | None = None) -> Result:
    """One row for each stack, in their order, with what the ranking says of the stack's best content. `matched`: how
    many contents at its top match, where that is known."""
    stacks = stacks[:limit]
    rows = [stack.photos[0] for stack in stacks]
    chosen = np.array([stack.place for stack in stacks], np.int64)
    ends = np.cumsum([len(stack.photos) - 1 for stack in stacks], dtype=np.int64)
    behind = np.array([photo.photo_id for stack in stacks for photo in stack.photos[1:]], np.int64)
    return Result(
        np.array([row.photo_id for row in rows], np.int64),
        np.array([row.width / max(row.height, 1) for row in rows], np.float32),
        np.array([row.tone for row in rows], np.uint32),
        ranking.scores[chosen].astype(np.float32),
        ranking.cosines[chosen].astype(np.float32),
        ranking.reranked[chosen],
        None if ranking.probabilities is None else ranking.probabilities[chosen].astype(np.float32),
        behind,
        ends if len(behind) else None,
        None if matched is None else int((chosen < matched).sum()),
    )


def runs_of(days: np.ndarray | None) -> np.ndarray:
    """int32[m, 2]: each day of int32[n] and how many rows in succession are of it."""
    if days is None or not len(days):
        return np.zeros((0, 2), np.int32)
    starts = np.flatnonzero(np.diff(days, prepend=days[0] + 1))
    return np.stack((days[starts], np.diff(starts, append=len(days))), 1).astype(np.int32)


class ResultShelf:
    """Handles are never reused within one engine's life."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._results: OrderedDict[int, Result] = OrderedDict()
        self._last_handle = 0

    def put(self, result: Result) -> int:
        """Keeps a result and returns its handle."""
        self._last_handle += 1
        self._results[self._last_handle] = result
        while len(self._results) > KEPT:
            self._results.popitem(last=False)
        return self._last_handle

    def result(self, handle: int) -> Result | None:
        """None where it is too old."""
        return self._results.get(handle)

    def drop(self, handle: int) -> None:
        """Nobody asks for this one."""
        self._results.pop(handle, None)

    def hits(self, handle: int, first: int, count: int) -> list[SearchHit]:
        """Complete hits of rows first..first+count; photos that left the library meanwhile are passed over."""
        result = self._results.get(handle)
        if result is None:
            return []
        rows = slice(max(first, 0), max(first, 0) + max(count, 0))
        wanted = [int(photo_id) for photo_id in result.photo_ids[rows]]
        places = range(rows.start, rows.start + len(wanted))
        return self._hits(result, wanted, places, result.alike()[rows].tolist() or [0] * len(wanted))

    def alike(self, handle: int, row: int) -> list[SearchHit]:
        """The photo of one row, then those that stand behind it; all with what was said of the row."""
        result = self._results.get(handle)
        if result is None or not 0 <= row < len(result.photo_ids):
            return []
        wanted = [int(result.photo_ids[row]), *result.behind_row(row).tolist()]
        return self._hits(result, wanted, [row] * len(wanted), [len(wanted) - 1] + [0] * (len(wanted) - 1))

    def _hits(
        self, result: Result, wanted: Sequence[int], places: Sequence[int], alike: Sequence[int]
    ) -> list[SearchHit]:
        found = {row.photo_id: row for row in self._catalog.hits(wanted)}
        carried = {photo: tuple(tag.path for tag in tags) for photo, tags in self._catalog.tags.of(wanted).items()}
        marks = self._catalog.tags.marks(wanted)
        pairs = self._pairs(result, found)
        return [
            replace(
                self._hit(found[photo_id], result, place, others),
                tags=carried.get(photo_id, ()),
                pair=pairs.get(photo_id, b""),
                rating=int(marks.get(photo_id, {}).get("rating", 0)),
                pick=int(marks.get(photo_id, {}).get("pick", 0)),
                label=marks.get(photo_id, {}).get("label", ""),
            )
            for photo_id, place, others in zip(wanted, places, alike, strict=True)
            if photo_id in found
        ]

    def _pairs(self, result: Result, shown: Mapping[int, PhotoRow]) -> dict[int, bytes]:
        """For each of these photos the path of the other file that was written together with it, unless that is a row
        of its own here."""
        alike = self._catalog.alike
        if not alike.any_raw():
            return {}
        found = {each: partner(row, alike.named_like(row.path)) for each, row in shown.items()}
        others = np.array([other.photo_id for other in found.values() if other is not None], np.int64)
        apart = {*shown, *others[np.isin(others, result.photo_ids)].tolist()}
        return {each: other.path for each, other in found.items() if other is not None and other.photo_id not in apart}

    def _hit(self, row: PhotoRow, result: Result, place: int, alike: int) -> SearchHit:
        return SearchHit(
            photo_id=row.photo_id,
            path=row.path,
            thumbnail=self._thumbnails.path(row.pixel_hash),
            width=row.width,
            height=row.height,
            score=float(result.scores[place]),
            cosine=float(result.cosines[place]),
            probability=_told(result.probabilities, place),
            matched=result.matched is None or place < result.matched,
            reranked=bool(result.reranked[place]),
            taken_at=row.taken_at,
            camera=row.camera,
            lens=row.lens,
            latitude=row.latitude,
            longitude=row.longitude,
            file_size=row.size,
            tone=row.tone,
            offline=row.offline,
            content_id=row.content_id,
            alike=alike,
        )


def _told(probabilities: np.ndarray | None, place: int) -> float | None:
    """None where nobody asked a model, or a person knew better (NaN)."""
    if probabilities is None or np.isnan(probabilities[place]):
        return None
    return float(probabilities[place])
