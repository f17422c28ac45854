"""Exports on their way: asks for one, hears how far it is. One at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.export_plan import ExportChoice
from desktop_app.live_search import Asker
from engine import messages as m


class ExportFeed(QObject):
    """`progress(done, total)`; then one of `done(written, problems)`, `stopped()` and `failed(Failed)`."""

    progress = Signal(int, int)
    done = Signal(int, object)
    stopped = Signal()
    failed = Signal(object)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._request = 0
        self.choice = ExportChoice()

    @property
    def running(self) -> bool:
        return self._request > 0

    def export(self, photo_ids: Sequence[int], choice: ExportChoice) -> None:
        self.choice, self._request = choice, self._asker.next_id()
        self._asker.send(
            m.ExportPhotos(
                self._request,
                choice.target,
                tuple(photo_ids),
                edge=choice.edge,
                quality=choice.quality,
                metadata=choice.metadata,
                names=choice.names,
            )
        )

    def stop(self) -> None:
        if self.running:
            self._asker.send(m.StopExport(self._asker.next_id(), self._request))

    def hear(self, event: m.Event) -> None:
        if not self.running or event.request != self._request:
            return
        if isinstance(event, m.ExportProgress):
            self.progress.emit(event.done, event.total)
            return
        self._request = 0
        if isinstance(event, m.Reply):
            told = json.loads(event.value)
            self.done.emit(told["written"], told["problems"])
        elif isinstance(event, m.Failed) and event.cancelled:
            self.stopped.emit()
        elif isinstance(event, m.Failed):
            self.failed.emit(event)
