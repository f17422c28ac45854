"""What the window remembers: how it looks and behaves, never what is in the library."""

from __future__ import annotations

import os

import platformdirs
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

THEMES = ("system", "dark", "light")
LANGUAGES = ("system", "en", "de")
FLAGS = {  # and what each is while nobody has chosen
    "sidebar_folded": False,
    "inspector_open": False,
    "model_offer_done": False,
    "tour_done": False,
    "reduced_motion": False,
    "write_sidecars": False,
    "auto_advance": False,
    "pair_raw": True,
    "squares": False,
    "notify": True,
    "tray": False,
}


def settings_file(library: bytes | None) -> str:
    """Beside the library where one was named, else in the platform's place for settings."""
    if library is not None:
        return os.path.join(os.path.abspath(os.fsdecode(library)), "window.ini")
    return os.path.join(platformdirs.user_config_path("afterimage", appauthor=False), "window.ini")


def _door(name: str) -> property:
    """To a flag."""
    return property(lambda self: self.flag(name), lambda self, value: self.set_flag(name, value))


class Settings(QObject):
    """Typed doors to one small file; a value that makes no sense reads as its default. `changed(name)` after a person
    has changed one on the page of settings."""

    changed = Signal(str)

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = QSettings(file, QSettings.Format.IniFormat)

    def flag(self, name: str) -> bool:
        """One of FLAGS."""
        return str(self._file.value(name, FLAGS[name])).lower() == "true"

    def set_flag(self, name: str, value: bool) -> None:
        if value != self.flag(name):
            self._file.setValue(name, value)
            self.changed.emit(name)

    @property
    def theme(self) -> str:
        """system, dark or light."""
        return self._one_of("theme", THEMES)

    @theme.setter
    def theme(self, value: str) -> None:
        self._choose("theme", value)

    @property
    def language(self) -> str:
        """system, or an ISO 639-1 code of LANGUAGES."""
        return self._one_of("language", LANGUAGES)

    @language.setter
    def language(self, value: str) -> None:
        self._choose("language", value)

    @property
    def geometry(self) -> QByteArray:
        """Of the main window, empty at the first start."""
        value = self._file.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._file.setValue("geometry", value)

    @property
    def row_height(self) -> int:
        """Of a line of photos in pixels; 0 while nobody has chosen one."""
        value = str(self._file.value("row_height", "0"))
        return int(value) if value.isdecimal() and len(value) < 5 else 0

    @row_height.setter
    def row_height(self, value: int) -> None:
        self._file.setValue("row_height", value)

    @property
    def export_choice(self) -> str:
        """What was chosen at the last export, as JSON text; empty before the first."""
        return str(self._file.value("export_choice", ""))

    @export_choice.setter
    def export_choice(self, value: str) -> None:
        self._file.setValue("export_choice", value)

    sidebar_folded = _door("sidebar_folded")
    inspector_open = _door("inspector_open")
    model_offer_done = _door("model_offer_done")
    tour_done = _door("tour_done")
    reduced_motion = _door("reduced_motion")
    write_sidecars = _door("write_sidecars")
    auto_advance = _door("auto_advance")
    pair_raw = _door("pair_raw")
    squares = _door("squares")
    notify = _door("notify")
    tray = _door("tray")

    def save(self) -> None:
        self._file.sync()

    def _one_of(self, name: str, choices: tuple[str, ...]) -> str:
        value = str(self._file.value(name, choices[0]))
        return value if value in choices else choices[0]

    def _choose(self, name: str, value: str) -> None:
        if value != str(self._file.value(name, "")):
            self._file.setValue(name, value)
            self.changed.emit(name)
