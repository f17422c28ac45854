"""What models have learned of the photos, and what that takes on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass

from engine.catalog import Catalog
from engine.errors import AfterimageError
from engine.locations import Locations


@dataclass(frozen=True, slots=True)
class ModelData:
    """Of one model: embeddings in the catalog, and the bytes that they, the index and the tokens take."""

    model_id: str
    name: str
    embeddings: int
    embedding_bytes: int
    index_bytes: int
    token_bytes: int

    @property
    def bytes(self) -> int:
        return self.embedding_bytes + self.index_bytes + self.token_bytes


def model_data(catalog: Catalog, locations: Locations) -> list[ModelData]:
    """Of every model that has seen this library, in the order in which they came."""
    found = []
    for row in catalog.models.rows():
        folder = locations.model(row.model_id)
        index, tokens = (_tree_bytes(os.path.join(folder, part)) for part in (b"index", b"tokens"))
        found.append(ModelData(row.model_id, row.name, row.embeddings, row.bytes, index, tokens))
    return found


def drop_model_data(catalog: Catalog, locations: Locations, name: str, *, in_use: Collection[str]) -> int:
    """Frees what a model has learned, by its name or id, save what is `in_use` (ids); returns how many bytes. Raises
    AfterimageError where that leaves nothing to free. Cut short, it is finished by the next call."""
    known = [data for data in model_data(catalog, locations) if name in (data.name, data.model_id)]
    if not known:
        raise AfterimageError(f"{name!r} has learned nothing of these photos")
    free = [data for data in known if data.model_id not in in_use]
    if not free:
        raise AfterimageError(f"{name!r} is in use or being prepared", remedy="choose another model first")
    for data in free:
        shutil.rmtree(os.fsdecode(locations.model(data.model_id)), ignore_errors=True)
        catalog.models.remove(data.model_id)
    return sum(data.bytes for data in free)


def _tree_bytes(folder: bytes) -> int:
    """What the disk holds: tokens are preallocated, some of it may be holes."""
    sizes = [os.stat(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names]
    return sum(getattr(size, "st_blocks", -(-size.st_size // 512)) * 512 for size in sizes)
