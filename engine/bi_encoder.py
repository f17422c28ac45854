"""Photos and sentences to unit vectors in one space; photos also to the tokens that the cross-encoder reads."""

from __future__ import annotations

import math
import re
import time
import unicodedata
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.joint_model import TOKEN_WIDTH, JointModel
from engine.tokenizer import Tokenizer

PHOTOS_AT_ONCE = 32
TRIAL_PHOTOS = 4
TRIALS = 4  # the first of each also prepares its kernels
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Tokens:
    """values: int8[n, t, 256]; scales: float16[n, t]. A token is its values times its scale."""

    values: np.ndarray
    scales: np.ndarray


class BiEncoder:
    """The twin towers of one model. `precision` says how photos are computed: "float32" or "bfloat16"."""

    def __init__(
        self,
        model: JointModel,
        tokenizer: Tokenizer,
        *,
        model_input: ModelInput,
        model_id: str,
        known_words: frozenset[str] = frozenset(),
    ) -> None:
        self.model_id = model_id
        self.model_input = model_input
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._known_words = known_words
        self._mean = torch.tensor(model_input.mean).view(3, 1, 1) * 255
        self._std = torch.tensor(model_input.std).view(3, 1, 1) * 255
        self._model.clip.visual.to(memory_format=torch.channels_last)
        self.precision = "float32"
        self.precision, shape = self._choose_precision()
        self.token_count, self.dimension = shape

    @torch.inference_mode()
    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, Tokens]:
        """uint8[n, R, R, 3] -> float32[n, d], unit length, and the tokens of each photo, in one pass."""
        embeddings, values, scales = [], [], []
        for start in range(0, len(pixels), PHOTOS_AT_ONCE):
            embedding, tokens = self._see(pixels[start : start + PHOTOS_AT_ONCE])
            value, scale = quantise(tokens)
            embeddings.append(embedding.numpy())
            values.append(value.numpy())
            scales.append(scale.numpy())
        if not embeddings:
            nothing = Tokens(
                np.zeros((0, self.token_count, TOKEN_WIDTH), np.int8), np.zeros((0, self.token_count), np.float16)
            )
            return np.zeros((0, self.dimension), np.float32), nothing
        return np.concatenate(embeddings), Tokens(np.concatenate(values), np.concatenate(scales))

    @torch.inference_mode()
    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        """-> float32[n, d], unit length. Any text will do: what is beyond the context length is cut."""
        parts = [
            self._model.read(self._tokenizer(sentences[start : start + 256])).embedding.numpy()
            for start in range(0, len(sentences), 256)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    def unknown_words(self, sentence: str) -> list[str]:
        """The words of the sentence that the model never met in training, as typed; none where that is not known."""
        if not self._known_words:
            return []
        words = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", sentence)))
        return [word for word in words if not self._knows(word.lower().replace("’", "'"))]

    def _knows(self, word: str) -> bool:
        stem = word.removesuffix("'s")
        return not self._known_words.isdisjoint((word, stem, stem + "s", stem.removesuffix("s")))

    def _see(self, pixels: np.ndarray) -> tuple[Tensor, Tensor]:
        photos = torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2).float()  # NHWC in memory: channels last
        photos = (photos - self._mean) / self._std
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16"):
            embeddings, tokens = self._model.see(photos)
        return embeddings.float(), tokens.float()

    @torch.inference_mode()
    def _choose_precision(self) -> tuple[str, tuple[int, int]]:
        """Times both where the processor knows bfloat16: two to four times faster on some, slower on others."""
        size = self.model_input.size
        blank = np.zeros((TRIAL_PHOTOS, size, size, 3), np.uint8)
        embeddings, tokens = self._see(blank[:1])
        shape = (tokens.shape[1], embeddings.shape[1])
        if not torch.cpu._is_avx512_bf16_supported():
            return "float32", shape
        seconds = {"float32": math.inf, "bfloat16": math.inf}
        for _ in range(TRIALS):  # in turns, and the best of each: another program's work must not decide
            for precision, best in seconds.items():
                self.precision = precision
                started = time.perf_counter()
                self._see(blank)
                seconds[precision] = min(best, time.perf_counter() - started)
        return min(seconds, key=seconds.__getitem__), shape


def quantise(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """float[n, t, 256] -> int8[n, t, 256] and float16[n, t]: the largest value of a token becomes 127."""
    scales = (tokens.abs().amax(-1) / 127).clamp(min=1e-4).half()
    return (tokens / scales.float()[..., None]).round().clamp(-127, 127).to(torch.int8), scales


def restore(values: Tensor, scales: Tensor) -> Tensor:
    """The tokens again: float32[n, t, 256]."""
    return values.float() * scales.float()[..., None]
