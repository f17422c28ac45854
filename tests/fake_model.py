"""A small real model without torch: it knows the colours of photos. Counts what it encodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.calibration import Calibration
from engine.config import ModelInput

SIZE, DIMENSION, TOKENS, WIDTH = 32, 8, 4, 16
COLOURS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "white": (1, 1, 1), "black": (-1, -1, -1)}


@dataclass(frozen=True)
class FakeTokens:
    values: np.ndarray
    scales: np.ndarray


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


class FakeBiEncoder:
    """Embedding: mean colour around grey, and the contrast between the photo's halves."""

    model_id = "fake"
    dimension = DIMENSION
    model_input = ModelInput(SIZE)
    precision = "fp32"
    knows_words = True
    device = "cpu"

    def __init__(self) -> None:
        self.encoded = 0

    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, FakeTokens]:
        assert pixels.dtype == np.uint8
        assert pixels.shape[1:] == (SIZE, SIZE, 3)
        self.encoded += len(pixels)
        rows = np.zeros((len(pixels), DIMENSION), np.float32)
        rows[:, :3] = pixels.mean((1, 2)) / 127.5 - 1
        rows[:, 3:6] = (pixels[:, : SIZE // 2].mean((1, 2)) - pixels[:, SIZE // 2 :].mean((1, 2))) / 1000
        rows[:, 6] = 1e-3
        values = np.zeros((len(pixels), TOKENS, WIDTH), np.int8)
        values[:, 0, :3] = (pixels.mean((1, 2)) / 2).astype(np.int8)
        return unit(rows), FakeTokens(values, np.ones((len(pixels), TOKENS), np.float16))

    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        rows = np.zeros((len(sentences), DIMENSION), np.float32)
        rows[:, 6] = 1e-3
        for row, sentence in zip(rows, sentences, strict=True):
            for word in sentence.split():
                row[:3] += COLOURS.get(word, (0, 0, 0))
        return unit(rows)

    def unknown_words(self, sentence: str) -> list[str]:
        return [word for word in sentence.split() if word not in COLOURS]


class FakeCrossEncoder:
    """Prefers dark photos, whatever the sentence: so that a rerank is seen."""

    at_once = 25

    def prepare(self, sentence: str) -> str:
        return sentence

    def score(self, state: str, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return -values[:, 0, :3].astype(np.float32).sum(-1)


@dataclass(frozen=True)
class FakeLoadedModel:
    bi_encoder: FakeBiEncoder = field(default_factory=FakeBiEncoder)
    cross_encoder: FakeCrossEncoder | None = field(default_factory=FakeCrossEncoder)
    name: str = "fake"
    model_id: str = "fake"
    token_shape: tuple[int, int] | None = (TOKENS, WIDTH)
    token_version: str = "fake-1"
    head: str = "fake-head"
    calibration: Calibration | None = None
    matcher: Any = None
    light: bool = False


class FakeModels:
    """Loads the same fake every time; `loads` counts."""

    def __init__(self) -> None:
        self.model = FakeLoadedModel()
        self.loads = 0

    def load(self, name: str) -> FakeLoadedModel:
        self.loads += 1
        return self.model
