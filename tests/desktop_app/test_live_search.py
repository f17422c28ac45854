"""Which answers replace the photos on the screen, and which move them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.live_search import LiveSearch
from engine import messages as m
from tests.desktop_app.pictures import packed, until


class Asked:
    """An engine that only remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[m.Search] = []

    def next_id(self) -> int:
        return len(self.requests) + 1

    def send(self, request: m.Search) -> None:
        self.requests.append(request)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def search(qapp: QApplication, asked: Asked) -> Iterator[LiveSearch]:
    made = LiveSearch(asked, quiet_ms=20)
    yield made
    made.deleteLater()


@pytest.fixture
def firsts(search: LiveSearch) -> list[tuple[str, bool]]:
    """What is told: the sentence, and whether other photos are shown for it."""
    told: list[tuple[str, bool]] = []
    search.results.connect(lambda results, first: told.append((results.sentence, first)))
    return told


def answer(search: LiveSearch, request: m.Search, stage: m.Stage = m.Stage.RETRIEVED) -> None:
    numbers = {"looked_closely": 0, "searched": 9, "total": 9, "seconds": 0.1}
    search.hear(m.SearchResults(request.request, 1, stage, 2, *packed([1, 2]), sentence=request.sentence, **numbers))


def test_the_second_answer_moves_the_photos_of_the_first(search, asked, firsts) -> None:
    search.type("dog")
    until(lambda: asked.requests)
    answer(search, asked.requests[0])
    answer(search, asked.requests[0], m.Stage.RERANKED)
    search.look_deeper(100)
    answer(search, asked.requests[1])
    assert firsts == [("dog", True), ("dog", False), ("dog", False)]


def test_who_types_on_while_an_answer_comes_sees_the_next_one_as_another_search(search, asked, firsts) -> None:
    search.type("dog")
    until(lambda: asked.requests)
    search.type("dog in snow")
    answer(search, asked.requests[0])
    until(lambda: len(asked.requests) == 2)
    answer(search, asked.requests[1])
    assert firsts == [("dog", True), ("dog in snow", True)]


def test_a_search_that_was_never_answered_is_no_second_answer_after_a_restart(search, asked, firsts) -> None:
    search.search_now()
    answer(search, asked.requests[0])
    search.type("dog")
    until(lambda: len(asked.requests) == 2)
    search.restart()
    answer(search, asked.requests[2])
    search.restart()
    answer(search, asked.requests[3])
    assert firsts == [("", True), ("dog", True), ("dog", False)]
