"""Arrays that took long to compute, kept in one file of a folder under the name of what they were computed from."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from typing import Any

import numpy as np

from engine.errors import DiskFull, TrainingDataError


class ArrayCache:
    """One file, `kind-HASH.npz`, for one identity, which is anything JSON can write.

    Raises TrainingDataError where the folder cannot be made.
    """

    def __init__(self, folder: bytes, kind: str, identity: object) -> None:
        name = hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()
        self.path = os.path.join(folder, os.fsencode(f"{kind}-{name}.npz"))
        self._kind = kind
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            problem = f"no folder for a cache can be made here: {error.strerror}"
            raise TrainingDataError(problem, path=folder, remedy="name another one") from error

    def load(self) -> dict[str, np.ndarray] | None:
        """None where there is none yet. Raises TrainingDataError where the file is damaged."""
        if not os.path.exists(self.path):
            return None
        try:
            with np.load(os.fsdecode(self.path), allow_pickle=False) as parts:
                return {name: parts[name] for name in parts.files}
        except Exception as error:  # zipfile, zlib, numpy: each has its own kinds
            problem = f"the cached {self._kind} are damaged"
            raise TrainingDataError(problem, path=self.path, remedy="delete the file") from error

    def save(self, arrays: dict[str, np.ndarray]) -> None:
        """Replaces the file as a whole. Raises DiskFull, or TrainingDataError where it cannot be written."""
        temporary = self.path + b".part"
        named: dict[str, Any] = dict(arrays)
        try:
            with open(temporary, "wb") as file:
                np.savez(file, **named)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                os.unlink(temporary)
                raise DiskFull("There is no room for a cache", path=self.path, remedy="free some space") from error
            problem = f"a cache cannot be written: {error.strerror}"
            raise TrainingDataError(problem, path=self.path, remedy="name another folder") from error
