"""Why photos match: asked for where somebody looks, the newest wish first, and remembered for a while."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.live_search import Asker
from engine.messages import Event, Explain, Explanation, Failed, Reply

KEPT = 200
QUIET_MS = 120  # a photo that is only leafed past is not explained

Subject = tuple[int, str]  # photo id, sentence


class WhyFeed(QObject):
    """`told(Explanation)` is always about what was asked for last."""

    told = Signal(object)

    def __init__(self, asker: Asker, parent: QObject | None = None, *, quiet_ms: int = QUIET_MS) -> None:
        super().__init__(parent)
        self._asker = asker
        self._known: OrderedDict[Subject, Explanation] = OrderedDict()
        self._subject: Subject | None = None
        self._request = 0
        self._asked: Subject = (0, "")  # with it
        self._quiet = QTimer(self, singleShot=True, interval=quiet_ms)
        self._quiet.timeout.connect(self._send)

    def ask(self, photo_id: int, sentence: str) -> None:
        """Told at once where it is known, else soon."""
        self._subject = (photo_id, sentence)
        if (known := self._known.get(self._subject)) is not None:
            self._quiet.stop()
            self.told.emit(known)
        else:
            self._quiet.start()

    def ask_nothing(self) -> None:
        """Nobody looks any more."""
        self._subject = None
        self._quiet.stop()

    def forget(self) -> None:
        """Another model would explain it in another way; whoever still looks is told anew."""
        self._known.clear()
        if self._subject is not None:
            self._quiet.start()

    def hear(self, event: Event) -> None:
        if isinstance(event, Explanation):
            self._hear_explanation(event)
        elif isinstance(event, Reply | Failed) and event.request == self._request:
            self._request = 0

    def _hear_explanation(self, explanation: Explanation) -> None:
        """Of a photo that was left meanwhile it is kept, and told when somebody comes back."""
        if explanation.request != self._request:
            return
        about = self._asked  # the explanation names only the part of the sentence that it is about
        self._known[about] = explanation
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        if about == self._subject:
            self._quiet.stop()
            self.told.emit(explanation)

    def _send(self) -> None:
        if self._subject is not None:
            self._request, self._asked = self._asker.next_id(), self._subject
            self._asker.send(Explain(self._request, *self._subject))
