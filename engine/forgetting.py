"""What leaves the library leaves it everywhere: catalog and its copies, pictures, indexes. Nothing of people's own
files is touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from engine.catalog import Catalog, PathSet
from engine.kept_catalog import KeptCatalog
from engine.orphans import sweep
from engine.renditions import RenditionStore
from engine.rescanner import Rescanner
from engine.thumbnails import ThumbnailStore


class Forgetting:
    """`drop` takes contents from indexes and tokens; `tidy` what else was kept of photos that are gone."""

    def __init__(
        self,
        keeper: KeptCatalog,
        rescanner: Rescanner,
        *,
        pictures: tuple[ThumbnailStore, RenditionStore],
        drop: Callable[[list[int]], None],
        tidy: Callable[[], None],
    ) -> None:
        self._catalog: Catalog = keeper.catalog
        self._keeper = keeper
        self._rescanner = rescanner
        self._pictures = pictures
        self._drop = drop
        self._tidy = tidy
        self._swept = 0

    def folder(self, folder_id: int) -> int:
        """A folder that is watched no more; returns how many photos went."""
        self._rescanner.forget(folder_id)
        removed = self._catalog.remove_folder(folder_id)
        self._sweep()
        return removed

    def paths(self, paths: Sequence[bytes]) -> int:
        """Photos and folders, and watched folders among and below them; returns how many photos went."""
        wanted = [os.path.abspath(path) for path in paths]
        going = PathSet(frozenset(wanted))
        for folder in self._catalog.folders():
            if going.holds(folder.path):
                self._rescanner.forget(folder.id)
        forgotten = self._catalog.forget(wanted)
        self._rescanner.pass_over()
        self._sweep()
        return forgotten

    def everything(self) -> int:
        for folder in self._catalog.folders():
            self._rescanner.forget(folder.id)
        forgotten = self._catalog.forget_everything()
        self._sweep()
        return forgotten

    def passed_over(self, paths: Sequence[bytes]) -> int:
        """How many photos below these watched folders were forgotten and stay out."""
        wanted = {os.path.abspath(path) for path in paths}
        folders = [folder.id for folder in self._catalog.folders() if folder.path in wanted]
        return sum(map(self._rescanner.passed_over, folders))

    def rest(self, rounds: int, *, resting: bool) -> None:
        """Removes what photos showed before they were edited, once for every round through the library."""
        if resting and rounds != self._swept:
            self._swept = rounds
            sweep(self._catalog, self._pictures, self._drop)

    def _sweep(self) -> None:
        self._keeper.forget()
        sweep(self._catalog, self._pictures, self._drop)
        self._tidy()
