"""Collections and saved searches between window and engine."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.inquiry import Inquiry
from desktop_app.live_search import Asker
from engine import messages as m

COUNT_MS = 1_500  # after what may have changed the counts
BUSY_MS = 30_000  # the same while photos come in: the engine has better things to do


class OffersFeed(QObject):
    """What was told last is kept. `collected(name, reply)`: photos went in or out; {} where the engine says nothing."""

    collections_told = Signal(object)  # tuple of Collection
    saved_told = Signal(object)  # tuple of SavedSearch
    collected = Signal(str, object)
    changed = Signal()  # a collection was renamed or removed
    failed = Signal(object)  # Failed

    def __init__(self, asker: Asker, parent: QObject | None = None, *, count_ms: int = COUNT_MS) -> None:
        super().__init__(parent)
        self._asker = asker
        self._asked: dict[int, str] = {}  # request: a collection that photos are put in, or "" for any other change
        self._counting = 0
        self._again = False
        self._indexing = False
        self._count_ms = count_ms
        self.collections: tuple[m.Collection, ...] = ()
        self.saved: tuple[m.SavedSearch, ...] = ()
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._count)

    # ---- what is asked ----

    def ask(self) -> None:
        self._asker.send(m.ListCollections(self._asker.next_id()))
        self._asker.send(m.ListSavedSearches(self._asker.next_id()))
        self.count_soon()

    def count_soon(self) -> None:
        """Something changed that searches may find; one count follows however often this is said."""
        if not self._soon.isActive():
            self._soon.start(BUSY_MS if self._indexing else self._count_ms)

    def refresh(self) -> None:
        """A batch of edits was done or taken back."""
        self._asker.send(m.ListCollections(self._asker.next_id()))
        self.count_soon()

    def _count(self) -> None:
        if not self.saved:
            return
        if self._counting:
            self._again = True
            return
        self._counting, self._again = self._asker.next_id(), False
        self._asker.send(m.CountSavedSearches(self._counting))

    # ---- what people do ----

    def collect(
        self,
        name: str,
        photo_ids: Sequence[int],
        *,
        paths: Sequence[bytes] = (),
        remove: bool = False,
        toggle: bool = False,
    ) -> None:
        request = self._asker.next_id()
        self._asked[request] = name
        photos = (tuple(photo_ids), tuple(paths))
        self._asker.send(m.CollectPhotos(request, name, *photos, remove=remove, toggle=toggle))

    def rename_collection(self, name: str, new: str) -> None:
        """An empty new name removes it."""
        self._change(m.RenameCollection(self._asker.next_id(), name, new))

    def save(self, name: str, inquiry: Inquiry) -> None:
        said = (inquiry.sentence, inquiry.folder, inquiry.like, inquiry.unlike)
        self._change(m.SaveSearch(self._asker.next_id(), name, *said))

    def rename(self, search: int, name: str) -> None:
        self._change(m.RenameSavedSearch(self._asker.next_id(), search, name))

    def remove(self, search: int, *, restore: bool = False) -> None:
        self._change(m.RemoveSavedSearch(self._asker.next_id(), search, restore=restore))

    def look(self, search: int) -> None:
        """Somebody looks at what it finds."""
        self._change(m.LookAtSavedSearch(self._asker.next_id(), search))

    def _change(self, request: m.OfferRequest) -> None:
        self._asked[request.request] = ""
        self._asker.send(request)

    # ---- what is answered ----

    def hear(self, event: m.Event) -> None:
        match event:
            case m.CollectionList():
                self.collections = event.collections
                self.collections_told.emit(event.collections)
            case m.SavedSearchList():
                fresh = {each.id for each in event.searches} - {each.id for each in self.saved}
                self.saved = event.searches
                self.saved_told.emit(event.searches)
                if fresh:
                    self.count_soon()
            case m.SearchResults(stage=m.Stage.RERANKED):
                if any(each.sentence.split() == event.sentence.split() for each in self.saved):
                    self.count_soon()  # it may have found more or fewer than were counted
            case m.IndexProgress():
                was, self._indexing = self._indexing, event.pending > 0
                if was and not self._indexing:
                    self._soon.start(self._count_ms)
            case m.LibraryChanged():
                self.refresh()
            case m.Reply() | m.Failed() if event.request == self._counting and self._counting:
                self._counting = 0
                if self._again:
                    self.count_soon()
            case m.Reply() | m.Failed() if event.request in self._asked:
                self._hear_change(self._asked.pop(event.request), event)

    def _hear_change(self, name: str, event: m.Reply | m.Failed) -> None:
        if isinstance(event, m.Failed):
            if not event.cancelled:
                self.failed.emit(event)
            return
        self._asker.send(m.ListCollections(self._asker.next_id()))
        self._asker.send(m.ListSavedSearches(self._asker.next_id()))
        if name:
            self.collected.emit(name, json.loads(event.value) if event.value else {})
            self.count_soon()
        else:
            self.changed.emit()
