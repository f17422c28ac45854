"""Opens a photo file once, safely: no link is followed, nothing blocks, and what is read is known to be whole."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import PhotoUnreadable

FILE_LIMIT_BYTES = 512 * 2**20
# O_NONBLOCK: opening a FIFO that took the photo's name must not wait for a writer
_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _flag, 0)

_GONE = {errno.ENOENT, errno.ENOTDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """All bytes of a file and their BLAKE2b-256 hash, with the size and time that held before and after reading."""

    path: bytes
    data: bytes
    hash: bytes
    size: int
    mtime_ns: int


def open_photo(path: bytes) -> int:
    """A descriptor for `read_photo_file`. Never waits for a writer, and follows no link. Raises OSError."""
    return os.open(path, _OPEN_FLAGS)


def read_photo_file(path: bytes, opening: Callable[[], int] | None = None) -> PhotoFile:
    """Reads a regular file of at most 512 MB; `opening` gives it where it was opened elsewhere.

    Raises PhotoUnreadable, not final where another try may help.
    """
    try:
        descriptor = opening() if opening is not None else open_photo(path)
        with io.FileIO(descriptor) as file:
            before = os.fstat(descriptor)
            _refuse_odd_files(path, before)
            data = file.read(before.st_size + 1)
            after = os.fstat(descriptor)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) != after.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise PhotoUnreadable(
            "The file is still being written", path=path, remedy="it is tried again when it is complete", final=False
        )
    digest = hashlib.blake2b(data, digest_size=32).digest()
    return PhotoFile(path, data, digest, after.st_size, after.st_mtime_ns)


def _refuse_odd_files(path: bytes, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise PhotoUnreadable("This is not a regular file", path=path)
    if status.st_size > FILE_LIMIT_BYTES:
        limit = FILE_LIMIT_BYTES // 2**20
        raise PhotoUnreadable(f"The file is larger than {limit} MB", path=path, remedy="export a smaller copy")
    if status.st_size == 0:
        raise PhotoUnreadable("The file is empty", path=path, remedy="copy it again from its source")


def _unreadable(path: bytes, error: OSError) -> PhotoUnreadable:
    if error.errno in _GONE:
        return PhotoUnreadable("The file is gone", path=path, final=False, vanished=True)
    if error.errno in _FORBIDDEN:
        remedy = "allow your account to read it"
        return PhotoUnreadable("The file may not be read", path=path, remedy=remedy, final=False)
    if error.errno == errno.ELOOP:
        return PhotoUnreadable("This is a link, not a photo", path=path)
    if error.errno in (errno.ENXIO, errno.EISDIR):
        return PhotoUnreadable("This is not a regular file", path=path)
    remedy = "check the drive and try again"
    return PhotoUnreadable(f"The file cannot be read ({error.strerror})", path=path, remedy=remedy, final=False)
