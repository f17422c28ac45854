"""The part of the photo menu that gives ratings, flags and labels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from desktop_app.line_menu import rounded
from desktop_app.mark_keys import MARK_KEYS


def _tr(text: str) -> str:
    return QCoreApplication.translate("menus", text)


def add_marks(menu: QMenu, chosen: Callable[[str], None]) -> QMenu:
    """A menu below the menu."""
    inner = rounded(menu.addMenu(_tr("Rating, flag, label")))
    for group in (_ratings(), _flags(), _labels()):
        for key, text in group:
            action = inner.addAction(f"{text}\t{key}")
            action.setData(MARK_KEYS[key])
            action.triggered.connect(lambda _=False, line=MARK_KEYS[key]: chosen(line))
        inner.addSeparator()
    return inner


def _ratings() -> list[tuple[str, str]]:
    return [*((str(n), "★" * n) for n in range(5, 0, -1)), ("0", _tr("No rating"))]


def _flags() -> list[tuple[str, str]]:
    return [("P", _tr("Pick")), ("X", _tr("Reject")), ("U", _tr("No flag"))]


def _labels() -> list[tuple[str, str]]:
    return [("6", _tr("Red")), ("7", _tr("Yellow")), ("8", _tr("Green")), ("9", _tr("Blue"))]
