"""Finds photos that are in a library more than once. Reads only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from engine.alike import SAME_COSINE, normalised, same_pictures, worth
from engine.catalog import Catalog, PhotoRow
from engine.config import INDEX_STEP_S
from engine.messages import DuplicateGroup, DuplicatePhoto, Duplicates, FindDuplicates, Kinship
from engine.served_model import ServedModel
from engine.sketches import Sketches
from engine.thumbnails import ThumbnailStore

NEIGHBOURS = 32  # of each content; more of one picture are found through each other
AT_ONCE = 256  # contents whose neighbours are looked up in one slice
PAGE = 100  # groups


class DuplicateFinder:
    """`served` gives the model at work; it is asked for only where near-duplicates are wanted."""

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailStore, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._served = served
        self._sketches = Sketches(catalog, thumbnails)

    def prepare(self, deadline_s: float) -> bool:
        """Uses idle time until the monotonic deadline; True while there is more to prepare."""
        return self._sketches.fill(deadline_s)

    def find(self, request: FindDuplicates) -> Iterator[Duplicates | None]:
        """None between slices of work, then pages of groups, those first whose copies take most room."""
        folder = os.path.abspath(request.folder) if request.folder is not None else None
        groups: list[DuplicateGroup] = []
        taken: set[int] = set()
        if request.near:
            while self._sketches.fill(time.monotonic() + INDEX_STEP_S):
                yield None
            near: list[tuple[int, int]] = []
            for some in self._near_pairs(folder):
                near += some
                yield None
            groups = self._near_groups(near, folder)
            taken = {photo.photo_id for group in groups for photo in group.photos}
        groups += [group for group in self._copies(folder) if group.photos[0].photo_id not in taken]
        groups.sort(key=lambda group: (-sum(photo.size for photo in group.photos[1:]), group.photos[0].path))
        for start in range(0, len(groups), PAGE):
            yield Duplicates(request.request, tuple(groups[start : start + PAGE]))

    def _copies(self, folder: bytes | None) -> Iterator[DuplicateGroup]:
        """Photos of one content."""
        copied = self._catalog.alike.copied(folder)
        hashes = {photo.photo_id: photo.file_hash for photo in copied}
        together: dict[int, list[PhotoRow]] = {}
        for row in self._catalog.hits(list(hashes)):
            together.setdefault(row.content_id, []).append(row)
        for rows in together.values():
            identical = len({hashes[row.photo_id] for row in rows}) == 1
            yield _group(Kinship.IDENTICAL if identical else Kinship.PIXELS, rows)

    # ---- near-duplicates -------------------------------------------------------------------------------------

    def _near_pairs(self, folder: bytes | None) -> Iterator[list[tuple[int, int]]]:
        """Pairs of contents that show the same picture, found among each one's neighbours in the index."""
        index = self._served().index
        wanted = self._catalog.embedded_ids() if folder is None else self._catalog.contents_of_folder(folder)
        for start in range(0, len(wanted), AT_ONCE):
            ids, others, cosines = index.neighbours(wanted[start : start + AT_ONCE], NEIGHBOURS, at_least=SAME_COSINE)
            yield self._verified(ids, others, cosines)

    def _verified(self, ids: np.ndarray, others: np.ndarray, cosines: np.ndarray) -> list[tuple[int, int]]:
        known = self._catalog.alike.sketches({*ids.tolist(), *others.tolist()})
        both = np.array([one in known and other in known for one, other in zip(ids, others, strict=True)], bool)
        ids, others, cosines = ids[both], others[both], cosines[both]
        if not len(ids):
            return []
        left, right = (normalised(np.stack([known[some] for some in side.tolist()])) for side in (ids, others))
        same = same_pictures(cosines, (left * right).sum(1))
        return list(zip(ids[same].tolist(), others[same].tolist(), strict=True))

    def _near_groups(self, pairs: Iterable[tuple[int, int]], folder: bytes | None) -> list[DuplicateGroup]:
        """The best content leads those that show its picture; who is led leads nobody."""
        near: dict[int, set[int]] = {}
        for one, other in pairs:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
        rows = self._catalog.photo_rows(list(near), folder=folder)
        free = {content: max(photos, key=worth) for content, photos in rows.items()}
        groups = []
        for content in sorted(free, key=lambda content: worth(free[content]), reverse=True):
            if content not in free:
                continue
            together = [content, *sorted(near[content] & free.keys())]
            for some in together:
                del free[some]
            if len(together) > 1:
                groups.append(_group(Kinship.NEAR, [row for some in together for row in rows[some]]))
        return groups


def _group(kinship: Kinship, rows: Sequence[PhotoRow]) -> DuplicateGroup:
    photos = (
        DuplicatePhoto(row.photo_id, row.path, row.size, row.width, row.height, row.taken_at, row.offline)
        for row in sorted(rows, key=worth, reverse=True)
    )
    return DuplicateGroup(kinship, tuple(photos))
