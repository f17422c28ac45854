"""Paths that a person forgot inside folders that are still watched: scans pass over them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below


class Forgotten:
    """Photos and folders by path. Call what writes within a transaction."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def paths(self) -> frozenset[bytes]:
        return frozenset(row[0] for row in self._file.rows("SELECT path FROM forgotten"))

    def add(self, paths: Sequence[bytes]) -> None:
        for path in paths:
            self._file.write("DELETE FROM forgotten WHERE path >= ? AND path < ?", below(path))
        self._file.write_many("INSERT OR IGNORE INTO forgotten VALUES (?)", [(path,) for path in paths])

    def lift(self, path: bytes) -> None:
        """This very path is wanted again."""
        self._file.write("DELETE FROM forgotten WHERE path = ?", [path])

    def keep_watched(self) -> None:
        """Drops the paths that no watched folder holds any more."""
        watched = frozenset(row[0] for row in self._file.rows("SELECT path FROM folders"))
        strays = [(path,) for path in self.paths() if not PathSet(watched).holds(os.path.dirname(path))]
        self._file.write_many("DELETE FROM forgotten WHERE path = ?", strays)

    def clear(self) -> None:
        self._file.write("DELETE FROM forgotten")


class PathSet:
    """Answers whether a path, or a folder above it, is one of `paths`; asked folder by folder, it remembers."""

    def __init__(self, paths: frozenset[bytes]) -> None:
        self.paths = paths
        self._folders: dict[bytes, bool] = {}

    def holds(self, path: bytes) -> bool:
        if not self.paths:
            return False
        return path in self.paths or self._holds_folder(os.path.dirname(path))

    def _holds_folder(self, folder: bytes) -> bool:
        known = self._folders.get(folder)
        if known is None:
            above = os.path.dirname(folder)
            known = folder in self.paths or (above != folder and self._holds_folder(above))
            self._folders[folder] = known
        return known
