"""What it takes to prepare a library for a model, measured on a few of its own photos."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable
from engine.token_store import row_bytes
from engine.vector_index import vector_bytes

if TYPE_CHECKING:
    from engine.model_store import LoadedModel

SAMPLE = 12
AT_ONCE = 4  # photos in one forward pass
CATALOG_BYTES = 56  # of an embedding beside its vector


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """`photos` are those that the model does not know yet; what cannot be known is None, and `reason` says why."""

    photos: int
    photos_per_s: float | None = None
    seconds: float | None = None
    bytes: int | None = None
    reason: str = ""


def estimate(loaded: LoadedModel, paths: Sequence[bytes], photos: int, *, cores: int, workers: int) -> ModelEstimate:
    """Decodes and encodes the given photos, some seconds of work; touches nothing but its arguments.

    Photos/s with `workers` decoders beside the model on `cores`: 1 / (decoding / cores + forward pass), or as fast as
    the decoders are.
    """
    model_input = loaded.bi_encoder.model_input
    pixels: list[bytes] = []
    started = time.thread_time()
    for path in paths:
        try:
            pixels.append(load_pixels(path, model_input))
        except PhotoUnreadable:
            continue
    needed = _bytes(loaded, photos)
    if not pixels:
        return ModelEstimate(photos, bytes=needed, reason="none of the photos could be opened")
    decode_s = (time.thread_time() - started) / len(pixels)
    forward_s = _forward_s(loaded, pixels)
    rate = min(1 / (decode_s / cores + forward_s), workers / max(decode_s, 1e-6))
    return ModelEstimate(photos, rate, photos / rate, needed)


def estimating(
    load: Callable[[], LoadedModel], paths: Sequence[bytes], photos: int, *, workers: int
) -> Callable[[], ModelEstimate]:
    """`estimate` for later, perhaps in another thread: it loads the model first. Raises what loading raises."""
    if not paths:
        return partial(ModelEstimate, photos, reason="there are no photos to measure with")
    return lambda: estimate(load(), paths, photos, cores=os.cpu_count() or 1, workers=workers)


def _forward_s(loaded: LoadedModel, pixels: Sequence[bytes]) -> float:
    """Seconds a photo, the first pass left out."""
    size = loaded.bi_encoder.model_input.size
    photos = np.stack([np.frombuffer(each, np.uint8).reshape(size, size, 3) for each in pixels])
    loaded.bi_encoder.encode_images(photos[:AT_ONCE])
    started = time.perf_counter()
    for start in range(0, len(photos), AT_ONCE):
        loaded.bi_encoder.encode_images(photos[start : start + AT_ONCE])
    return (time.perf_counter() - started) / len(photos)


def _bytes(loaded: LoadedModel, photos: int) -> int:
    dimension = loaded.bi_encoder.dimension
    each = 2 * dimension + CATALOG_BYTES + vector_bytes(dimension, photos)
    if loaded.token_shape is not None:
        each += row_bytes(*loaded.token_shape)
    return photos * each
