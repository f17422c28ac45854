"""Saved searches in the sidebar: one click asks again, with how many match and how many are new."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint

from desktop_app.example_tray import Example, ExampleTray
from desktop_app.inquiry import Inquiry
from desktop_app.line_menu import line_menu
from desktop_app.live_search import LiveSearch
from desktop_app.offers_feed import OffersFeed
from desktop_app.theme import Theme
from desktop_app.widgets.icon_entry import EntryLook
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.search_name import SearchName
from desktop_app.widgets.sidebar_section import Line, SidebarSection
from desktop_app.widgets.window_keys import bind_keys
from desktop_app.wording import folder_name, number
from engine.messages import SavedSearch
from engine.query import parse

REMOVED = "saved-removed"  # what the banner offers to take back
LONGEST_NAME = 40  # of a name that is proposed


class SavedShelf(QObject):
    """`examples` shows the photos that a search goes by. What is shown has been looked at: nothing of it is new."""

    def __init__(
        self,
        window: MainWindow,
        feed: OffersFeed,
        search: LiveSearch,
        examples: ExampleTray,
        *,
        namer: SearchName,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._feed, self._search = window, feed, search
        self._examples, self._namer = examples, namer
        self._shown: int | None = None
        self._removed: SavedSearch | None = None
        self.section = SidebarSection(theme, self.tr("Saved searches"))
        self.section.chosen.connect(lambda key: self.open(int(key)))
        self.section.menu_wanted.connect(self._open_menu)
        window.sidebar.add_section(self.section)
        window.search.save_wanted.connect(self.ask_name)
        window.banner.acted.connect(self._restore)
        feed.saved_told.connect(self._show)
        search.asked.connect(self._mark)
        bind_keys(window, {"Ctrl+S": self.ask_name}, window.sheet)

    # ---- what people do ----

    def ask_name(self) -> None:
        """Under which name what is searched for is kept."""
        inquiry = self._search.inquiry
        if inquiry.asks or inquiry.folder is not None:
            self._namer.ask(self.tr("Save this search as"), self.tr("Save"), self._save, text=proposed(inquiry))

    def _save(self, name: str) -> None:
        self._feed.save(name, self._search.inquiry)
        self._window.banner.take_back(REMOVED)

    def open(self, search: int) -> None:
        """Asks again what was saved, and sees what is new."""
        saved = self._find(search)
        if saved is None:
            return
        window = self._window
        if window.page or window.previewing:
            window.show_grid()
        window.sidebar.show_place(None)
        self._search.open(inquiry_of(saved))
        window.search.setText(saved.sentence)
        self._examples.show([Example(path) for path in saved.like] + [Example(path, True) for path in saved.unlike])

    def _find(self, search: int) -> SavedSearch | None:
        return next((each for each in self._feed.saved if each.id == search), None)

    def _open_menu(self, key: str, at: QPoint) -> None:
        saved = self._find(int(key))
        if saved is None:
            return
        acts: dict[str, Callable[[], None]] = {
            "show": partial(self.open, saved.id),
            "rename": partial(self._rename, saved),
            "remove": partial(self._remove, saved),
        }
        lines = [("show", self.tr("Show its photos")), ("", "")]
        lines += [("rename", self.tr("Rename…")), ("remove", self.tr("Remove"))]
        line_menu(self._window, self.tr("Saved search"), lines, chosen=lambda key: acts[key]()).popup(at)

    def _rename(self, saved: SavedSearch) -> None:
        title = self.tr("New name of “%s”") % saved.name
        self._namer.ask(title, self.tr("Rename"), partial(self._feed.rename, saved.id), text=saved.name)

    def _remove(self, saved: SavedSearch) -> None:
        self._removed = saved
        self._feed.remove(saved.id)
        said = self.tr("The saved search “%s” was removed.") % saved.name
        self._window.banner.say(said, key=REMOVED, button=self.tr("Undo"), error=False)

    def _restore(self, key: str) -> None:
        if key == REMOVED and self._removed is not None:
            self._feed.remove(self._removed.id, restore=True)
            self._removed = None
            self._window.banner.take_back(REMOVED)

    # ---- what is shown ----

    def _show(self, searches: tuple[SavedSearch, ...]) -> None:
        self._mark(self._search.inquiry)
        self.section.set_lines([Line(str(saved.id), self._look(saved)) for saved in searches])
        self.section.mark(str(self._shown))

    def _look(self, saved: SavedSearch) -> EntryLook:
        count = number(saved.photos) if saved.photos >= 0 else ""
        new = self.tr("%s new") % number(saved.new) if saved.new > 0 and saved.id != self._shown else ""
        where = folder_name(saved.folder) if saved.folder is not None else ""
        tip = "\n".join(part for part in (saved.sentence, where) if part)
        return EntryLook("bookmark", saved.name, count, new, tip)

    def _mark(self, inquiry: Inquiry) -> None:
        """The search that is shown, as long as nobody changes its words."""
        shown = next((each for each in self._feed.saved if inquiry_of(each).same(inquiry)), None)
        self._shown = shown.id if shown is not None else None
        if shown is not None and shown.new > 0:
            self._feed.look(shown.id)
        self.section.mark(str(self._shown))


def inquiry_of(saved: SavedSearch) -> Inquiry:
    return Inquiry(saved.sentence, saved.folder, saved.like, saved.unlike)


def proposed(inquiry: Inquiry) -> str:
    """A name for a search: its words, without what only narrows it where there are others."""
    said = parse(inquiry.sentence).sentence or " ".join(inquiry.sentence.replace('"', "").split())
    place = folder_name(inquiry.folder) if inquiry.folder is not None else ""
    name = " · ".join(part for part in (said[:LONGEST_NAME].strip(), place) if part)
    return name[:1].upper() + name[1:]
