"""What is left of contents that no photo shows any more."""

from __future__ import annotations

from collections.abc import Callable

from engine.catalog import Catalog
from engine.renditions import RenditionStore
from engine.thumbnails import ThumbnailStore


def sweep(catalog: Catalog, pictures: tuple[ThumbnailStore, RenditionStore], drop: Callable[[list[int]], None]) -> None:
    """Removes it everywhere: `drop` takes contents from indexes and tokens, now or when their model is opened."""
    orphans = catalog.orphan_contents()
    if not orphans:
        return
    drop(list(orphans))
    for store in pictures:
        store.remove(orphans.values())
    catalog.remove_contents(list(orphans))
