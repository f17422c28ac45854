"""What BLIP saw in photos, on the disk: half a megabyte and more a photo, for those who want the time more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from engine.bi_encoder import quantise, restore
from engine.token_store import TokenStore

if TYPE_CHECKING:
    from engine.matcher import Matcher

Form = Literal["float16", "int8"]


def bytes_per_photo(token_shape: tuple[int, int], form: Form) -> int:
    """What a photo takes on the disk: 887,426 bytes in float16 and 444,290 in int8 with BLIP-ITM base."""
    tokens, width = token_shape
    return tokens * ((2 if form == "float16" else 1) * width + 2)


class VisionStore:
    """Vision tokens on the disk. The library owns the photos: forget what it forgets."""

    def __init__(self, folder: bytes, matcher: Matcher, form: Form) -> None:
        """Opens or makes the store; another form is another store in the same folder. Raises DiskFull."""
        self._form = form
        tokens, width = matcher.token_shape
        row = 2 * width if form == "float16" else width
        self._store = TokenStore(folder, tokens, row, f"{matcher.model_id}\n{form}")

    def ids(self) -> np.ndarray:
        """int64[n], ascending."""
        return self._store.ids()

    def lacking(self, content_ids: Sequence[int]) -> set[int]:
        return self._store.lacking(content_ids)

    def put(self, content_ids: Sequence[int], vision: np.ndarray) -> None:
        """float16[n, v, D]. Raises DiskFull."""
        if self._form == "float16":
            values = np.ascontiguousarray(vision, "<f2").view(np.int8)
            scales = np.ones(vision.shape[:2], np.float16)
        else:
            values, scales = (part.numpy() for part in quantise(torch.from_numpy(vision).float()))
        self._store.put(np.array(content_ids, np.int64), values, scales)

    def get(self, content_ids: Sequence[int]) -> dict[int, np.ndarray]:
        """float16[v, D] of those that are there and whole."""
        values, scales, present = self._store.get(np.array(content_ids, np.int64))
        if self._form == "float16":
            vision = np.ascontiguousarray(values).view("<f2")
        else:
            vision = restore(torch.from_numpy(values), torch.from_numpy(scales)).half().numpy()
        return {content: vision[place] for place, content in enumerate(content_ids) if present[place]}

    def remove(self, content_ids: Sequence[int]) -> None:
        self._store.remove(content_ids)

    def close(self) -> None:
        self._store.close()
