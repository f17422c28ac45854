"""Opens a library's catalog and looks after it: copies while the library rests, and the newest good one where the
catalog turns out to be damaged."""

from __future__ import annotations

import os
import time

from engine.backups import SUSPECT, Backups, Restored, damage, remains, suspect
from engine.catalog import Catalog
from engine.errors import AfterimageError, CatalogCorrupt
from engine.locations import Locations


class KeptCatalog:
    """`notice`: what people have to be told of the opening, or None."""

    def __init__(self, locations: Locations) -> None:
        """Raises LibraryDamaged where there is no good copy or the file is none of ours, DiskFull, LibraryBusy."""
        self._locations = locations
        self._path = locations.catalog
        self._backups = Backups(self._path, locations.backups)
        self.notice: AfterimageError | None = None
        self.catalog = self._open()

    def turn(self, *, resting: bool) -> None:
        """Again and again; never waits."""
        self._backups.turn(resting=resting)

    def forget(self) -> None:
        """What was forgotten may not live on in a copy: all of them go, and a new one is made soon."""
        self._backups.drop()

    def close(self) -> None:
        self._backups.close()
        if self._backups.damaged:
            suspect(self._path)
        self.catalog.close()

    def _open(self) -> Catalog:
        mark, orphaned = self._path + SUSPECT, self._locations.orphaned()
        looked = os.path.exists(mark)
        try:
            if self._lost():
                raise CatalogCorrupt("The catalog is not there", path=self._path, remedy="restore a copy")
            if looked and (problem := damage(self._path)) is not None:
                raise CatalogCorrupt(f"The catalog is damaged ({problem})", path=self._path, remedy="restore a copy")
            catalog = Catalog(self._path)
            self.notice = _anew(self._path) if orphaned else None
        except CatalogCorrupt:
            restored = self._backups.restore()
            if restored is None:
                raise
            catalog = Catalog(self._path)
            self.notice = _told(restored, catalog.checks.salvage(remains(restored.aside)))
        if looked:
            os.unlink(mark)
        return catalog

    def _lost(self) -> bool:
        """An empty file, or none, where there are copies: a crash in the middle of putting one back, or a disk that
        forgot. A new library would take its place without a word."""
        try:
            return os.path.getsize(self._path) == 0 and bool(self._backups.copies())
        except FileNotFoundError:
            return bool(self._backups.copies())


def _anew(path: bytes) -> AfterimageError:
    return AfterimageError(
        "The catalog was gone and there was no copy of it; this is a new, empty one",
        path=path,
        remedy="add your folders again; tags come back where they were written into sidecars",
    )


def _told(restored: Restored, put_back: int) -> AfterimageError:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(restored.made_s))
    problem, path = f"The catalog was gone. The copy of {made} took its place", restored.copy
    if os.path.exists(restored.aside):
        problem = f"The catalog was damaged. The copy of {made} took its place; the damaged one is kept"
        path = restored.aside
    if put_back:
        problem += f", and {put_back:,} tags and marks that came later were taken from it"
    return AfterimageError(problem, path=path, remedy="photos that came later are found again by themselves")
