"""Tells when a drive was plugged in or taken away, where the system says so at once."""

from __future__ import annotations

import os
import re

from PySide6.QtCore import QFileSystemWatcher, QObject, QSocketNotifier, QTimer, Signal

QUIET_MS = 1_500  # a drive takes a moment to be readable
TABLE = "/proc/self/mounts"  # Linux: becomes exceptional, as poll calls it, with each mount (proc(5))
_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")
VOLUMES = "/Volumes"  # macOS: a folder for each drive


class MountWatcher(QObject):
    """`changed`: some drive came or went. Elsewhere than on Linux and macOS it stays silent."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.changed)
        self._table = _opened(TABLE)
        if self._table is not None:
            self._notifier = QSocketNotifier(self._table, QSocketNotifier.Type.Exception, self)
            self._notifier.activated.connect(lambda *_: self._quiet.start())
        elif os.path.isdir(VOLUMES):
            self._volumes = QFileSystemWatcher([VOLUMES], self)
            self._volumes.directoryChanged.connect(lambda _: self._quiet.start())

    def drive_of(self, folder: bytes) -> bytes:
        """Where the drive of this folder is mounted, without asking the drive; empty where no table says so."""
        if self._table is None:
            return b""
        with open(TABLE, "rb") as table:
            return drive_in(table.read(), folder)

    def close(self) -> None:
        """Hears nothing afterwards."""
        self._quiet.stop()
        if self._table is not None:
            self._notifier.setEnabled(False)
            os.close(self._table)
            self._table = None


def drive_in(table: bytes, folder: bytes) -> bytes:
    """The mount point of the folder: each is the second word of a line, spaces in it written in octal (fstab(5))."""
    words = [line.split(b" ")[1] for line in table.splitlines() if line.count(b" ") > 1]
    mounts = [_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), word) for word in words]
    return max((each for each in mounts if (folder + b"/").startswith(each.rstrip(b"/") + b"/")), key=len, default=b"")


def _opened(table: str) -> int | None:
    """None where the system has no such table."""
    try:
        return os.open(table, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
