"""Watched folders, and what leaves the library with them or out of them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below
from engine.catalog_forgotten import Forgotten
from engine.catalog_nested import with_inside
from engine.catalog_queue import Queue
from engine.catalog_scan import Scans
from engine.photo import Folder


class FolderTable:
    """A photo belongs to the first folder that saw it."""

    def __init__(self, file: CatalogFile, scans: Scans, queue: Queue) -> None:
        self._file = file
        self._scans = scans
        self._queue = queue
        self._forgotten = Forgotten(file)

    def all(self, *, inside: bool = False) -> list[Folder]:
        counts: dict[int, dict[str, int]] = {}
        for folder_id, state, photos in self._file.rows("SELECT folder_id, state, photos FROM tallies"):
            counts.setdefault(folder_id, {})[state] = photos
        rows = self._file.rows("SELECT id, path, offline, paused FROM folders ORDER BY id")
        found = [Folder(row[0], row[1], bool(row[2]), bool(row[3]), **counts.get(row[0], {})) for row in rows]
        return with_inside(self._file, found) if inside else found

    def add(self, path: bytes) -> Folder:
        with self._file.transaction(durable=True):
            self._forgotten.lift(path)
            self._file.write("INSERT INTO folders (path) VALUES (?) ON CONFLICT DO NOTHING", [path])
        return next(folder for folder in self.all() if folder.path == path)

    # ---- what is known of each -------------------------------------------------------------------------------

    def set_flag(self, name: str, folder_id: int, value: bool) -> bool:
        """`offline` or `paused`; returns whether that is news."""
        with self._file.transaction():
            changed = self._file.write(
                f"UPDATE folders SET {name} = ? WHERE id = ? AND {name} <> ?", [value, folder_id, value]
            )
        if changed and not value:
            self._queue.look_for_unencoded()
        return bool(changed)

    def set_device(self, folder_id: int, device: int) -> None:
        with self._file.transaction():
            self._file.write(
                "UPDATE folders SET device = ? WHERE id = ? AND device IS NOT ?", [device, folder_id, device]
            )

    def device(self, folder_id: int) -> int | None:
        device: int | None = self._file.value("SELECT device FROM folders WHERE id = ?", [folder_id])
        return device

    # ---- what leaves -----------------------------------------------------------------------------------------

    def remove(self, folder_id: int) -> int:
        self._scans.forget_folder(folder_id)
        with self._file.erasing():
            removed = self._remove(folder_id)
            self._forgotten.keep_watched()
            self._drop_words()
        return removed

    def _remove(self, folder_id: int) -> int:
        others = self._file.rows("SELECT id, path FROM folders WHERE id <> ? ORDER BY length(path)", [folder_id])
        for other, path in others:
            self._file.write(
                "UPDATE photos SET folder_id = ? WHERE folder_id = ? AND path >= ? AND path < ?",
                [other, folder_id, *below(path)],
            )
        removed = self._file.write("DELETE FROM photos WHERE folder_id = ?", [folder_id])
        self._file.write("DELETE FROM folders WHERE id = ?", [folder_id])
        self._file.write("DELETE FROM tallies WHERE folder_id = ?", [folder_id])
        return removed

    def forget(self, paths: Sequence[bytes]) -> int:
        forgotten = 0
        found: list[bytes] = []
        with self._file.erasing():
            for path in paths:
                where = [path, *below(path)]
                photos = self._file.write("DELETE FROM photos WHERE path = ? OR (path >= ? AND path < ?)", where)
                forgotten += photos
                found += [path] if photos else []
                for (folder_id,) in self._file.rows(
                    "SELECT id FROM folders WHERE path = ? OR (path >= ? AND path < ?)", where
                ):
                    self._scans.forget_folder(folder_id)
                    self._remove(folder_id)
                self._file.write("DELETE FROM sidecars WHERE path > ? AND path < ?", below(path))
                self._file.write_many("DELETE FROM sidecars WHERE path = ?", _beside(path))
            self._forgotten.add(found)
            self._forgotten.keep_watched()
            self._drop_words()
        return forgotten

    def _drop_words(self) -> None:
        """What was said when photos were edited of which none is left: there is nothing to undo."""
        self._file.write("DELETE FROM edits WHERE NOT EXISTS (SELECT 1 FROM edit_rows WHERE edit_id = edits.id)")

    def forgotten(self) -> frozenset[bytes]:
        return self._forgotten.paths()

    def forget_all(self) -> int:
        forgotten = sum(self.forget([folder.path]) for folder in self.all())
        with self._file.erasing():
            self._forgotten.clear()
        return forgotten


def _beside(photo: bytes) -> list[tuple[bytes]]:
    """Names of its sidecars: one that other photos own too is found again by the next scan."""
    return [(photo + b".xmp",), (os.path.splitext(photo)[0] + b".xmp",)]
