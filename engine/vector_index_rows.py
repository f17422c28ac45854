"""Vectors by content id, in memory, and exact search over them."""

from __future__ import annotations

import numpy as np

BLOCK_ROWS = 256  # float16 rows made float32 at a time: stays in the cache, and BLAS does not start its threads


class VectorRows:
    """float16 unit vectors in no order; removing moves the last row into the gap.

    Content ids are small and dense, so a table from id to place is smaller and faster than a dict.
    """

    def __init__(self, dimension: int) -> None:
        self.count = 0
        self._ids = np.zeros(0, np.int64)
        self._vectors = np.zeros((0, dimension), np.float16)
        self._built = np.zeros(0, bool)
        self._places = np.zeros(0, np.int32)

    @property
    def ids(self) -> np.ndarray:
        """int64[n]; a view, as are the next two."""
        return self._ids[: self.count]

    @property
    def vectors(self) -> np.ndarray:
        """float16[n, d]"""
        return self._vectors[: self.count]

    @property
    def built(self) -> np.ndarray:
        """bool[n]: the row is in the graph too."""
        return self._built[: self.count]

    def places(self, ids: np.ndarray) -> np.ndarray:
        """int64[m]: where each id lies, -1 where it does not."""
        found = np.full(len(ids), -1, np.int64)
        known = (ids >= 0) & (ids < len(self._places))
        found[known] = self._places[ids[known]]
        return found

    def adopt(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        """All rows at once and without a copy, where there are none yet: distinct ids int64[n] from 0 on,
        float16[n, d]."""
        self.count = len(ids)
        self._ids, self._vectors, self._built = ids, vectors, np.zeros(len(ids), bool)
        self._places = np.full(int(ids.max()) + 1 if len(ids) else 0, -1, np.int32)
        self._places[ids] = np.arange(len(ids))

    def put(self, ids: np.ndarray, vectors: np.ndarray, *, built: bool) -> None:
        """Adds or replaces; the last of equal ids wins."""
        ids, last = np.unique(ids[::-1], return_index=True)
        vectors = vectors[::-1][last]
        self._reserve(self.count + len(ids), int(ids[-1]) + 1 if len(ids) else 0)
        places = self.places(ids)
        new = places < 0
        places[new] = np.arange(self.count, self.count + new.sum())
        self.count += int(new.sum())
        self._ids[places] = ids
        self._vectors[places] = vectors
        self._built[places] = built
        self._places[ids] = places

    def _reserve(self, rows: int, ids: int) -> None:
        if rows > len(self._ids):
            capacity = max(rows, len(self._ids) * 3 // 2, 1024)
            self._ids = _grown(self._ids, capacity)
            self._vectors = _grown(self._vectors, capacity)
            self._built = _grown(self._built, capacity)
        if ids > len(self._places):
            known = len(self._places)
            self._places = _grown(self._places, max(ids, known * 3 // 2, 1024))
            self._places[known:] = -1

    def remove(self, ids: np.ndarray) -> None:
        """Ids that are not there are passed over."""
        for place_of in np.unique(ids):
            place = int(self.places(np.array([place_of]))[0])
            if place < 0:
                continue
            last = self.count - 1
            self._places[place_of] = -1
            if place != last:
                self._ids[place], self._built[place] = self._ids[last], self._built[last]
                self._vectors[place] = self._vectors[last]
                self._places[self._ids[place]] = place
            self.count = last

    def keep(self, kept: np.ndarray) -> None:
        """Keeps the rows where bool[n] is set."""
        ids, vectors, built = self.ids[kept], self.vectors[kept], self.built[kept]
        self._places[self.ids] = -1
        self.count = len(ids)
        self._ids[: self.count], self._vectors[: self.count], self._built[: self.count] = ids, vectors, built
        self._places[ids] = np.arange(self.count)

    def nearest(self, query: np.ndarray, places: np.ndarray | None, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k best of the rows at `places` (of all when None): ids int64[k'], cosines float32[k'], best first."""
        rows = self.count if places is None else len(places)
        cosines = np.empty(rows, np.float32)
        for start in range(0, rows, BLOCK_ROWS):
            some = slice(start, min(start + BLOCK_ROWS, rows))
            block = self.vectors[some] if places is None else self.vectors[places[some]]
            cosines[some] = block.astype(np.float32) @ query
        return best(self.ids if places is None else self.ids[places], cosines, k)


def best(ids: np.ndarray, cosines: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k highest, best first; equal cosines in the order of their ids, so that a search gives the same twice."""
    k = min(max(k, 0), len(ids))
    if 0 < k < len(ids):
        chosen = np.argpartition(-cosines, k - 1)[:k]
        ids, cosines = ids[chosen], cosines[chosen]
    order = np.lexsort((ids, -cosines))[:k]
    return ids[order], cosines[order]


def distinct(ids: np.ndarray) -> np.ndarray:
    """int64[n], each once; to see that they ascend takes a hundredth of the time of sorting them."""
    return ids if np.all(ids[1:] > ids[:-1]) else np.unique(ids)


def _grown(array: np.ndarray, rows: int) -> np.ndarray:
    grown = np.zeros((rows, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
