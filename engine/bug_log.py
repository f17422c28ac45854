"""What went wrong inside, for whoever mends it: kinds of errors and places in our code, never what they were about.

No path, no sentence and no name is written: messages of errors are left out, and of files only those of the program.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import time
import traceback
from typing import IO

LARGEST_BYTES = 5 * 2**20  # of each of two files
_NAME = b"bugs.log"


class BugLog:
    """Two files in a folder of their own, readable by their owner only. Nothing here raises: it is no time for that."""

    def __init__(self, folder: bytes) -> None:
        self._folder = folder
        self._crashes: IO[bytes] | None = None

    def record(self) -> None:
        """The exception that is being handled, here and to whoever reads the standard error output."""
        told = privately(sys.exception())
        print(told, file=sys.stderr, end="")
        with contextlib.suppress(OSError), self._open() as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {told}".encode("utf-8", "replace"))

    def watch_crashes(self) -> None:
        """From now on a crash in a library's own code leaves its stack here."""
        with contextlib.suppress(OSError):
            self._crashes = self._open()
            faulthandler.enable(self._crashes)

    def close(self) -> None:
        if self._crashes is not None:
            faulthandler.disable()
            self._crashes.close()
            self._crashes = None

    def _open(self) -> IO[bytes]:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        path = os.path.join(self._folder, _NAME)
        with contextlib.suppress(FileNotFoundError):
            if os.path.getsize(path) >= LARGEST_BYTES:
                os.replace(path, path + b".1")
        return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0)


def privately(error: BaseException | None) -> str:
    """Kind and places of an error and of those that led to it, the innermost last."""
    lines: list[str] = []
    while error is not None:
        lines.append(f"{type(error).__name__}")
        for frame in traceback.extract_tb(error.__traceback__):
            lines.append(f"  {os.path.basename(frame.filename)}:{frame.lineno} {frame.name}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines) + "\n"
