"""Photos side by side: opens the page for what is selected, and gets it the renditions that it asks for."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject

from desktop_app.results_model import ResultsModel
from desktop_app.settings import Settings
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.compare_page import FEWEST, MOST, ComparePage
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.window_keys import bind_keys
from engine.messages import Event, GetRendition, Rendition, Request

PAGE = "compare"


class Asker(Protocol):
    """The part of the engine client that asks."""

    message: Any
    started: Any

    def next_id(self) -> int: ...

    def send(self, request: Request) -> None: ...


class Comparing(QObject):
    def __init__(
        self,
        client: Asker,
        window: MainWindow,
        model: ResultsModel,
        *,
        loader: ThumbnailLoader,
        settings: Settings,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._client, self._window, self._model, self._settings = client, window, model, settings
        self.page = ComparePage(theme, model, loader, window)
        window.add_page(PAGE, self.page)
        client.message.connect(self._hear)
        client.started.connect(self.page.ask_again)
        self.page.rendition_needed.connect(self._ask)
        self.page.opened.connect(window.open_preview)
        self.page.focused.connect(self._focus)
        window.choice.apart = lambda: self.page.row if self.page.isVisible() else -1
        bind_keys(window, {"C": self.open}, window.sheet)
        window.photos_action.connect(self._act)
        settings.changed.connect(self._obey)
        self._obey("pair_raw")
        if settings.reduced_motion:
            self.page.set_animated(False)

    def open(self) -> None:
        """The photos that are selected, or the one that is and the next; once more leads back."""
        if self._window.page:
            if self._window.page == PAGE:
                self._window.show_grid()
            return
        rows = self._window.choice.rows()[:MOST]
        if len(rows) == 1:
            rows.append(rows[0] + 1 if rows[0] + 1 < self._model.rowCount() else rows[0] - 1)
        rows = [row for row in rows if self._model.hit(row) is not None]
        if len(rows) >= FEWEST:
            self._window.show_page(PAGE)
            self.page.open(rows)

    def _act(self, key: str) -> None:
        if key == "compare":
            self.open()

    def _focus(self, row: int) -> None:
        """The inspector tells of it, whoever is selected in the grid."""
        self._window.choice.tell()

    def _ask(self, photo_id: int, edge: int) -> None:
        self._client.send(GetRendition(self._client.next_id(), photo_id, edge))

    def _hear(self, event: Event) -> None:
        if isinstance(event, Rendition):
            self.page.set_rendition(event.photo_id, event.path, max(event.width, event.height))

    def _obey(self, name: str) -> None:
        if name == "pair_raw":
            self._model.both_files = self._settings.pair_raw
        elif name == "reduced_motion":
            self.page.set_animated(not self._settings.reduced_motion)
