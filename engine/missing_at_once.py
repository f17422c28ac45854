"""Many photos that one scan did not find where they were: kept until a person says what became of them.

A file system that is there may have lost them all the same: to a drive that is mounted one folder higher, a share that
shows an empty list for a moment, a sync program that begins anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from engine.catalog import Catalog
from engine.known_drives import MANY, too_many
from engine.photo import Folder


@dataclass(frozen=True, slots=True)
class _Doubt:
    """`photos` that were missing at the last scan; of `kept` a person said that they will be back; `deleted`: the next
    scan may count them as missing."""

    photos: int = 0
    kept: int = 0
    deleted: bool = False


class MissingAtOnce:
    """One question a folder, in the catalog's settings; written only when it changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._moving: set[int] = set()

    def questions(self) -> dict[int, int]:
        """How many photos of which folders are to be asked about."""
        doubts = {folder.id: self._doubt(folder.id) for folder in self._catalog.folders()}
        open_ = {
            at: doubt for at, doubt in doubts.items() if doubt.photos and not doubt.kept and at not in self._moving
        }
        return {at: doubt.photos for at, doubt in open_.items() if not doubt.deleted}

    def holds(self, folder: Folder, unseen: int) -> bool:
        """At the end of a scan: whether the photos that it did not meet are kept. While others wait to be read, they
        may be the same ones in another place, and nobody is asked yet."""
        doubt = self._doubt(folder.id)
        self._moving.discard(folder.id)
        if not unseen or doubt.deleted or not (doubt.photos or too_many(folder, unseen)):
            self._keep(folder.id, _Doubt())
            return False
        if self._catalog.waiting():
            self._moving.add(folder.id)
            return True
        self._keep(folder.id, _Doubt(unseen, doubt.kept if unseen <= doubt.kept + MANY else 0))
        return True

    def to_look_at_again(self) -> list[int]:
        """Folders with photos that may have been moves, once nothing waits to be read; each is told of once."""
        looked, self._moving = sorted(self._moving), set()
        return looked

    def answer(self, folder_id: int, *, deleted: bool) -> None:
        """The scan that follows acts on it."""
        doubt = self._doubt(folder_id)
        self._keep(folder_id, _Doubt(doubt.photos, 0 if deleted else doubt.photos, deleted))

    def forget(self, folder_id: int) -> None:
        self._moving.discard(folder_id)
        self._keep(folder_id, _Doubt())

    def _doubt(self, folder_id: int) -> _Doubt:
        return _Doubt(**json.loads(self._catalog.setting(_key(folder_id)) or "{}"))

    def _keep(self, folder_id: int, doubt: _Doubt) -> None:
        if doubt != self._doubt(folder_id):
            self._catalog.set_setting(_key(folder_id), json.dumps(asdict(doubt)))


def _key(folder_id: int) -> str:
    return f"missing at once in {folder_id}"
