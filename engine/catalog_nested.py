"""Folders that lie in one another: a photo belongs to one of them, and is to be found in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below
from engine.photo import Folder


def with_inside(file: CatalogFile, folders: Sequence[Folder]) -> list[Folder]:
    """The folders with the READY photos below them that belong to a watched folder above or below; costs a look-up of
    those photos only where folders do lie in one another."""
    return [replace(folder, inside=_inside(file, folder, folders)) for folder in folders]


def _inside(file: CatalogFile, folder: Folder, folders: Sequence[Folder]) -> int:
    first, end = below(folder.path)
    count = sum(other.ready for other in folders if first <= other.path < end)
    for other in folders:
        if first.startswith(below(other.path)[0]) and other.path != folder.path:
            count += file.value(
                "SELECT count(*) FROM photos WHERE path >= ? AND path < ? AND folder_id = ? AND state = 'ready'",
                [first, end, other.id],
            )
    return count
