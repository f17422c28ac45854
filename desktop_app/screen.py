"""Where no window can be opened, a sentence says why and what helps: Qt by itself aborts, or leaves a traceback.

Only the standard library at module level: it is asked where Qt could not even be loaded.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from desktop_app import notice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CANNOT_RUN = 3
WINDOW = {  # what Qt needs of a Linux system, and the package of Debian and Ubuntu that has it
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
REMEDY = "the command line needs no screen: afterimage --help"
_NOT_LOADED = re.compile(r"^(\S+\.so[.\d]*): cannot open shared object file")


def why_not_loaded(error: ImportError) -> str | None:
    """A sentence where a library of the system is what `error` misses; None where it is about something else."""
    missed = _NOT_LOADED.match(str(error))
    return _lacking([missed[1], *_absent(WINDOW)]) if missed else None


def application(name: str) -> QApplication:
    """The QApplication. Where Qt gives up over it, a notice says why and this process ends with status 3."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    def hear(kind: QtMsgType, context: Any, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            notice.give(why_no_window())
            os._exit(CANNOT_RUN)  # Qt aborts when this returns
        held.append(text)

    held: list[str] = []  # what Qt says before it gives up is said better below, and passed on where it does not
    before = qInstallMessageHandler(hear)
    opened = QApplication([name])
    qInstallMessageHandler(before)
    for text in held:
        print(text, file=sys.stderr)
    return opened


def why_no_window() -> str:
    """What keeps Qt from opening one, as far as it can be told."""
    if sys.platform != "linux" or (chosen := os.environ.get("QT_QPA_PLATFORM")):
        named = f" (QT_QPA_PLATFORM={chosen})" if sys.platform == "linux" else ""
        return f"Qt cannot open a window here{named} ({REMEDY})"
    screens = [(name, os.environ.get(name)) for name in ("WAYLAND_DISPLAY", "DISPLAY")]
    there = {name: value for name, value in screens if value}
    if not there:
        return f"There is no screen: neither WAYLAND_DISPLAY nor DISPLAY is set ({REMEDY})"
    needed = (WAYLAND if "WAYLAND_DISPLAY" in there else {}) | (X11 if "DISPLAY" in there else {})
    if absent := _absent(needed):
        return _lacking(absent)
    said = " and ".join(f"{name}={value}" for name, value in there.items())
    return f"The screen does not answer: {said} (is it running, and may you use it? {REMEDY})"


def _absent(libraries: dict[str, str]) -> list[str]:
    return [missed for library in libraries if (missed := _missed_by(library)) is not None]


def _missed_by(library: str) -> str | None:
    """What the loader does not find: `library`, or what that needs in its turn."""
    try:
        ctypes.CDLL(library)
    except OSError as error:  # in a frozen program, around the loader's own words
        found = _NOT_LOADED.match(str(error.__cause__ or error))
        return found[1] if found else library
    return None


def _lacking(libraries: list[str]) -> str:
    missing = list(dict.fromkeys(libraries))
    known = WINDOW | X11 | WAYLAND
    packages = list(dict.fromkeys(known[library] for library in missing if library in known))
    said = f"The window needs what this system lacks: {', '.join(missing)}"
    return f"{said} (on Debian and Ubuntu: sudo apt install {' '.join(packages)})" if packages else f"{said} ({REMEDY})"
