"""The nearest contents of an embedding: exact where there are few, an HNSW graph where there are many.

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World
graphs", arXiv 1603.09320, as hnswlib does it. This is the only door to hnswlib, and everything here belongs to one
thread: hnswlib forbids queries beside adds.
"""

from __future__ import annotations

import os
import time

import hnswlib
import numpy as np

from engine import vector_index_files as files
from engine.errors import DiskFull
from engine.vector_index_neighbours import exact, in_graph, joined
from engine.vector_index_rows import VectorRows, best, distinct

EXACT_BELOW = 4_096  # exact takes 2 ms there (256 dimensions), finds everything, and needs no building
M = 24  # links per vector: recall@50 0.99 where 16 gives 0.98, for 5 % more memory
EF_BUILD = 200
EF_SEARCH = 256
EF_EACH = 800  # one more for so many vectors: among a million recall@50 is 0.99 instead of 0.95, for a millisecond
SLICE_ROWS = 32  # 10 ms of building between two looks at the clock
WORN = 0.3  # part of the graph that may be deleted before it is built anew, for 0.3 ms a vector; hnswlib could use
# deleted places again, but that takes 2 ms a vector and finds a little less
SEED = 20

_ROW_HEAD = np.dtype([("id", "<i8"), ("built", "u1")])


