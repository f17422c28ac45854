"""Collections: picked with a key, from the menu or by dropping; a line each in the sidebar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QObject, QPoint, Signal

from desktop_app.dropped import dropped_files
from desktop_app.inquiry import Inquiry
from desktop_app.line_menu import line_menu
from desktop_app.live_search import LiveSearch
from desktop_app.offers_feed import OffersFeed
from desktop_app.query_cursor import filter_value
from desktop_app.results_model import ResultsModel
from desktop_app.theme import Theme
from desktop_app.widgets.icon_entry import EntryLook
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.search_name import SearchName
from desktop_app.widgets.search_rows import Row
from desktop_app.widgets.sidebar_section import Line, SidebarSection
from desktop_app.widgets.window_keys import bind_keys
from desktop_app.wording import counted, number
from engine.messages import Collection
from engine.query import parse


class CollectionShelf(QObject):
    """`told(sentence, undo)`: photos went in or out, which can be undone; or nothing was done."""

    told = Signal(str, bool)

    def __init__(
        self,
        window: MainWindow,
        model: ResultsModel,
        feed: OffersFeed,
        search: LiveSearch,
        *,
        namer: SearchName,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._feed, self._search, self._namer = window, model, feed, search, namer
        self._shown = ""
        self._last = ""  # the collection that photos were put in last, apart from the quick one
        self.section = SidebarSection(theme, self.tr("Collections"))
        self.section.chosen.connect(self.open)
        self.section.menu_wanted.connect(self._open_menu)
        self.section.dropped.connect(self._drop)
        window.sidebar.add_section(self.section)
        window.photos_action.connect(self._act)
        feed.collections_told.connect(self._show)
        feed.collected.connect(self._tell)
        feed.changed.connect(lambda: self._search.again() if self._shown else None)
        search.asked.connect(self._mark)
        take_out = {"Del": self._take_out, "Backspace": self._take_out}
        bind_keys(window.grid, take_out, window.sheet, here_only=True)

    # ---- what people do ----

    def _act(self, key: str, _hits: list[Any]) -> None:
        """A line of the photo menu, or its key."""
        if key == "quick-collection":
            self._feed.collect(self.tr("Quick collection"), self._chosen(), paths=self._pairs(), toggle=True)
        elif key == "collect":
            self._ask_collection()
        elif key == "take-out":
            self._take_out()

    def _chosen(self) -> list[int]:
        return self._window.choice.photo_ids()

    def _pairs(self) -> list[bytes]:
        """The other halves of photos that were taken raw and as JPEG."""
        return [hit.pair for hit in self._window.choice.hits() if hit.pair]

    def _ask_collection(self) -> None:
        photos, pairs = self._chosen(), self._pairs()
        title = self.tr("Add %s to a collection") % counted(len(photos), "photo")
        known = [Row(each.name, number(each.photos)) for each in self._feed.collections]

        def put(name: str) -> None:
            self._last = name
            self._feed.collect(name, photos, paths=pairs)

        self._namer.ask(title, self.tr("Add"), put, text=self._last, known=known)

    def _take_out(self) -> None:
        if self._shown and (photos := self._chosen()):
            self._feed.collect(self._shown, photos, paths=self._pairs(), remove=True)

    def open(self, name: str) -> None:
        window = self._window
        if window.page or window.previewing:
            window.show_grid()
        window.search.replace_text(filter_of(name))
        window.search.search_now.emit()

    def _open_menu(self, name: str, at: QPoint) -> None:
        acts = {"show": self.open, "rename": self._rename, "remove": self._remove}
        lines = [("show", self.tr("Show its photos")), ("", "")]
        lines += [("rename", self.tr("Rename or merge…")), ("remove", self.tr("Remove"))]
        line_menu(self._window, self.tr("Collection"), lines, chosen=lambda key: acts[key](name)).popup(at)

    def _rename(self, name: str) -> None:
        title = self.tr("New name of “%s”") % name
        others = [Row(each.name, number(each.photos)) for each in self._feed.collections if each.name != name]

        def rename(new: str) -> None:
            self._feed.rename_collection(name, new)
            if self._shown == name:
                self.open(new)

        self._namer.ask(title, self.tr("Rename"), rename, text=name, known=others)

    def _remove(self, name: str) -> None:
        self._feed.rename_collection(name, "")
        self.told.emit(self.tr("Removed the collection %s") % name, True)

    def _drop(self, name: str, mime: QMimeData, own: bool) -> None:
        """Photos of this window by what is selected: rows that were never looked at are carried along."""
        if own:
            self._feed.collect(name, self._chosen(), paths=self._pairs())
        elif paths := dropped_files(mime):
            self._feed.collect(name, (), paths=paths)

    # ---- what is shown ----

    def _show(self, collections: tuple[Collection, ...]) -> None:
        tip = self.tr("Drop photos here to add them")
        lines = [
            Line(each.name, EntryLook("collection", each.name, number(each.photos), tip=tip, takes_photos=True))
            for each in collections
        ]
        self.section.set_lines(lines)
        self._mark(self._search.inquiry)

    def _mark(self, inquiry: Inquiry) -> None:
        query = parse(inquiry.sentence)
        alone = query.filters[0] if len(query.filters) == 1 and not query.sentence and not inquiry.examples else None
        is_one = alone is not None and alone.field == "collection" and not alone.negated and len(alone.values) == 1
        wanted = alone.values[0].casefold() if alone is not None and is_one else ""
        self._shown = next((each.name for each in self._feed.collections if each.name.casefold() == wanted), "")
        self._window.choice.collection = self._shown
        self.section.mark(self._shown or None)

    def _tell(self, name: str, reply: dict[str, Any]) -> None:
        if not reply.get("what"):
            self.told.emit(self.tr("Already in %s") % name, False)
            return
        photos = counted(reply["photos"], "photo")
        said = self.tr("Took %s out of %s") if reply["removed"] else self.tr("Added %s to %s")
        self.told.emit(said % (photos, name), True)
        if name.casefold() == self._shown.casefold():
            self._search.again()


def filter_of(name: str) -> str:
    """How a collection is searched for."""
    return f"collection:{filter_value(name)}"
