"""Keeps the newest results by handle, so that the window can ask for complete hits page by page."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from engine.catalog import Catalog, PhotoRow
from engine.photo import SearchHit
from engine.searcher import Ranking
from engine.thumbnails import ThumbnailStore

KEPT = 16  # results; an older handle is answered with no hits


@dataclass(frozen=True, slots=True)
class Result:
    """Photos in rank order and what the ranking said of each: photo_ids int64[n], aspects float32[n], tones uint32[n],
    scores and cosines float32[n], reranked bool[n]."""

    photo_ids: np.ndarray
    aspects: np.ndarray
    tones: np.ndarray
    scores: np.ndarray
    cosines: np.ndarray
    reranked: np.ndarray


def browse(photo_ids: np.ndarray, aspects: np.ndarray, tones: np.ndarray) -> Result:
    """A result without a sentence: nothing is scored."""
    nothing = np.zeros(len(photo_ids), np.float32)
    return Result(photo_ids, aspects, tones, nothing, nothing, np.zeros(len(photo_ids), bool))


def from_ranking(ranking: Ranking, photos: dict[int, list[PhotoRow]], limit: int) -> Result:
    """Every photo (copies too) of the ranked contents, in rank order; contents without a photo are passed over."""
    rows: list[PhotoRow] = []
    places: list[int] = []
    for place, content in enumerate(ranking.ids):
        shown = photos.get(int(content), [])
        rows += shown
        places += [place] * len(shown)
    rows, chosen = rows[:limit], np.array(places[:limit], np.int64)
    return Result(
        np.array([row.photo_id for row in rows], np.int64),
        np.array([row.width / max(row.height, 1) for row in rows], np.float32),
        np.array([row.tone for row in rows], np.uint32),
        ranking.scores[chosen].astype(np.float32),
        ranking.cosines[chosen].astype(np.float32),
        ranking.reranked[chosen],
    )


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

    def hits(self, handle: int, first: int, count: int) -> list[SearchHit]:
        """Complete hits of rows first..first+count; photos that left the library meanwhile are passed over."""
        result = self._results.get(handle)
        if result is None:
            return []
        rows = slice(max(first, 0), max(first, 0) + max(count, 0))
        wanted = [int(photo_id) for photo_id in result.photo_ids[rows]]
        found = {row.photo_id: row for row in self._catalog.hits(wanted)}
        return [
            self._hit(found[photo_id], result, place)
            for place, photo_id in enumerate(wanted, start=rows.start)
            if photo_id in found
        ]

    def _hit(self, row: PhotoRow, result: Result, place: int) -> SearchHit:
        return SearchHit(
            photo_id=row.photo_id,
            path=row.path,
            thumbnail=self._thumbnails.path(row.pixel_hash),
            width=row.width,
            height=row.height,
            score=float(result.scores[place]),
            cosine=float(result.cosines[place]),
            reranked=bool(result.reranked[place]),
            taken_at=row.taken_at,
            camera=row.camera,
            lens=row.lens,
            latitude=row.latitude,
            longitude=row.longitude,
            file_size=row.size,
            tone=row.tone,
            offline=row.offline,
        )
