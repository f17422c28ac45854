"""The photos that stand behind one row of a result."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from engine.messages import Event, GetAlike, Hits


class AlikeFeed(QObject):
    """Only what was asked for last is told."""

    came = Signal(object)  # tuple of SearchHit, the row's own first

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._request = 0

    def ask(self, result: int, row: int) -> None:
        self._request = self._asker.next_id()
        self._asker.send(GetAlike(self._request, result, row))

    def hear(self, event: Event) -> None:
        if isinstance(event, Hits) and event.request == self._request:
            self.came.emit(event.hits)
