"""Photos as the decoder gives them, and how tests look at them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from engine.config import ModelInput
from engine.decoder import decode
from engine.errors import PhotoUnreadable
from engine.photo import DecodedPhoto, DecodeTask

INPUT = ModelInput(64)


def opened(path: Path | str, model_input: ModelInput = INPUT) -> DecodedPhoto:
    photo = decode(DecodeTask(7, os.fsencode(path)), model_input)
    assert isinstance(photo, DecodedPhoto)
    return photo


def refused(path: Path, reason: str) -> PhotoUnreadable:
    with pytest.raises(PhotoUnreadable, match=reason) as failure:
        opened(path)
    assert failure.value.path == os.fsencode(path)
    return failure.value


def pixels(photo: DecodedPhoto, size: int = 64) -> Image.Image:
    return Image.frombytes("RGB", (size, size), photo.pixels)


def thumbnail(photo: DecodedPhoto) -> Image.Image:
    return Image.open(io.BytesIO(photo.thumbnail))


def is_upright(image: Image.Image) -> bool:
    """The drawn scene: red in the upper left corner, blue at the bottom, neither in the upper right."""
    width, height = image.size
    red, green, _ = image.getpixel((width // 8, height // 8))  # type: ignore[misc]
    bottom = image.getpixel((width // 2, height - 1))
    right = image.getpixel((width * 7 // 8, height // 8))
    return red > 180 and green < 80 and bottom[2] > bottom[0] and right[1] > 100  # type: ignore[index]


def difference(one: Image.Image, other: Image.Image) -> float:
    pairs = zip(one.tobytes(), other.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / len(one.tobytes())
