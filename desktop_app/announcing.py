"""What appears by itself is read out to those who do not see it."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Where a screen reader listens: `text` is read when it has finished its sentence."""
    if not text or not QAccessible.isActive():
        return
    spoken = getattr(QtGui, "QAccessibleAnnouncementEvent", None)  # came with Qt 6.8
    event = spoken(widget, text) if spoken else QAccessibleEvent(widget, QAccessible.Event.Alert)
    QAccessible.updateAccessibility(event)
