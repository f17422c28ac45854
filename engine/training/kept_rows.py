"""Rows of numbers that are dear to compute, kept on disk; filling goes on where it was stopped."""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import DiskFull
from engine.training.progress import written

DONE = "rows.json"
ROWS_AT_ONCE = 64
SPARE_BYTES = 200 * 2**20  # for everything else that is written
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RowKind:
    """One array: what each row is, and its type."""

    shape: tuple[int, ...]
    dtype: str


class KeptRows:
    """Arrays of one folder with a row for each photo, mapped, not loaded."""

    def __init__(self, folder: Path, kinds: dict[str, RowKind], count: int) -> None:
        """Opens what is there, or makes room for it. Raises DiskFull before anything is computed."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._count = folder, count
        self.arrays = {name: _opened(folder / f"{name}.npy", kind, count) for name, kind in kinds.items()}

    @property
    def done(self) -> int:
        """How many rows, from the first on, are there."""
        path = self._folder / DONE
        return int(json.loads(path.read_text())["done"]) if path.exists() else 0

    def fill(self, make: Callable[[range], dict[str, np.ndarray]], *, label: str, progress: Progress) -> None:
        """`make` computes some rows of every array; what is there already is not asked for again."""
        for rows in _parts(self.done, self._count):
            for name, values in make(rows).items():
                self.arrays[name][rows.start : rows.stop] = values
            for array in self.arrays.values():
                array.flush()
            note = json.dumps({"done": rows.stop})
            written(self._folder / DONE, lambda path, note=note: path.write_text(note))  # type: ignore[misc]
            progress(label, rows.stop, self._count)


def _parts(start: int, end: int) -> Iterator[range]:
    for first in range(start, end, ROWS_AT_ONCE):
        yield range(first, min(first + ROWS_AT_ONCE, end))


def _opened(path: Path, kind: RowKind, count: int) -> np.memmap:
    if path.exists():
        return np.lib.format.open_memmap(path, "r+")
    size = count * math.prod(kind.shape) * np.dtype(kind.dtype).itemsize
    if size + SPARE_BYTES > shutil.disk_usage(path.parent).free:
        raise _full(path, size)
    # Under another name until there is room for all of it: writing a sparse map on a full disk kills the process.
    part = path.with_name(path.name + ".part")
    array = np.lib.format.open_memmap(part, "w+", np.dtype(kind.dtype), (count, *kind.shape))
    array.flush()
    _take_room(part, size)
    part.replace(path)
    return array


def _take_room(path: Path, size: int) -> None:
    if not hasattr(os, "posix_fallocate"):
        return
    with path.open("r+b") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            path.unlink()
            raise _full(path, size) from error


def _full(path: Path, size: int) -> DiskFull:
    problem = f"there is no room for {size / 2**30:,.1f} GB that a training keeps"
    return DiskFull(problem, path=os.fsencode(path.parent), remedy="name a --cache on another disk")
