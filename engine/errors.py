"""What can go wrong and what to do about it.

AfterimageError                 what happened, where, and the remedy; shown to people
├── UsageError                  the request itself makes no sense (exit status 2)
├── FolderUnreachable           a folder is gone, unplugged or forbidden
├── PhotoUnreadable             one photo cannot be decoded; quarantined, never fatal
├── SidecarUnreadable           a sidecar that is there cannot be understood; its photo is fine
├── SidecarUnwritable           a sidecar cannot be written where it belongs
├── SidecarChanged              another program wrote a sidecar since it was read
├── LibraryBusy                 another process holds the library and does not answer
├── LibraryDamaged              the catalog cannot be opened or is from a newer version
│   └── CatalogCorrupt          its pages are: a copy can take its place
├── LibraryEmpty                nothing has been indexed yet
├── DiskFull                    no room for what must be written
├── ModelMissing                a model's files are not there
├── ModelAltered                a model's files do not have the expected hash
├── NoNetwork                   the server of a confirmed download cannot be reached
├── DownloadFailed              the server was reached and does not give what was asked for
├── TrainingDataError           a caption file or a split that cannot be trusted
├── SafeMode                    the engine was started with less, after it ended twice
└── EngineGone                  the engine process died or does not answer

DeviceLost                      a graphics card stopped working; only a new process can go on, so it is no Exception

Everything else is a bug and is left to crash loudly.
"""

from __future__ import annotations

import os


class AfterimageError(Exception):
    """A known failure: one sentence, the path it is about, and a remedy."""

    exit_status = 3

    def __init__(self, problem: str, *, path: bytes | str | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.path = os.fsencode(path) if path is not None else None
        self.remedy = remedy
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """One line for people: problem, path and remedy; control characters made harmless."""
        where = f": {printable(self.path)}" if self.path is not None else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.problem}{where}{remedy}"


def printable(path: bytes | str) -> str:
    """A path as text that is safe in one line of a terminal or a label; lossy where it is not UTF-8."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(ch if ch.isprintable() else f"\\x{ord(ch):02x}" for ch in text)


class UsageError(AfterimageError):
    exit_status = 2


class FolderUnreachable(AfterimageError):
    pass


class PhotoUnreadable(AfterimageError):
    """`final`: trying again changes nothing. `vanished`: the file is gone, which is no fault of the photo."""

    def __init__(
        self,
        problem: str,
        *,
        path: bytes | str | None = None,
        remedy: str = "",
        final: bool = True,
        vanished: bool = False,
    ) -> None:
        super().__init__(problem, path=path, remedy=remedy)
        self.final = final
        self.vanished = vanished


class SidecarUnreadable(AfterimageError):
    pass


class SidecarUnwritable(AfterimageError):
    pass


class SidecarChanged(AfterimageError):
    pass


class LibraryBusy(AfterimageError):
    pass


class LibraryDamaged(AfterimageError):
    pass


class CatalogCorrupt(LibraryDamaged):
    pass


class LibraryEmpty(AfterimageError):
    pass


class DiskFull(AfterimageError):
    pass


class ModelMissing(AfterimageError):
    pass


class ModelAltered(AfterimageError):
    pass


class NoNetwork(AfterimageError):
    pass


class DownloadFailed(AfterimageError):
    pass


class TrainingDataError(AfterimageError):
    pass


class SafeMode(AfterimageError):
    pass


class EngineGone(AfterimageError):
    pass


class DeviceLost(BaseException):
    """Ends the process unless it is caught by name; the window starts the engine again."""
