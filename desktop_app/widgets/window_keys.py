"""Keys of the window and what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def bind_keys(owner: QWidget, actions: Mapping[str, Callable[[], object]], *, here_only: bool = False) -> None:
    """`here_only`: while the owner itself has the focus; else anywhere in its window."""
    for keys, act in actions.items():
        shortcut = QShortcut(QKeySequence(keys), owner)
        if here_only:
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(act)
