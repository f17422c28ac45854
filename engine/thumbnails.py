"""Thumbnails on disk, named by what they show: copies of a photo share one, and a lost one is made again."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable

from engine.errors import DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT}
_UNFINISHED = b".new"
_WRITING = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class ThumbnailStore:
    """JPEG files below `folder`, in 256 x 256 subfolders, readable by their owner only."""

    def __init__(self, folder: bytes) -> None:
        """Clears away what a killed process left half written; one process at a time owns the folder."""
        self._folder = folder
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name, _UNFINISHED))

    def path(self, pixel_hash: bytes) -> bytes:
        """Where the thumbnail of this content lies, or would lie."""
        name = pixel_hash.hex().encode()
        return os.path.join(self._folder, name[:2], name + b".jpg")

    def exists(self, pixel_hash: bytes) -> bool:
        """An empty file, as a power cut leaves it, does not count."""
        try:
            return os.stat(self.path(pixel_hash)).st_size > 0
        except OSError:
            return False

    def put(self, pixel_hash: bytes, jpeg: bytes) -> None:
        """Writes a thumbnail, whole or not at all; one that is there already is replaced. Raises DiskFull.

        Not synced to disk: after a power cut a thumbnail can be missing or empty, and is then made again, while a
        sync for each would cost more than decoding the photo.
        """
        path = self.path(pixel_hash)
        try:
            self._write(path, jpeg)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise DiskFull("No room for thumbnails", path=self._folder, remedy="free some space") from error

    def remove(self, pixel_hashes: Iterable[bytes]) -> None:
        """Removes the thumbnails that are there; their subfolders stay."""
        for pixel_hash in pixel_hashes:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path(pixel_hash))

    def _write(self, path: bytes, jpeg: bytes) -> None:
        """Begun where it will lie: where many files are made and moved away, some file systems are slow to make one."""
        temporary = os.path.join(os.path.dirname(path), _UNFINISHED)
        descriptor = self._begun(temporary)
        try:
            with open(descriptor, "wb") as file:
                file.write(jpeg)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise

    def _begun(self, temporary: bytes) -> int:
        """Makes the folder where it is not there: one level, because making folders costs more than making files."""
        try:
            return os.open(temporary, _WRITING, 0o600)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(temporary), mode=0o700, exist_ok=True)
            return os.open(temporary, _WRITING, 0o600)
