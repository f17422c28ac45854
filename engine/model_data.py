"""What models have learned of the photos, and what that takes on the disk."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from engine.catalog import Catalog
from engine.errors import AfterimageError
from engine.locations import Locations

HEADS = b"heads"


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


def dropping(
    catalog: Catalog, locations: Locations, name: str, *, in_use: Callable[[], Collection[str]]
) -> Iterator[int]:
    """Frees what a model has learned, by its name or id, save what is `in_use` (ids): a slice of work at a time, each
    yielding how many bytes are freed in the end. What comes into use meanwhile is left as it is then, and encoded
    again where it was gone already. Cut short, it is finished by the next call.

    Raises AfterimageError at the first slice where there is nothing to free.
    """
    known = [data for data in model_data(catalog, locations) if name in (data.name, data.model_id)]
    if not known:
        raise AfterimageError(f"{name!r} has learned nothing of these photos")
    free = [data for data in known if data.model_id not in in_use()]
    if not free:
        raise AfterimageError(f"{name!r} is in use or being prepared", remedy="choose another model first")
    size = sum(data.bytes for data in free)
    for data in free:
        if data.model_id in in_use():
            continue
        _remove_folders(locations.model(data.model_id))
        for _ in catalog.models.remove(data.model_id):
            yield size
            if data.model_id in in_use():
                break
    yield size


def _remove_folders(folder: bytes) -> None:
    """Index and tokens. Heads that a person trained, calibrations and what was measured stay: they are no photos'."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name != HEADS and os.path.isdir(os.path.join(folder, name)):
            shutil.rmtree(os.fsdecode(os.path.join(folder, name)), ignore_errors=True)
    with contextlib.suppress(OSError):  # not empty
        os.rmdir(folder)


def _tree_bytes(folder: bytes) -> int:
    """What the disk holds: tokens are preallocated, some of it may be holes."""
    sizes = [os.stat(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names]
    return sum(getattr(size, "st_blocks", -(-size.st_size // 512)) * 512 for size in sizes)
