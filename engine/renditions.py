"""Larger pictures for the preview, kept in a bounded cache of JPEG files."""

from __future__ import annotations

import os
from collections.abc import Collection

from engine.errors import DiskFull

ROOM_BYTES = 256 * 2**20


class RenditionStore:
    """Content-addressed like the thumbnails; the least recently used files go first when the room is used up."""

    def __init__(self, folder: bytes, *, room_bytes: int = ROOM_BYTES) -> None:
        self._folder = folder
        self._room_bytes = room_bytes
        os.makedirs(folder, mode=0o700, exist_ok=True)

    def find(self, pixel_hash: bytes, edge: int) -> bytes | None:
        """The path of a kept rendition, marked as used."""
        path = self._path(pixel_hash, edge)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def put(self, pixel_hash: bytes, edge: int, jpeg: bytes) -> bytes:
        """Keeps a JPEG and returns its path. Raises DiskFull."""
        path = self._path(pixel_hash, edge)
        temporary = path + b".new"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)  # somebody may empty the cache while we run
            with open(temporary, "wb", opener=_private) as file:
                file.write(jpeg)
            os.replace(temporary, path)
        except OSError as error:
            raise DiskFull("No room for the preview", path=path, remedy="free some space on this disk") from error
        self._make_room()
        return path

    def remove(self, pixel_hashes: Collection[bytes]) -> None:
        """Removes every rendition of these pixels, in one look at the folder."""
        names = {pixel_hash.hex().encode() for pixel_hash in pixel_hashes}
        try:
            found = os.listdir(self._folder)
        except FileNotFoundError:
            return
        for name in found:
            if name.partition(b"-")[0] in names:
                os.unlink(os.path.join(self._folder, name))

    def _path(self, pixel_hash: bytes, edge: int) -> bytes:
        return os.path.join(self._folder, f"{pixel_hash.hex()}-{edge}.jpg".encode())

    def _make_room(self) -> None:
        with os.scandir(self._folder) as entries:
            files = sorted((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries)
        excess = sum(size for _, size, _ in files) - self._room_bytes
        for _, size, path in files[:-1]:
            if excess <= 0:
                break
            os.unlink(path)
            excess -= size


def _private(path: str | bytes, flags: int) -> int:
    return os.open(path, flags, 0o600)
