"""Messages of the desktop for those who went elsewhere while something long was going on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QWidget

from desktop_app.other_programs import as_others
from desktop_app.settings import Settings
from desktop_app.translation import tr
from desktop_app.wording import counted
from engine.messages import IndexProgress

LONG_S = 20.0  # whoever waits a shorter while is still here
APP = "Afterimage"

Send = Callable[[str], None]


class Notifier(QObject):
    """Says it by `send`, and only while the window is not the one that is worked in."""

    def __init__(
        self, window: QWidget, settings: Settings, send: Send, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._send, self._clock = window, settings, send, clock
        self._since: float | None = None
        self._first = 0

    def hear(self, progress: IndexProgress) -> None:
        """Indexing begins with the first photo that waits and ends with the last."""
        if progress.pending and self._since is None:
            self._since, self._first = self._clock(), progress.ready
        elif not progress.pending and not progress.scanning and self._since is not None:
            took_s, self._since = self._clock() - self._since, None
            if took_s >= LONG_S and progress.ready > self._first:
                self.tell(tr("%s can be searched now.") % counted(progress.ready, "photo"))

    def tell(self, text: str) -> None:
        if self._settings.notify and not self._window.isActiveWindow():
            self._send(text)


def send_by_desktop(text: str) -> None:
    """Through the desktop's own program where it has one; a desktop without is not told."""
    program = shutil.which("notify-send")
    if program is not None:
        with as_others():
            about = ["--app-name", APP, "--icon", "io.github.afterimage.Afterimage"]
            QProcess.startDetached(program, [*about, APP, text])
