"""The kernel's lock that says who owns a library. It vanishes with its process, however that dies."""

from __future__ import annotations

import contextlib
import errno
import os
import sys

from engine.errors import DiskFull, LibraryBusy, LibraryDamaged

if sys.platform == "win32":
    import msvcrt

    _BYTE = 2**30  # beyond the process id, so that others can still read that

    def _lock(fd: int) -> None:
        os.lseek(fd, _BYTE, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LibraryLock:
    """One owner per library. The file stays behind on purpose: removing it would let two processes own the library.

    The process id in it is for people only; whether the library is held is never read from it.
    """

    def __init__(self, path: bytes) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Takes the lock at once or raises LibraryBusy; LibraryDamaged where the lock file cannot be opened."""
        if self._fd is not None:
            return
        fd = self._open()
        try:
            _lock(fd)
        except OSError as error:
            owner = _owner(fd)
            os.close(fd)
            raise LibraryBusy(
                f"Another process{owner} holds this library",
                path=os.path.dirname(self._path),
                remedy="wait until it is done or close it, then try again",
            ) from error
        self._fd = fd
        with contextlib.suppress(OSError):  # a full disk must not keep anybody out: the id is only for people
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            os.write(fd, str(os.getpid()).encode())

    def release(self) -> None:
        """Gives the lock back; does nothing when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull("No room for the library", path=self._path, remedy="free some space") from error
            raise LibraryDamaged(
                f"The library cannot be opened ({(error.strerror or 'unknown reason').lower()})",
                path=self._path,
                remedy="check the permissions of this folder, or choose another with --library",
            ) from error


def _owner(fd: int) -> str:
    os.lseek(fd, 0, os.SEEK_SET)
    text = os.read(fd, 20)
    return f" ({text.decode()})" if text.isdigit() else ""
