"""What is set for the library, kept by the engine; and what the engine says of the library itself."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from engine import messages as m


class SettingsFeed(QObject):
    """`changed` when values arrive; `checked(report)` of a Doctor; `forgotten(photos)`; `failed(Failed)`."""

    changed = Signal()
    checked = Signal(object)
    forgotten = Signal(int)
    failed = Signal(object)

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._asked: dict[int, m.Request] = {}
        self.values: dict[str, str] = {}
        self.data = ""
        self.battery = False

    def ask(self) -> None:
        self._send(m.GetSettings(self._asker.next_id()))

    def set(self, name: str, value: str) -> None:
        self._send(m.SetSetting(self._asker.next_id(), name, value))

    def check(self) -> None:
        """Sizes and connections, as they are now."""
        self._send(m.Doctor(self._asker.next_id()))

    def forget_everything(self) -> None:
        self._send(m.Forget(self._asker.next_id(), everything=True))

    def hear(self, event: m.Event) -> None:
        if not isinstance(event, m.Reply | m.Failed):
            return
        asked = self._asked.pop(event.request, None)
        if asked is None:
            return
        if isinstance(event, m.Failed):
            if not event.cancelled:
                self.failed.emit(event)
        elif isinstance(asked, m.Doctor):
            self.checked.emit(json.loads(event.value))
        elif isinstance(asked, m.Forget):
            self.forgotten.emit(int(event.value))
        else:
            self._take(json.loads(event.value))

    def _take(self, told: dict[str, Any]) -> None:
        self.values, self.data, self.battery = told["values"], told["data"], told["battery"]
        self.changed.emit()

    def _send(self, request: m.Request) -> None:
        self._asked[request.request] = request
        self._asker.send(request)
