"""Which contents pass the filters of a query: asked of the database once, remembered until anything is written."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from engine.catalog_file import CatalogFile

if TYPE_CHECKING:
    from engine.catalog_rows import Choice

KEPT = 4  # choices; while a sentence is typed they stay the same


def numbers(text: str | None) -> np.ndarray:
    """int64[n] of what group_concat gave: to make a hundred thousand rows of Python takes three times as long."""
    return np.fromstring(text or "", np.int64, sep=",")


class ChosenContents:
    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self._changes = -1
        self._known: OrderedDict[object, np.ndarray] = OrderedDict()

    def of(self, choice: Choice) -> np.ndarray:
        """int64[n], ascending, not to be written to: contents that a READY photo of this choice shows."""
        changes = self._file.changes
        if changes != self._changes:
            self._known.clear()
            self._changes = changes
        meaning = choice.folder, tuple(some.meaning() for some in choice.filters)  # wherever the filters stand
        if meaning not in self._known:
            self._known[meaning] = self._asked(choice)
        self._known.move_to_end(meaning)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[meaning]

    def _asked(self, choice: Choice) -> np.ndarray:
        chosen, values = choice.condition("p")
        text = self._file.value(
            f"""SELECT group_concat(content_id) FROM photos p
            WHERE state = 'ready' AND content_id IS NOT NULL{chosen}""",
            values,
        )
        found = numbers(text)
        found = found if np.all(found[1:] > found[:-1]) else np.unique(found)
        found.flags.writeable = False
        return found
