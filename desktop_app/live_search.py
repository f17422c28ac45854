"""Search as one types: a short quiet, then one request; whatever comes for an older one is ignored."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.messages import Event, Failed, GetHits, Hits, Reply, Request, Search, SearchResults

QUIET_MS = 150
SENTENCE_LIMIT = 300
BROWSE_LIMIT = 1_000_000


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

    def __init__(self, asker: Asker, parent: QObject | None = None, *, quiet_ms: int = QUIET_MS) -> None:
        super().__init__(parent)
        self._asker = asker
        self._sentence = ""
        self._folder: bytes | None = None
        self._request = 0
        self._again = False  # the same search once more: what is on the screen moves, it is not replaced
        self._open = False
        self._stale = False
        self._pages: set[int] = set()
        self._quiet = QTimer(self, singleShot=True, interval=quiet_ms)
        self._quiet.timeout.connect(self._send)

    @property
    def sentence(self) -> str:
        return self._sentence

    @property
    def folder(self) -> bytes | None:
        return self._folder

    def type(self, sentence: str) -> None:
        """Another letter: search when no more follow for a while. What makes no difference is not asked again."""
        before, self._sentence = self._sentence.strip(), sentence
        if sentence.strip() != before:
            self._again = False
            self._quiet.start()

    def search_now(self) -> None:
        self._again = False
        self._send()

    def narrow(self, folder: bytes | None) -> None:
        """Only photos of this folder, or of all."""
        if folder != self._folder:
            self._folder = folder
            self.search_now()

    def refresh(self) -> None:
        """The library has changed: the newest photos come again, an answer to a sentence stays as it is."""
        if self._sentence.strip() or self._quiet.isActive():
            return
        if self._open:
            self._stale = True
            return
        self._again = True
        self._send()

    def complete(self) -> None:
        """Every photo is searchable now: an answer that came before that comes once more."""
        if self._sentence.strip() and not self._quiet.isActive():
            self._again = True
            self._send()

    def restart(self) -> None:
        """There is a new engine, which knows nothing of earlier results."""
        self._again = True
        self._pages.clear()
        self._send()

    def ask_page(self, result: int, first: int, count: int) -> None:
        request = self._asker.next_id()
        self._pages.add(request)
        self._asker.send(GetHits(request, result, first, count))

    def hear(self, event: Event) -> None:
        """Takes from the engine's events what belongs to the newest search and its pages."""
        if isinstance(event, Hits):
            self.hits.emit(event)
        elif isinstance(event, SearchResults) and event.request == self._request:
            first, self._again = not self._again, True
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

    def _send(self) -> None:
        self._quiet.stop()
        self._stale = False
        self._request = self._asker.next_id()
        self._open = True
        limit = SENTENCE_LIMIT if self._sentence.strip() else BROWSE_LIMIT
        self.searching.emit(True)
        self._asker.send(Search(self._request, self._sentence, limit, folder=self._folder))
