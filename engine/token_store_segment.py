"""One file of a TokenStore: a table of row heads, then the rows, preallocated in steps."""

from __future__ import annotations

import errno
import os

import numpy as np

from engine.errors import DiskFull

SEGMENT_ROWS = 4_096
STEP_ROWS = 256  # preallocated at a time: a library of a hundred photos does not take 68 MB
ALIGN = 64
HEAD = np.dtype([("content_id", "<i8"), ("version", "<u8"), ("crc", "<u4"), ("unused", "<u4")])
TABLE_BYTES = SEGMENT_ROWS * HEAD.itemsize
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Segment:
    """Up to SEGMENT_ROWS rows of `row_bytes` each, addressed by slot.

    The heads lie together so that opening reads 96 kB a segment instead of a page of every row. Rows are read with
    pread, not through a map: a disk error or a file cut short is an error then, where a map would kill the process.
    """

    def __init__(self, path: bytes, row_bytes: int) -> None:
        self.path = path
        self._row_bytes = row_bytes
        self._stride = -(-row_bytes // ALIGN) * ALIGN
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        try:
            self._fd = os.open(path, flags, 0o600)
        except OSError as error:
            raise self._explained(error) from error
        rows = (os.fstat(self._fd).st_size - TABLE_BYTES) // self._stride
        self.rows = max(0, min(rows, SEGMENT_ROWS))

    def heads(self) -> np.ndarray:
        """HEAD[rows] of the slots that are allocated."""
        return np.frombuffer(self._read(0, self.rows * HEAD.itemsize), HEAD)

    def grow(self) -> range:
        """Preallocates the next slots and returns them. Raises DiskFull."""
        first, end = self.rows, min(self.rows + STEP_ROWS, SEGMENT_ROWS)
        start = TABLE_BYTES + first * self._stride if first else 0
        try:
            _allocate(self._fd, start, TABLE_BYTES + end * self._stride - start)
        except OSError as error:
            raise self._explained(error) from error
        self.write_heads(first, np.zeros(end - first, HEAD))
        self.rows = end
        return range(first, end)

    def write_row(self, slot: int, row: memoryview) -> None:
        """Raises DiskFull."""
        self._write(TABLE_BYTES + slot * self._stride, row)

    def write_heads(self, slot: int, heads: np.ndarray) -> None:
        """The heads of neighbouring slots from `slot` on."""
        self._write(slot * HEAD.itemsize, memoryview(heads.tobytes()))

    def read_row(self, slot: int) -> bytes:
        """Shorter than row_bytes where the file is."""
        return self._read(TABLE_BYTES + slot * self._stride, self._row_bytes)

    def head_at(self, slot: int) -> tuple[int, int, int]:
        """(content id, version, checksum); zeros where the file is too short."""
        read = self._read(slot * HEAD.itemsize, HEAD.itemsize)
        return tuple(np.frombuffer(read, HEAD)[0].item()[:3]) if len(read) == HEAD.itemsize else (0, 0, 0)

    def sync(self) -> None:
        os.fsync(self._fd)

    def close(self) -> None:
        os.close(self._fd)

    def _read(self, offset: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._fd, size, offset)
        os.lseek(self._fd, offset, os.SEEK_SET)
        return os.read(self._fd, size)

    def _write(self, offset: int, data: memoryview) -> None:
        try:
            while data:
                written = self._write_some(offset, data)
                offset, data = offset + written, data[written:]
        except OSError as error:
            raise self._explained(error) from error

    def _write_some(self, offset: int, data: memoryview) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._fd, data, offset)
        os.lseek(self._fd, offset, os.SEEK_SET)
        return os.write(self._fd, data)

    def _explained(self, error: OSError) -> Exception:
        if error.errno in _NO_ROOM:
            remedy = "free some space, then try again"
            return DiskFull("No room for the reranker's tokens", path=self.path, remedy=remedy)
        return error


def _allocate(fd: int, offset: int, size: int) -> None:
    """Real room on the disk: a sparse file would fail only when it is written to."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, offset, size)
        return
    os.lseek(fd, offset, os.SEEK_SET)
    for start in range(0, size, 2**20):
        os.write(fd, bytes(min(2**20, size - start)))
