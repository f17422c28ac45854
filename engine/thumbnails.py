"""Thumbnails on disk, named by what they show: copies of a photo share one, and a lost one is made again."""

from __future__ import annotations

import errno
import os
import tempfile

from engine.errors import DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT}


class ThumbnailStore:
    """JPEG files below `folder`, in 256 x 256 subfolders, readable by their owner only."""

    def __init__(self, folder: bytes) -> None:
        self._folder = folder

    def path(self, pixel_hash: bytes) -> bytes:
        """Where the thumbnail of this content lies, or would lie."""
        name = pixel_hash.hex().encode()
        return os.path.join(self._folder, name[:2], name[2:4], name + b".jpg")

    def exists(self, pixel_hash: bytes) -> bool:
        return os.path.exists(self.path(pixel_hash))

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

    def remove(self, pixel_hash: bytes) -> None:
        """Removes a thumbnail if it is there; its subfolders stay."""
        try:
            os.unlink(self.path(pixel_hash))
        except FileNotFoundError:
            return

    def _write(self, path: bytes, jpeg: bytes) -> None:
        folder = os.path.dirname(path)
        try:
            descriptor, temporary = tempfile.mkstemp(prefix=b".new-", suffix=b"", dir=folder)
        except FileNotFoundError:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=b".new-", suffix=b"", dir=folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(jpeg)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
