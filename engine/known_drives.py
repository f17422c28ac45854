"""Which file systems photos were seen on, so that a drive that is away is not taken for photos that were deleted.

Files of a file system that is still there can only be gone; those of one that is not may come back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from engine.catalog import Catalog
from engine.moved_photos import device_of
from engine.photo import Folder, Problem

AWAY = "The drive that was in this place is not there; its photos stay searchable"
ANOTHER_DRIVE = "Another drive is in this place; photos of the one before stay searchable"
PLUG_IN = "plug it in again; if it is gone for good, forget this folder"
MANY, LARGE_SHARE = 50, 0.1  # photos missing at once, above which it is more likely that their drive is


class KnownDrives:
    """What the scans before found, in the catalog's settings; written only when it changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def is_another(self, folder: Folder) -> bool:
        """Whether the folder is on another file system than when a scan was last finished."""
        known = self._catalog.folder_device(folder.id)
        try:
            return known is not None and device_of(folder.path) != known
        except OSError:
            return True

    def too_many(self, folder: Folder, unseen: int) -> bool:
        """Numbers of file systems change with a restart, too: then nearly all photos are met again."""
        return unseen > 0 and (unseen >= _known(folder) or too_many(folder, unseen))

    def away(self, folder: Folder, mounted: Sequence[bytes]) -> list[Problem]:
        """Subfolders that were drives of their own and are none now; `mounted`: those of the scan that ends."""
        before = self._before(folder.id)
        now = sorted({*before, *mounted})
        if now != before:
            kept = [base64.b64encode(path).decode() for path in now]
            self._catalog.set_setting(_key(folder.id), json.dumps(kept))
        return [Problem(path, AWAY, PLUG_IN) for path in before if path not in mounted]

    def forget(self, folder_id: int) -> None:
        if self._before(folder_id):
            self._catalog.set_setting(_key(folder_id), "[]")

    def _before(self, folder_id: int) -> list[bytes]:
        return [base64.b64decode(path) for path in json.loads(self._catalog.setting(_key(folder_id)) or "[]")]


def too_many(folder: Folder, unseen: int) -> bool:
    """Whether so many of a folder's photos are missing at once that it is hardly what a person did."""
    return unseen > MANY and unseen > LARGE_SHARE * _known(folder)


def _known(folder: Folder) -> int:
    return folder.ready + folder.pending + folder.unreadable


def _key(folder_id: int) -> str:
    return f"drives below {folder_id}"
