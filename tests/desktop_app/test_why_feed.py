"""Explanations belong to the photo that they are about, however fast somebody leafs through photos."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from desktop_app.why_feed import WhyFeed
from engine.messages import Explain, Explanation, Request
from tests.desktop_app.pictures import until


class Engine:
    def __init__(self) -> None:
        self.asked: list[Explain] = []

    def next_id(self) -> int:
        return len(self.asked) + 1

    def send(self, request: Request) -> None:
        assert isinstance(request, Explain)
        self.asked.append(request)


def answer(request: Explain) -> Explanation:
    """As the engine does it: filters are no part of what is explained."""
    return Explanation(request.request, request.photo_id, request.sentence.removesuffix(" tag:x"), ())


def test_what_comes_for_a_photo_that_was_left_is_told_of_no_other(app: QApplication) -> None:
    engine, told = Engine(), []
    feed = WhyFeed(engine, quiet_ms=1)
    feed.told.connect(lambda explanation: told.append(explanation.photo_id))
    feed.ask(1, "a dog tag:x")
    until(lambda: engine.asked)
    feed.ask(2, "a dog tag:x")
    feed.hear(answer(engine.asked[0]))
    assert told == []
    until(lambda: len(engine.asked) == 2)
    feed.hear(answer(engine.asked[1]))
    feed.ask(1, "a dog tag:x")
    assert told == [2, 1]
    assert len(engine.asked) == 2
