"""A library whose engine ended twice while it was starting is opened a third time with less.

Safe mode loads no model, scans nothing and heeds no watcher: whatever ended the engine is most likely among them.
Photos can be browsed and tagged, and another model can be chosen. The next start is an ordinary one again.
"""

from __future__ import annotations

import contextlib
import os

from engine.errors import SafeMode

FAILED_STARTS = 2
_MARK = b"starting"


class StartMark:
    """A file beside the catalog, from when an engine begins until it works. Whoever holds the library's lock may."""

    def __init__(self, folder: bytes) -> None:
        self._path = os.path.join(folder, _MARK)
        self._begun = False

    def begin(self) -> int:
        """Returns how many starts in a row failed before this one."""
        failed = self._failed()
        with contextlib.suppress(OSError), open(self._path, "wb") as file:  # a full disk is no reason not to start
            file.write(b"%d" % (failed + 1))
        self._begun = True
        return failed

    def settle(self) -> None:
        """This start did not fail."""
        if self._begun:
            self._begun = False
            with contextlib.suppress(OSError):
                os.unlink(self._path)

    def _failed(self) -> int:
        try:
            with open(self._path, "rb") as file:
                text = file.read(9)
        except OSError:
            return 0
        return int(text) if text.isdigit() else 0


def refuse_model() -> None:
    """What loading a model does in safe mode."""
    raise SafeMode(
        "Afterimage ended twice while it was starting, and is in safe mode: photos can be browsed, not described",
        remedy="close it and open it again; if it ends again, choose another model first",
    )
