"""The photos that are selected: what the inspector tells of them, their menu, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.mark_keys import MARK_KEYS, TAG_KEYS
from desktop_app.results_model import ResultsModel
from desktop_app.widgets import menus
from desktop_app.widgets.inspector import Inspector
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.widgets.preview import Preview
from engine.search_hit import SearchHit

KEYS = {
    "M": "like",
    "L": "unlike",
    "S": "alike",
    "Y": "yes",
    "N": "no",
    "Ctrl+Shift+E": "export",
    "B": "quick-collection",
    **TAG_KEYS,
    **MARK_KEYS,
}
MANY = 2_000  # the sizes of more selected photos are not added up in one slot


class PhotoChoice(QObject):
    """`acted(key, hits)` names a line of the photo menu, or the key that stands for it."""

    acted = Signal(str, object)
    pressed_elsewhere = Signal(str)  # the key for a line, while another page hides the photos
    looked_at = Signal(object)  # the one photo that the inspector tells of (SearchHit), or None

    def __init__(self, window: QWidget, model: ResultsModel, grid: PhotoGrid, preview: Preview) -> None:
        super().__init__(window)
        self._window, self._model, self._grid, self._preview = window, model, grid, preview
        self._inspector: Inspector | None = None
        self.sentence = ""  # that is searched for
        self.collection = ""  # that is looked at
        self.apart: Callable[[], int] = lambda: -1  # row of a photo that another page shows, for the keys
        self.verdict: Callable[[int], int] = lambda photo_id: 0  # what a person said of a photo and the sentence
        grid.selection_changed.connect(self.tell)
        grid.context_requested.connect(self._open_menu)
        preview.context_requested.connect(self._open_menu)
        model.dataChanged.connect(self._hits_changed)
        model.modelReset.connect(self.tell)

    def rows(self) -> list[int]:
        """The photo of the preview or of another page while that is open, else those that are selected."""
        return [row for part in self.parts() for row in part]

    def parts(self) -> list[range]:
        """The same rows as stretches of neighbours: there may be 200,000."""
        if (row := self.apart()) >= 0:
            return [range(row, row + 1)]
        if self._preview.isVisible():
            return [range(self._preview.row, self._preview.row + 1)] if self._preview.row >= 0 else []
        return self._grid.selected_parts()

    def photo_ids(self) -> list[int]:
        """Also of those that nobody looked at yet."""
        return self._model.photo_ids(self.parts())

    def hits(self) -> list[SearchHit]:
        return self._model.hits_of(self.parts())

    def act(self, key: str) -> None:
        """As if it had been chosen in the menu."""
        if not (self._grid.isVisible() or self._preview.isVisible() or self.apart() >= 0):
            self.pressed_elsewhere.emit(key)
        elif hits := self.hits():
            self.acted.emit(key, hits)

    def keys(self) -> dict[str, Callable[[], None]]:
        """What stands for a line of the menu, anywhere in the window."""
        return {key: partial(self.act, line) for key, line in KEYS.items()}

    # ---- the inspector ----

    def tell_to(self, inspector: Inspector | None) -> None:
        """None while it is closed."""
        self._inspector = inspector
        self.tell()

    def tell(self) -> None:
        if self._inspector is None:
            self.looked_at.emit(None)
            return
        parts = [range(self.apart(), self.apart() + 1)] if self.apart() >= 0 else self._grid.selected_parts()
        count = sum(len(part) for part in parts)
        first = parts[0].start if parts else -1
        hit = self._model.hit(first)
        if count > 1:
            rows = [row for part in parts for row in part] if count <= MANY else []
            self._inspector.show_many(count, [hit for row in rows if (hit := self._model.hit(row))])
        elif hit is not None:
            self._inspector.show_photo(hit, self._model.thumbnail(first), first + 1, sentence=self.sentence)
        else:
            self._inspector.show_nothing()
        self.looked_at.emit(hit if count == 1 else None)

    def _hits_changed(self, first: QModelIndex, last: QModelIndex, _roles: list[int]) -> None:
        foremost = [row for part in self._grid.selected_parts()[:2] for row in part[:2]][:2]
        if any(first.row() <= row <= last.row() for row in foremost):
            self.tell()

    # ---- the menu ----

    def _open_menu(self, row: int, at: QPoint) -> None:
        hits = self.hits()
        if row < 0 or not hits:
            return
        verdicts = {self.verdict(hit.photo_id) for hit in hits}
        about = menus.PhotoMenu(
            len(hits),
            offline=any(hit.offline for hit in hits),
            alike=self._model.alike(row),
            sentence=bool(self.sentence),
            verdict=verdicts.pop() if len(verdicts) == 1 else 0,
            large=self._preview.isVisible(),
            place=len(hits) == 1 and None not in (hits[0].latitude, hits[0].longitude),
            collection=self.collection,
        )
        menus.photo_menu(self._window, about, lambda key: self.acted.emit(key, hits)).popup(at)
