"""States of tags and marks, to be looked at: see `looks`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_app.app import AppWindow
from tests.desktop_app.looks_search import search
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import until

Stage = Callable[[AppWindow, MemoryEngine], None]
TAGS = ("animals/dogs", "animals/dogs/Bella", "winter", "people/Ada", "people/Grandmother", "places/Norway/Lofoten")


def filled(window: AppWindow, engine: MemoryEngine) -> None:
    """A library somebody works in."""
    for at, hit in enumerate(engine.hits):
        engine.tags.said[hit.photo_id, "tag", TAGS[at % len(TAGS)]] = ("person", "file", "model")[at % 3]
        if at % 3 == 0:
            engine.tags.said[hit.photo_id, "tag", "winter"] = "model"
        if at % 2 == 0:
            engine.tags.said[hit.photo_id, "rating", ""] = str(1 + at % 5)
        if at % 5 == 1:
            engine.tags.said[hit.photo_id, "label", ""] = ("Red", "Yellow", "Green", "Blue")[at % 4]
        if at % 7 in (2, 3):
            engine.tags.said[hit.photo_id, "pick", ""] = "1" if at % 7 == 2 else "-1"
    engine.tags.captions = {3: "Bella and her brother, the first snow of the year"}
    engine.tags.suggested = {3: [("snow", 0.93), ("dog", 0.88), ("playing", 0.64), ("forest", 0.31), ("fence", 0.19)]}
    window.tags.feed.ask_book()
    until(lambda: window.tags.feed.book.tree)
    window.tags.branches._opened |= {"animals", "animals/dogs"}
    window.tags.branches._show()
    search(window, engine)
    window.tags.feed.ask_words([hit.photo_id for hit in engine.hits])
    QTest.qWait(100)
    words = window.tags.deeds._words
    from desktop_app.tag_deeds import with_words

    window.model.change_hits(words, lambda hit: with_words(hit, words[hit.photo_id]))


def tagged(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    window.window.show_inspector(True)
    window.window.grid.setFocus()
    window.window.grid.set_current_row(2)
    until(lambda: window.window.inspector.tags.offers)
    QTest.keyClick(window.window.grid, Qt.Key.Key_4)
    until(lambda: window.tags.deeds.notice.text)
    QTest.qWait(200)


def tagged_many(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    window.window.show_inspector(True)
    window.window.grid.setFocus()
    window.window.grid.selectAll()
    until(lambda: len(window.window.inspector.tags.tags) > 3)
    QTest.qWait(200)


def typing_tags(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    window.window.grid.setFocus()
    window.window.grid.set_current_row(1)
    QTest.keyClick(window.window.grid, Qt.Key.Key_T)
    QTest.keyClicks(window.tags.deeds.entry.box, "no")
    QTest.qWait(200)


def typing_nothing(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    window.window.grid.set_current_row(3)
    window.tags.deeds.open_entry()
    QTest.qWait(200)


def review(window: AppWindow, engine: MemoryEngine, *, doubt: bool = False) -> None:
    filled(window, engine)
    window.tags.review.open()
    page = window.tags.review._page
    until(lambda: page._sure.text()[:1] not in ("", "0"))
    page.tag_box.setText("animals/dogs")
    if doubt:
        page._doubt.click()
    until(lambda: page.grid.laid_out and window.tags.review._model.hit(0))
    page.grid.setFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_Y if doubt else Qt.Key.Key_N)
    if doubt:
        QTest.keyClick(page.grid, Qt.Key.Key_N)
    until(lambda: all(window.tags.review._model.thumbnail(row) for row in page.grid._visible_rows()))
    QTest.qWait(300)


def review_doubt(window: AppWindow, engine: MemoryEngine) -> None:
    review(window, engine, doubt=True)


def marked_large(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    window.window.open_preview(2)
    QTest.keyClick(window.window.preview, Qt.Key.Key_5)
    until(lambda: window.model.hit(2).rating == 5)
    QTest.qWait(500)


def tag_menu(window: AppWindow, engine: MemoryEngine) -> None:
    filled(window, engine)
    section = window.tags.branches.section
    section.menu_wanted.emit("animals", section.entries()[0].mapToGlobal(QPoint(60, 20)))
    QTest.qWait(100)


TAG_STATES: dict[str, Stage] = {
    "tagged": tagged,
    "tagged-many": tagged_many,
    "typing-tags": typing_tags,
    "typing-nothing": typing_nothing,
    "review": review,
    "review-doubt": review_doubt,
    "marked-large": marked_large,
    "tag-menu": tag_menu,
}
