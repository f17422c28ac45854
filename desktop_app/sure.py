"""Asks once more before something is lost; no is the answer that a key gives."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.plain_text import spelled_out


def sure(window: QWidget, title: str, text: str, *, detail: str, yes: str) -> bool:
    """Whether `yes` was pressed; `detail` says what follows from it."""
    box = QMessageBox(window)
    box.setWindowTitle(title)
    box.setText(spelled_out(text))
    box.setInformativeText(detail)
    does = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    cancel.setIcon(QIcon())  # some styles put a red cross on it
    box.setDefaultButton(cancel)
    box.exec()
    return box.clickedButton() is does
