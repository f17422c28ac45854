"""Shows what was found: photos, what is said of them, the less likely ones, and the copies behind one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app import result_words as words
from desktop_app.alike_feed import AlikeFeed
from desktop_app.inquiry import SENTENCE_LIMIT
from desktop_app.live_search import LiveSearch
from desktop_app.result_rows import unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.widgets.main_window import MainWindow
from desktop_app.wording import counted, folder_name
from engine.messages import SearchResults, Stage
from engine.search_hit import SearchHit

SLOW_MS = 400  # a search that takes longer is announced
DEEPER = 2  # each look goes so many times further
FIRST_LOOK = 100
GROUP = -2  # no result of the engine: the photos behind one row


class ResultTeller(QObject):
    """`told(SearchResults)` when other photos are shown; `models_wanted(language)` asks for a model that knows it."""

    told = Signal(object)
    models_wanted = Signal(str)

    def __init__(self, search: LiveSearch, model: ResultsModel, window: MainWindow, alike: AlikeFeed) -> None:
        super().__init__(window)
        self._search, self._model, self._window, self._alike = search, model, window, alike
        self.results: SearchResults | None = None
        self.model_loaded = False
        self._group: SearchHit | None = None  # whose copies are looked at
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._announce)
        search.results.connect(self._show)
        search.searching.connect(self._searching)
        search.hits.connect(lambda page: model.set_hits(page.first, page.hits, result=page.result))
        alike.came.connect(self._show_group)
        window.grid.alike_wanted.connect(self.open_group)
        window.line.deeper_wanted.connect(self._look_deeper)
        window.line.copies_wanted.connect(search.show_every_copy)
        window.line.back_wanted.connect(self.close_group)
        window.notes.acted.connect(self._want_model)

    @property
    def asks(self) -> bool:
        """The photos that are shown answer something that a model was asked."""
        found, inquiry = self.results, self._search.inquiry
        return found is not None and replace(inquiry, sentence=found.sentence).describes

    # ---- what the engine says ----

    def _show(self, results: SearchResults, first: bool) -> None:
        self.results = results
        self._slow.stop()
        if first:
            self._group = None
        if self._group is None:
            self._show_rows(reorder=not first)
        self.told.emit(results)
        self._tell()

    def _show_rows(self, *, reorder: bool) -> None:
        found = self.results
        assert found is not None
        packed = (found.photo_ids, found.aspect_ratios, found.tones, found.alike)
        rows = unpacked(found.count, *packed, days=found.days)
        split = words.split(found) if self.asks else None
        self._model.set_rows(found.result, rows, split=split, reorder=reorder)

    def _searching(self, searching: bool) -> None:
        if searching:
            self._slow.start()
        else:
            self._slow.stop()
            self._tell()

    def _announce(self) -> None:
        if self._search.inquiry.describes:
            ready, not_yet = self.tr("Searching…"), self.tr("Getting ready for the first search…")
            self._window.line.say(ready if self.model_loaded else not_yet)
            self._window.line.offer()

    # ---- what is said ----

    def _tell(self) -> None:
        results, line = self.results, self._window.line
        if results is None:
            return
        if self._group is not None:
            line.say(self._group_words())
            line.offer(back=True)
            line.offer_copies(False, shown=False)
            self._window.notes.say("")
            return
        folder = self._search.inquiry.folder
        place = folder_name(folder) if folder is not None else ""
        asked = words.Asked(place, self.asks, self._search.under_way)
        nothing = words.nothing_matches(results)
        line.say(words.found(results, asked), words.found_tip(results, asked), loud=nothing)
        line.offer(deeper=self._can_look_deeper(results))
        every = self._search.inquiry.every_copy
        line.offer_copies(every or bool(results.alike.strip(b"\0")), shown=every)
        self._window.notes.say(words.doubts(results), words.remedy(results))
        rest = self._model.rest
        self._window.grid.fold.set_words(words.more(rest, nothing=nothing), words.fewer(rest, nothing=nothing))

    def _can_look_deeper(self, results: SearchResults) -> bool:
        """Not where the last deeper look came no further, or everything was looked at."""
        there = results.count if results.count < SENTENCE_LIMIT else results.searched
        looked = results.looked_closely
        done = self.asks and results.stage is Stage.RERANKED and not self._search.under_way
        return done and max(looked, 1) < there and looked > 0 and self._search.inquiry.look <= looked

    def _look_deeper(self) -> None:
        if self.results is not None:
            self._search.look_deeper(max(FIRST_LOOK, DEEPER * self.results.looked_closely))

    def _want_model(self) -> None:
        if self.results is not None:
            self.models_wanted.emit(self.results.language)

    # ---- the photos behind one ----

    def open_group(self, row: int) -> None:
        """Ask for the photos behind this row; they are shown when they come."""
        if self._group is None and self._model.alike(row):
            self._alike.ask(self._model.result, row)

    def close_group(self) -> None:
        """Back to everything that was found."""
        group, self._group = self._group, None
        if group is None or self.results is None:
            return
        self._show_rows(reorder=True)
        self._tell()
        row = self._model.row_of(group.photo_id)
        if row is not None:
            self._window.grid.set_current_row(row)
        self._window.focus_photos()

    def _show_group(self, hits: tuple[SearchHit, ...]) -> None:
        if hits:
            self._group = hits[0]
            self._model.set_photos(GROUP, hits)
            self._tell()
            self._window.show_grid()

    def _group_words(self) -> str:
        return self.tr("%s alike, the best one first") % counted(self._model.rowCount(), "photo")
