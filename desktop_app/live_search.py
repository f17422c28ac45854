"""Search as one types: a short quiet, then one request; whatever comes for an older one is ignored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.inquiry import Inquiry
from engine.messages import Event, Failed, GetHits, Hits, Reply, Request, SearchResults

QUIET_MS = 150


class Asker(Protocol):
    """The part of the engine client that asks."""

    def next_id(self) -> int: ...

    def send(self, request: Request) -> None: ...


class LiveSearch(QObject):
    """Owns what is searched for. `results(SearchResults, first)` only ever tells of the newest search;
    `first` is False where the same photos come again in another order."""

    searching = Signal(bool)
    results = Signal(object, bool)
    hits = Signal(object)
    failed = Signal(object)
    asked = Signal(object)  # Inquiry

    def __init__(self, asker: Asker, parent: QObject | None = None, *, quiet_ms: int = QUIET_MS) -> None:
        super().__init__(parent)
        self._asker = asker
        self._inquiry = Inquiry()
        self._request = 0
        self._sent = self._inquiry  # with the newest request
        self._shown: Inquiry | None = None  # what the photos on the screen answer
        self._moves = False  # what comes next is the same in another order: photos move, they are not replaced
        self._open = False
        self._stale = False
        self._pages: set[int] = set()
        self._typed = ""
        self.settled: Callable[[str], str] = lambda text: text  # without what says nothing yet
        self._quiet = QTimer(self, singleShot=True, interval=quiet_ms)
        self._quiet.timeout.connect(lambda: self._send())

    @property
    def inquiry(self) -> Inquiry:
        return self._inquiry

    @property
    def under_way(self) -> bool:
        """The newest search has not ended: what is shown may still change."""
        return self._open

    def type(self, text: str) -> None:
        """Another letter: search when no more follow for a while. What makes no difference is not asked again."""
        self._typed, sentence = text, self.settled(text)
        before, self._inquiry = self._inquiry, replace(self._inquiry, sentence=sentence)
        if sentence.strip() != before.sentence.strip():
            self._inquiry = replace(self._inquiry, look=0)
            self._quiet.start()

    def search_now(self) -> None:
        """All that is typed, as it stands."""
        self._inquiry = replace(self._inquiry, sentence=self._typed)
        self._send()

    def open(self, inquiry: Inquiry) -> None:
        """Something else altogether."""
        self._inquiry, self._typed = inquiry, inquiry.sentence
        self.search_now()

    def again(self) -> None:
        """What is shown may hold other photos now."""
        if not self._quiet.isActive():
            self._send(again=True)

    def narrow(self, folder: bytes | None) -> None:
        """Only photos of this folder, or of all."""
        if folder != self._inquiry.folder:
            self._ask_other(folder=folder)

    def set_examples(self, like: tuple[bytes, ...], unlike: tuple[bytes, ...]) -> None:
        """Photos that what is found is to be like and unlike."""
        if (like, unlike) != (self._inquiry.like, self._inquiry.unlike):
            self._ask_other(like=like, unlike=unlike)

    def forget_examples(self) -> None:
        """Without searching: somebody is about to."""
        self._inquiry = replace(self._inquiry, like=(), unlike=(), look=0)

    def look_deeper(self, count: int) -> None:
        """The same once more, and look closely at so many at least."""
        self._inquiry = replace(self._inquiry, look=count)
        self._send(again=True)

    def show_every_copy(self, shown: bool) -> None:
        if shown != self._inquiry.every_copy:
            self._inquiry = replace(self._inquiry, every_copy=shown)
            self._send(again=True)

    def _ask_other(self, **news: Any) -> None:
        self._inquiry = replace(self._inquiry, look=0, **news)
        self.search_now()

    def refresh(self) -> None:
        """The library has changed: the newest photos come again, an answer to a sentence stays as it is."""
        if self._inquiry.describes or self._quiet.isActive():
            return
        if self._open:
            self._stale = True
            return
        self._send(again=True)

    def complete(self) -> None:
        """Every photo is searchable now: an answer that came before that comes once more."""
        if self._inquiry.describes and not self._quiet.isActive():
            self._send(again=True)

    def restart(self) -> None:
        """There is a new engine, which knows nothing of earlier results."""
        self._pages.clear()
        self._send(again=True)

    def ask_page(self, result: int, first: int, count: int) -> None:
        request = self._asker.next_id()
        self._pages.add(request)
        self._asker.send(GetHits(request, result, first, count))

    def forget_pages(self) -> None:
        """The rows are others now: a page that was asked for before holds too few of them."""
        self._pages.clear()

    def hear(self, event: Event) -> None:
        """Takes from the engine's events what belongs to the newest search and its pages."""
        if isinstance(event, Hits):
            if event.request in self._pages:
                self.hits.emit(event)
        elif isinstance(event, SearchResults) and event.request == self._request:
            first, self._moves = not self._moves, True
            self._shown = self._sent
            self.results.emit(event, first)
        elif isinstance(event, Reply | Failed):
            self._end(event)

    def _end(self, event: Reply | Failed) -> None:
        self._pages.discard(event.request)
        if event.request != self._request or not self._open:
            return
        self._open = False
        self.searching.emit(False)
        if isinstance(event, Failed) and not event.cancelled:
            self.failed.emit(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _send(self, *, again: bool = False) -> None:
        """`again`: the same search once more, unless its photos were never shown or somebody has typed meanwhile."""
        self._quiet.stop()
        self._stale = False
        self._moves = again and self._shown is not None and self._shown.same(self._inquiry)
        self._sent = self._inquiry
        self._request = self._asker.next_id()
        self._open = True
        self.searching.emit(True)
        self._asker.send(self._inquiry.request(self._request))
        self.asked.emit(self._inquiry)
