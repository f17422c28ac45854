"""Ticks and crosses of the sentence that is searched for: what a person said of photos, and taking it back."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from engine.messages import Event, Failed, Judge, Judgments, ListJudgments, Reply


class JudgmentFeed(QObject):
    """`verdicts`: 1 the sentence describes the photo, -1 it does not, by photo id. What is said shows at once; where it
    could not be kept, it is taken back and `failed` says why."""

    changed = Signal()
    failed = Signal(object)  # Failed

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._sentence = ""
        self._listing = 0
        self._asked: dict[int, tuple[int, int]] = {}  # photo id, and what was said of it before
        self.verdicts: dict[int, int] = {}

    @property
    def sentence(self) -> str:
        return self._sentence

    def ask(self, sentence: str) -> None:
        """What was said of this sentence; of an empty one nothing is said."""
        if sentence != self._sentence:
            self._sentence, self.verdicts = sentence, {}
            self._asked.clear()
            self.changed.emit()
        if sentence:
            self._listing = self._asker.next_id()
            self._asker.send(ListJudgments(self._listing, sentence))

    def say(self, photo_ids: Sequence[int], verdict: int) -> None:
        """Of all these photos; said once more of all of them, it is taken back."""
        if not self._sentence or not photo_ids:
            return
        if all(self.verdicts.get(photo_id) == verdict for photo_id in photo_ids):
            verdict = 0
        before, self.verdicts = self.verdicts, {**self.verdicts, **dict.fromkeys(photo_ids, verdict)}
        for photo_id in photo_ids:
            request = self._asker.next_id()
            self._asked[request] = (photo_id, before.get(photo_id, 0))
            self._asker.send(Judge(request, self._sentence, photo_id, verdict))
        self.changed.emit()

    def hear(self, event: Event) -> None:
        match event:
            case Judgments() if event.request == self._listing and not self._asked:
                wrong, right = _ids(event.wrong), _ids(event.right)
                self.verdicts = dict.fromkeys(wrong, -1) | dict.fromkeys(right, 1)
                self.changed.emit()
            case Reply() if event.request in self._asked:
                del self._asked[event.request]
            case Failed() if event.request in self._asked:
                photo_id, before = self._asked.pop(event.request)
                self.verdicts = {**self.verdicts, photo_id: before}
                self.changed.emit()
                self.failed.emit(event)


def _ids(packed: bytes) -> list[int]:
    ids = array("q")
    ids.frombytes(packed)
    if sys.byteorder == "big":
        ids.byteswap()
    return ids.tolist()
