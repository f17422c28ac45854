"""What a model has learned under an id that it no longer has: rows and folder are brought along, once.

A model used to be named by its whole weights file, its head included; now by its towers and input alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from engine.catalog import Catalog
from engine.locations import Locations

# Models that shipped: what libraries know them as, and who they are. Their files may have another head by now.
FORMER: Mapping[str, str] = {
    "1d010188b8451602c7e0284236204073": "9da943df4ad5b8d1d2eb3d1dbfc7378e",
    "fb607c539902b3b841cb3f877be3eb7c": "0316aa699260833b9f81a4875426090f",
}


def bring_along(catalog: Catalog, locations: Locations, model_id: str, *, files: str) -> None:
    """Before a model is opened for the first time under `model_id`. `files`: hash of the manifest it was loaded from.

    The folder first, entry by entry, then the catalog in one transaction: a cut at any moment is gone on from by the
    next call, since until the end the catalog knows the former id.
    """
    if catalog.models.knows(model_id):
        return
    former = [*catalog.models.ids_of(files), *(old for old, new in FORMER.items() if new == model_id)]
    for old in former:
        if catalog.models.knows(old):
            move_folder(locations.model(old), locations.model(model_id))
            catalog.models.rename(old, model_id)
            return


def move_folder(old: bytes, new: bytes) -> None:
    """Everything in `old` to `new`, where it does not stand in the way of what is there; `old` is gone then."""
    if not os.path.isdir(old):
        return
    os.makedirs(new, mode=0o700, exist_ok=True)
    for name in sorted(os.listdir(old)):
        if not os.path.lexists(os.path.join(new, name)):
            os.replace(os.path.join(old, name), os.path.join(new, name))
    shutil.rmtree(os.fsdecode(old))
