"""Menus as the window shows them: round, told to those who listen, and gone once they are closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget


def rounded(menu: QMenu) -> QMenu:
    menu.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # else its round corners are black
    return menu


def round_menu(parent: QWidget, name: str) -> QMenu:
    """Empty; `name` is what it is about."""
    menu = rounded(QMenu(parent))
    menu.setAccessibleName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def line_menu(
    parent: QWidget, name: str, lines: Sequence[tuple[str, str]], *, chosen: Callable[[str], object]
) -> QMenu:
    """Lines of (key, text), of which `chosen` is told the key; a line without one separates."""
    menu = round_menu(parent, name)
    for key, text in lines:
        if not key:
            menu.addSeparator()
            continue
        action = menu.addAction(text)
        action.setData(key)
        action.triggered.connect(lambda _=False, key=key: chosen(key))
    return menu
