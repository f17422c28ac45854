"""Keys of the window and what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Sheet(Protocol):
    """While it is seen, any key only closes it."""

    def isVisible(self) -> bool: ...  # noqa: N802

    def close_sheet(self) -> None: ...


def bind_keys(
    owner: QWidget, actions: Mapping[str, Callable[[], object]], sheet: Sheet, *, here_only: bool = False
) -> None:
    """`here_only`: while the owner itself has the focus; else anywhere in its window."""
    for keys, act in actions.items():
        shortcut = QShortcut(QKeySequence(keys), owner)
        if here_only:
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda act=act: sheet.close_sheet() if sheet.isVisible() else act())
