"""Pictures with the spectrum of photos, so that they take as long to unpack; what they show is nothing."""

from __future__ import annotations

import os

import numpy as np
from PIL import Image

EDGE_PX = 500
CONTRAST = 50.0
COLOUR = 0.2  # of a channel that is its own; photos are mostly light and shade
FALL = 1.25  # of the amplitude of a wave with its frequency: about what is seen in photos (Field, 1987)


def fill(folder: str, count: int) -> None:
    rng = np.random.default_rng(8)
    for number in range(count):
        draw(rng, EDGE_PX).save(os.path.join(folder, f"{number:04d}.jpg"), quality=88)


def draw(rng: np.random.Generator, edge_px: int) -> Image.Image:
    """3:2."""
    height, width = edge_px * 2 // 3, edge_px
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    waves[0, 0] = np.inf
    amplitudes = waves**-FALL
    light, *own = (np.fft.irfft2(amplitudes * _noise(rng, waves.shape), s=(height, width)) for _ in range(4))
    channels = [light / light.std() + COLOUR * channel / channel.std() for channel in own]
    pixels = rng.uniform(90, 160, 3) + CONTRAST * np.stack(channels, axis=-1)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _noise(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
