"""What the window remembers: how it looked, never what is in the library."""

from __future__ import annotations

import os

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

THEMES = ("system", "dark", "light")


def settings_file(library: bytes | None) -> str:
    """Beside the library where one was named, else in the platform's place for settings."""
    if library is not None:
        return os.path.join(os.path.abspath(os.fsdecode(library)), "window.ini")
    return os.path.join(platformdirs.user_config_path("afterimage", appauthor=False), "window.ini")


class Settings:
    """Typed doors to one small file; a value that makes no sense reads as its default."""

    def __init__(self, file: str) -> None:
        self._file = QSettings(file, QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """system, dark or light."""
        value = str(self._file.value("theme", "system"))
        return value if value in THEMES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._file.setValue("theme", value)

    @property
    def geometry(self) -> QByteArray:
        """Of the main window, empty at the first start."""
        value = self._file.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._file.setValue("geometry", value)

    @property
    def sidebar_folded(self) -> bool:
        return self._flag("sidebar_folded", False)

    @sidebar_folded.setter
    def sidebar_folded(self, value: bool) -> None:
        self._file.setValue("sidebar_folded", value)

    @property
    def inspector_open(self) -> bool:
        return self._flag("inspector_open", False)

    @inspector_open.setter
    def inspector_open(self, value: bool) -> None:
        self._file.setValue("inspector_open", value)

    @property
    def row_height(self) -> int:
        """Of a line of photos in pixels; 0 while nobody has chosen one."""
        value = str(self._file.value("row_height", "0"))
        return int(value) if value.isdecimal() and len(value) < 5 else 0

    @row_height.setter
    def row_height(self, value: int) -> None:
        self._file.setValue("row_height", value)

    @property
    def model_offer_done(self) -> bool:
        """The larger model was offered and answered."""
        return self._flag("model_offer_done", False)

    @model_offer_done.setter
    def model_offer_done(self, value: bool) -> None:
        self._file.setValue("model_offer_done", value)

    def save(self) -> None:
        self._file.sync()

    def _flag(self, key: str, default: bool) -> bool:
        return str(self._file.value(key, default)).lower() == "true"
