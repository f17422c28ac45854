"""Reads sidecars that scans found new or changed, a few at a time, and tells the catalog what they say."""

from __future__ import annotations

import os
import time

from engine import sidecar
from engine.catalog import Catalog, Conflict
from engine.errors import SidecarUnreadable
from engine.file_words import FileWords
from engine.photo import Problem
from engine.photo_words import of_written

AT_ONCE = 20
KEPT = "yours was kept; change it here, or in the program that wrote the sidecar"


class FileWordsReader:
    """Nothing is encoded for it, and no photo is opened."""

    def __init__(self, catalog: Catalog) -> None:
        self._words = catalog.words

    def step(self, deadline_s: float) -> bool:
        """Works until the monotonic deadline; True while there is more to read."""
        while found := self._words.unread(AT_ONCE):
            for path in found:
                self._read(path)
                if time.monotonic() >= deadline_s:
                    return True
        return False

    def _read(self, path: bytes) -> None:
        owners = self._words.owners(path)
        problem = None
        for photo_id, photo in owners:
            try:
                there = sidecar.read(photo) or self._of_raw(path, photo)
            except SidecarUnreadable as error:
                problem = Problem(path, error.problem, error.remedy)
                continue
            said = of_written(there.written) if there is not None else FileWords()
            conflicts = self._words.say_of_sidecar(photo_id, said)
            problem = _told(path, conflicts[0]) if conflicts else problem
        self._words.read(path, owned=bool(owners), problem=problem)

    @staticmethod
    def _of_raw(path: bytes, photo: bytes) -> sidecar.Sidecar | None:
        """A JPEG without a sidecar of its own has that of the raw photo."""
        raw = os.path.splitext(path)[0]
        return sidecar.read(raw) if path not in sidecar.names(photo) else None


def _told(path: bytes, conflict: Conflict) -> Problem:
    names = {"rating": "stars", "pick": "flag", "label": "label"}
    here, there = (value if value is not None else "none" for value in (conflict.here, conflict.there))
    reason = f"This sidecar says {names[conflict.field]}: {there}, here it is {here}"
    return Problem(path, reason, KEPT)
