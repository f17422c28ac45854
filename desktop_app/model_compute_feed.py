"""What the engine tells of the time for reranking and of the device, and what people set."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from desktop_app.model_compute import Budget, Device, read_budget, read_device
from desktop_app.wording import failure
from engine import messages as m


class ModelComputeFeed(QObject):
    """Keeps what is set."""

    changed = Signal()
    failed = Signal(str)  # one sentence

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.budget: Budget | None = None
        self.device: Device | None = None
        self._asker = asker
        self._asked: dict[int, type[m.SetRerankBudget | m.SetDevice]] = {}

    def ask(self) -> None:
        self.set_budget(None)
        self.set_device("")

    def set_budget(self, ms: float | None) -> None:
        """In milliseconds; None only asks."""
        self._send(m.SetRerankBudget(self._asker.next_id(), ms))

    def set_device(self, name: str) -> None:
        """An empty name only asks."""
        self._send(m.SetDevice(self._asker.next_id(), name))

    def _send(self, request: m.SetRerankBudget | m.SetDevice) -> None:
        self._asked[request.request] = type(request)
        self._asker.send(request)

    def hear(self, event: m.Event) -> None:
        match event:
            case m.Reply() if event.request in self._asked:
                if self._asked.pop(event.request) is m.SetDevice:
                    self.device = read_device(event.value)
                else:
                    self.budget = read_budget(event.value)
                self.changed.emit()
            case m.Failed() if event.request in self._asked:
                self._asked.pop(event.request)
                self.failed.emit(failure(event))
                self.changed.emit()  # what was there is shown again
