from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def app() -> QApplication:
    """The one QApplication of the test run, without a screen."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(["afterimage-tests"])
