"""Ctrl+C in the terminal and a polite SIGTERM close the window as its close button does."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

NUMBERS = (signal.SIGINT, signal.SIGTERM)


class QuitSignals(QObject):
    """Python runs a signal's handler only between two lines of Python: a socket wakes Qt's loop up for it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._ours, self._python_s = socket.socketpair()
        for end in (self._ours, self._python_s):
            end.setblocking(False)
        self._before = {number: signal.signal(number, self._quit) for number in NUMBERS}
        self._fd_before = signal.set_wakeup_fd(self._python_s.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(lambda: self._ours.recv(64))

    def close(self) -> None:
        """Whoever handled them before does so again."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._python_s.close()
        self.deleteLater()

    def _quit(self, _number: int, _frame: object) -> None:
        self._app.quit()