class VectorIndex:
    """Unit vectors by content id (the graph's labels). All of them are kept as float16 rows as well: they are searched
    exactly where the graph does not reach yet, for narrow filters, and wherever hnswlib finds fewer than asked for.

    Without `graph` all searches are exact, and the index is never saved: for a single search, which takes less than to
    load a graph."""

    def __init__(self, folder: bytes, dimension: int, *, graph: bool = True) -> None:
        self._folder = folder
        self._dimension = dimension
        self._rows = VectorRows(dimension)
        self._graph: hnswlib.Index | None = None
        self._with_graph = graph
        self._generation = 0
        self.unsaved = 0  # vectors added, built in or removed since the last save
        self.verified = True  # what lies on disk is whole, or nothing does
        os.makedirs(folder, mode=0o700, exist_ok=True)

    def __len__(self) -> int:
        return self._rows.count

    # ---- opening and saving ----------------------------------------------------------------------------------

    def open(self, live_ids: np.ndarray) -> np.ndarray:
        """Loads what was saved as far as it verifies and drops what is not in live_ids int64[n], which are distinct.

        Returns the ids int64[m] that are missing: give their vectors to `stage`.
        """
        live_ids = np.asarray(live_ids, np.int64)
        manifest = files.read_manifest(self._folder)
        self.verified = manifest is not None or not files.has_manifest(self._folder)
        if manifest is not None:
            self._generation = manifest.generation
            self.verified = self._load(manifest)
        files.remove_others(self._folder, manifest)
        self.unsaved += not self.verified
        self.remove(np.setdiff1d(self._rows.ids, live_ids, assume_unique=True))
        return np.setdiff1d(live_ids, self._rows.ids, assume_unique=True)

    def _load(self, manifest: files.Manifest) -> bool:
        if manifest.dimension != self._dimension or not files.verified(self._folder, manifest.vectors):
            return False
        path = os.path.join(self._folder, manifest.vectors.name.encode())
        with open(path, "rb") as file:
            heads = np.fromfile(file, _ROW_HEAD, manifest.rows)
            vectors = np.fromfile(file, "<f2", manifest.rows * self._dimension).reshape(-1, self._dimension)
        ids = heads["id"].astype(np.int64)
        self._rows.adopt(ids, vectors)
        if manifest.graph is None or not self._with_graph:
            return True
        if not files.verified(self._folder, manifest.graph):
            return False
        self._graph = self._loaded_graph(manifest.graph.name, manifest.graph_labels)
        built = self._rows.places(ids[heads["built"] == 1])
        self._rows.built[built] = True
        return True

    def _loaded_graph(self, name: str, labels: int) -> hnswlib.Index:
        graph = hnswlib.Index(space="ip", dim=self._dimension)
        with files.path_as_text(self._folder, name) as path:
            graph.load_index(path, max_elements=labels)
        graph.set_num_threads(1)
        return graph

    def save(self) -> None:
        """Writes everything under new names, then the manifest that makes it count. Raises DiskFull; what was saved
        before stays good then."""
        if not self._with_graph:
            return
        generation = self._generation + 1
        vectors, graph = f"vectors-{generation}.bin", f"graph-{generation}.bin"
        try:
            saved = self._save(generation, vectors, graph)
        except BaseException:
            files.remove_others(self._folder, files.read_manifest(self._folder))
            raise
        self._generation = generation
        files.remove_others(self._folder, saved)
        self.unsaved = 0
        self.verified = True

    def _save(self, generation: int, vectors: str, graph: str) -> files.Manifest:
        heads = np.zeros(len(self), _ROW_HEAD)
        heads["id"], heads["built"] = self._rows.ids, self._rows.built
        rows = np.ascontiguousarray(self._rows.vectors, "<f2")
        files.write_file(self._folder, vectors, [heads.data, rows.data])
        manifest = files.Manifest(
            generation=generation,
            dimension=self._dimension,
            rows=len(self),
            vectors=files.vouch_for(self._folder, vectors),
            graph=self._save_graph(graph) if self._graph is not None else None,
            graph_labels=self._graph.get_current_count() if self._graph is not None else 0,
        )
        files.write_manifest(self._folder, manifest)
        return manifest

    def _save_graph(self, name: str) -> files.SavedFile:
        """hnswlib tells of no failed write: the size must be the one it should be."""
        assert self._graph is not None
        with files.path_as_text(self._folder, name) as path:
            self._graph.save_index(path)
        saved = files.vouch_for(self._folder, name)
        if saved.size != self._graph.index_file_size():
            raise DiskFull("No room for the search index", path=self._folder, remedy="free some space, then try again")
        return saved

    def reads_back(self) -> bool:
        """Whether what was saved last lies on the disk as it was written, to the last bit."""
        manifest = files.read_manifest(self._folder)
        saved = [] if manifest is None else [file for file in (manifest.vectors, manifest.graph) if file is not None]
        return bool(saved) and all(files.verified(self._folder, file) for file in saved)

    # ---- adding and removing ---------------------------------------------------------------------------------

    def add(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        """ids int64[n], unit vectors float16|float32[n, d]. A vector with a known id is replaced."""
        ids, vectors = self._checked(ids, vectors)
        if self._graph is None:
            self._rows.put(ids, vectors, built=False)
        else:
            ids, last = np.unique(ids[::-1], return_index=True)
            self._put_in_graph(ids, vectors[::-1][last])
        self.unsaved += len(ids)

    def stage(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        """Like `add`, but only searched exactly until `build_slice` has built them in: costs next to nothing."""
        ids, vectors = self._checked(ids, vectors)
        self._mark_deleted(ids)
        self._rows.put(ids, vectors, built=False)
        self.unsaved += len(ids)

    def _checked(self, ids: np.ndarray, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ids, vectors = np.asarray(ids, np.int64), np.asarray(vectors)
        if vectors.size == 0:
            vectors = vectors.reshape(0, self._dimension)
        if vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"vectors are {vectors.shape}, not ({len(ids)}, {self._dimension})")
        return ids, vectors.astype(np.float16)

    def remove(self, ids: np.ndarray) -> None:
        """Ids that are not there are passed over."""
        ids = np.asarray(ids, np.int64)
        ids = ids[self._rows.places(ids) >= 0]
        self._mark_deleted(ids)
        self._rows.remove(ids)
        self.unsaved += len(ids)

    def _mark_deleted(self, ids: np.ndarray) -> None:
        """Takes ids out of the graph; a graph that is mostly holes finds less, so it is built anew in slices."""
        if self._graph is None:
            return
        places = self._rows.places(ids)
        for place in np.unique(places[places >= 0]):
            if self._rows.built[place]:
                self._graph.mark_deleted(int(self._rows.ids[place]))
                self._rows.built[place] = False
        if self._rows.built.sum() < (1 - WORN) * self._graph.get_current_count():
            self._graph = None
            self._rows.built[:] = False

    def build_slice(self, budget_s: float) -> bool:
        """Builds staged vectors into the graph for about `budget_s`; returns True while there are more."""
        deadline_s = time.monotonic() + budget_s
        if not self._with_graph or (len(self) <= EXACT_BELOW and self._graph is None):
            return False
        while len(waiting := np.flatnonzero(~self._rows.built)):
            some = waiting[:SLICE_ROWS]
            self._put_in_graph(self._rows.ids[some].copy(), self._rows.vectors[some].copy())
            self.unsaved += len(some)
            if time.monotonic() >= deadline_s:
                return len(waiting) > SLICE_ROWS
        return False

    def _put_in_graph(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        """Distinct ids. A label that the graph still knows as deleted must be revived before it takes a new vector."""
        graph = self._graph = self._graph or self._new_graph()
        fresh = ~self._revived(graph, ids)
        room = graph.get_max_elements() - graph.get_current_count()
        if room < len(ids):
            graph.resize_index(max(graph.get_max_elements() * 3 // 2, graph.get_current_count() + len(ids)))
        full = vectors.astype(np.float32)
        if (~fresh).any():
            graph.add_items(full[~fresh], ids[~fresh], num_threads=1)
        if fresh.any():
            graph.add_items(full[fresh], ids[fresh], num_threads=1)
        self._rows.put(ids, vectors, built=True)

    def _revived(self, graph: hnswlib.Index, ids: np.ndarray) -> np.ndarray:
        """bool[n]: labels that the graph has, deleted or not; none of them is deleted afterwards."""
        places = self._rows.places(ids)
        known = np.zeros(len(ids), bool)
        known[places >= 0] = self._rows.built[places[places >= 0]]
        for row in np.flatnonzero(~known):
            try:
                graph.unmark_deleted(int(ids[row]))
            except RuntimeError:  # hnswlib's way of saying that it does not have this label
                continue
            known[row] = True
        return known

    def _new_graph(self) -> hnswlib.Index:
        graph = hnswlib.Index(space="ip", dim=self._dimension)
        graph.init_index(
            max_elements=max(len(self), EXACT_BELOW) * 5 // 4,
            M=M,
            ef_construction=EF_BUILD,
            random_seed=SEED,
        )
        graph.set_num_threads(1)
        return graph

    # ---- searching -------------------------------------------------------------------------------------------

    def nearest(self, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """ids int64[k'] and cosines float32[k'], best first, of a unit query float32[d]; k' = min(k, len(self))."""
        query = self._checked_query(query)
        if self._graph is None or len(self) <= EXACT_BELOW or 4 * k > len(self):
            return self._rows.nearest(query, None, k)
        found = self._nearest_in_graph(query, k)
        if found is None:
            return self._rows.nearest(query, None, k)
        staged = np.flatnonzero(~self._rows.built)
        if len(staged):
            ids, cosines = self._rows.nearest(query, staged, k)
            found = best(np.concatenate([found[0], ids]), np.concatenate([found[1], cosines]), k)
        return found

    def _nearest_in_graph(self, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray] | None:
        assert self._graph is not None
        k = min(k, int(self._rows.built.sum()))
        if k <= 0:
            return None
        self._graph.set_ef(max(EF_SEARCH, 2 * k, len(self) // EF_EACH))
        try:
            labels, distances = self._graph.knn_query(query[None], k=k, num_threads=1)
        except RuntimeError:  # fewer than k could be reached
            return None
        return best(labels[0].astype(np.int64), 1 - distances[0], k)

    def nearest_among(self, query: np.ndarray, ids: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The same, exactly, among chosen ids int64[n]; unknown ids are passed over."""
        places = self._rows.places(distinct(np.asarray(ids, np.int64)))
        return self._rows.nearest(self._checked_query(query), places[places >= 0], k)

    def vectors_of(self, ids: np.ndarray) -> np.ndarray:
        """float32[n, d] of these ids int64[n]; zeros where one is unknown."""
        places = self._rows.places(np.asarray(ids, np.int64))
        vectors = np.zeros((len(places), self._dimension), np.float32)
        vectors[places >= 0] = self._rows.vectors[places[places >= 0]]
        return vectors

    def some(self, count: int, ids: np.ndarray | None = None) -> tuple[int, np.ndarray]:
        """How many vectors there are (of these ids int64[n], or in all), and float32[m, d] of at most `count` of them,
        spread evenly over the places where they lie."""
        places = None
        if ids is not None:
            places = self._rows.places(distinct(np.asarray(ids, np.int64)))
            places = places[places >= 0]
        size = len(self) if places is None else len(places)
        chosen = np.linspace(0, size - 1, min(count, size)).astype(np.int64)
        return size, self._rows.vectors[chosen if places is None else places[chosen]].astype(np.float32)

    def neighbours(self, ids: np.ndarray, k: int, *, at_least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pairs among the k nearest of each of these ids int64[n], unknown ones passed over: ids int64[m], the other
        ids int64[m] and cosines float32[m] from `at_least` on. Nothing is its own neighbour."""
        ids = ids[self._rows.places(ids) >= 0]
        vectors = self.vectors_of(ids)
        found = None
        if self._graph is not None and self._rows.built.sum() > 4 * k:
            found = in_graph(self._graph, vectors, k + 1)
        if found is None:
            found = exact(self._rows.ids, self._rows.vectors, vectors, k + 1)
        else:
            staged = np.flatnonzero(~self._rows.built)
            rest = exact(self._rows.ids[staged], self._rows.vectors[staged], vectors, k + 1)
            found = joined(*found, *rest, k + 1)
        others, cosines = found
        left = np.broadcast_to(ids[:, None], others.shape)
        kept = (cosines >= at_least) & (others != left)
        return left[kept], others[kept], cosines[kept]

    def _checked_query(self, query: np.ndarray) -> np.ndarray:
        query = np.ascontiguousarray(query, np.float32)
        if query.shape != (self._dimension,):
            raise ValueError(f"the query is {query.shape}, not ({self._dimension},)")
        return query


def vector_bytes(dimension: int, count: int) -> int:
    """What one of `count` vectors takes on the disk: its row and, where there are many, its place in the graph (the
    vector, 2 M links on the lowest level and a few above, its label)."""
    row = _ROW_HEAD.itemsize + 2 * dimension
    return row if count <= EXACT_BELOW else row + 4 * dimension + 4 * (2 * M + 1) + 8 + 4
