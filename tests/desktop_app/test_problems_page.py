"""The page of problems: what could not be used, why, and what helps."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from engine import messages as m
from engine.photo import Problem
from tests.desktop_app.hands import LEFT, Key, entry, press
from tests.desktop_app.pictures import until


def test_problems_are_counted_explained_and_tried_again(shown, engine) -> None:
    engine.problems = (Problem(b"/photos/broken.jpg", "the file is cut short", "copy it again", 7),)
    shown.session._parts.feed.ask_lists()
    until(lambda: entry(shown, "Problems").isVisible())
    QTest.mouseClick(entry(shown, "Problems"), LEFT)
    page = shown.window.problems
    assert page.isVisible()
    said = [label.text() for label in page.findChildren(QWidget) if hasattr(label, "text")]
    assert "broken.jpg" in said
    assert "The file is cut short. Copy it again." in said
    retry = next(button for button in page.findChildren(QPushButton) if button.text() == "Retry")
    retry.setFocus()
    QTest.mouseClick(retry, LEFT)
    assert engine.asked(m.RetryProblems)[-1].photo_ids == (7,)
    others = [Problem(f"/photos/{n}.jpg".encode(), "the file is cut short", "copy it again", n) for n in range(8, 38)]
    engine.problems = (others[0], *engine.problems, *others[1:])
    shown.session._parts.feed.ask_lists()
    until(lambda: len(retries(page)) == 31)
    assert retry.hasFocus(), "keys go on where they were"
    assert retries(page)[:3] == ["Retry 8.jpg", "Retry broken.jpg", "Retry 9.jpg"]
    engine.problems = ()
    shown.session._parts.feed.ask_lists()
    until(lambda: not retries(page))
    assert page._back.hasFocus()
    press(shown.window, Key.Key_Escape)
    assert shown.window.grid.isVisible()


def retries(page: QWidget) -> list[str]:
    """From top to bottom."""
    found = [each for each in page.findChildren(QPushButton) if each.isVisible() and each.text() == "Retry"]
    return [each.accessibleName() for each in sorted(found, key=lambda each: each.mapTo(page, QPoint(0, 0)).y())]
