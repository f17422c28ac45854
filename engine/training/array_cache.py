"""Arrays that took long to compute, kept in one file of a folder under the name of what they were computed from."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import numpy as np

from engine.errors import TrainingDataError


class ArrayCache:
    """One file, `kind-HASH.npz`, for one identity, which is anything JSON can write."""

    def __init__(self, folder: bytes, kind: str, identity: object) -> None:
        name = hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16).hexdigest()
        self.path = os.path.join(folder, os.fsencode(f"{kind}-{name}.npz"))
        self._kind = kind
        os.makedirs(folder, exist_ok=True)

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
        """Replaces the file as a whole."""
        temporary = self.path + b".part"
        named: dict[str, Any] = dict(arrays)
        with open(temporary, "wb") as file:
            np.savez(file, **named)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)
