"""Photos and sentences to unit vectors in one space; photos also to the tokens that the cross-encoder reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.joint_model import TOKEN_WIDTH, JointModel
from engine.known_words import KnownWords
from engine.placed_model import PlacedModel
from engine.precision import Measured, PrecisionMemory, candidates, machine, measure
from engine.tokenizer import Tokenizer

PHOTOS_AT_ONCE = 32
LEAST_IN_PART, MOST_IN_PART = 4, 16  # of these, for each thread of a processor
SENTENCES_AT_ONCE = 256
TRIAL_PHOTOS = 4


@dataclass(frozen=True, slots=True)
class Tokens:
    """values: int8[n, t, 256]; scales: float16[n, t]. A token is its values times its scale."""

    values: np.ndarray
    scales: np.ndarray


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model is to others: its identity, what it wants to see, and the words that it met in training."""

    model_id: str
    model_input: ModelInput
    known_words: frozenset[str] = field(default=frozenset(), repr=False)


class BiEncoder:
    """The twin towers of one model. Raises DeviceLost where the device stops working."""

    def __init__(
        self, placed: PlacedModel, tokenizer: Tokenizer, facts: ModelFacts, *, memory: PrecisionMemory | None = None
    ) -> None:
        self.model_id = facts.model_id
        self.model_input = facts.model_input
        self._known_words = KnownWords(facts.known_words)
        self._placed = placed
        self._tokenizer = tokenizer
        self._memory = memory or PrecisionMemory(None)
        size = self.model_input.size
        self._mean = (torch.tensor(self.model_input.mean) * 255).repeat(size)
        self._std = (torch.tensor(self.model_input.std) * 255).repeat(size)
        placed.model.clip.visual.to(memory_format=torch.channels_last)
        self._measured: dict[torch.device, Measured] = {}
        measured = self._here()
        self.token_count, self.dimension = measured.tokens, measured.dimension

    @property
    def network(self) -> JointModel:
        """The network itself, where it is now: for a training."""
        return self._placed.model

    @property
    def tokenizer(self) -> Tokenizer:
        return self._tokenizer

    @property
    def precision(self) -> str:
        """How photos are computed where the model is now: "float32", "bfloat16" or "float16"."""
        return self._here().precision

    @property
    def device(self) -> str:
        """Where the model is now, as torch names it."""
        return str(self._placed.device)

    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, Tokens]:
        """uint8[n, R, R, 3] -> float32[n, d], unit length, and the tokens of each photo, in one pass."""
        slices = self._placed.in_slices(
            len(pixels), PHOTOS_AT_ONCE, lambda start, stop: self._encode_at_once(pixels[start:stop])
        )
        parts = [part for parts in slices for part in parts]
        if not parts:
            nothing = Tokens(
                np.zeros((0, self.token_count, TOKEN_WIDTH), np.int8), np.zeros((0, self.token_count), np.float16)
            )
            return np.zeros((0, self.dimension), np.float32), nothing
        embeddings, values, scales = (np.concatenate(part) for part in zip(*parts, strict=True))
        return embeddings, Tokens(values, scales)

    def _encode_at_once(self, pixels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Embeddings, values and scales, in one part or several."""
        precision = self._here().precision

        @torch.inference_mode()  # which each thread has to enter
        def work(start: int, stop: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            embeddings, tokens = self._see(pixels[start:stop], precision)
            values, scales = quantise(tokens)
            return embeddings.cpu().numpy(), values.cpu().numpy(), scales.cpu().numpy()

        if not self._placed.model.sees_in_small_layers:
            return [work(0, len(pixels))]
        return self._placed.in_parts(len(pixels), work, least=LEAST_IN_PART, most=MOST_IN_PART)

    @torch.inference_mode()
    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        """-> float32[n, d], unit length. Any text will do: what is beyond the context length is cut."""

        def work(start: int, stop: int) -> np.ndarray:
            ids = self._tokenizer(sentences[start:stop]).to(self._placed.device)
            return self._placed.model.read(ids, to_rerank=False).embedding.cpu().numpy()

        parts = self._placed.in_slices(len(sentences), SENTENCES_AT_ONCE, work)
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    @property
    def knows_words(self) -> bool:
        """Whether it is known which words the model met in training."""
        return bool(self._known_words)

    def unknown_words(self, sentence: str) -> list[str]:
        """As KnownWords says."""
        return self._known_words.unknown(sentence)

    def _see(self, pixels: np.ndarray, precision: str) -> tuple[Tensor, Tensor]:
        device = self._placed.device
        rows = torch.from_numpy(np.require(pixels, requirements="W")).to(device).flatten(2).float()  # [n, R, R * 3]
        rows.sub_(self._mean.to(device)).div_(self._std.to(device))  # of rows, as three numbers are not vectorised
        photos = rows.view(pixels.shape).permute(0, 3, 1, 2)  # NHWC in memory: channels last
        with torch.autocast(device.type, getattr(torch, precision), enabled=precision != "float32"):
            embeddings, tokens = self._placed.model.see(photos)
        return embeddings.float(), tokens.float()

    def _here(self) -> Measured:
        """What was measured on the device where the model is now, or is measured now."""
        while self._placed.device not in self._measured:
            device = self._placed.device
            where = machine(device)
            measured = self._memory.recall(where)
            if measured is None:
                measured = self._measure()
                if self._placed.device != device:  # the trial itself found no room
                    continue
                self._memory.keep(where, measured)
            self._measured[device] = measured
        return self._measured[self._placed.device]

    @torch.inference_mode()
    def _measure(self) -> Measured:
        size = self.model_input.size
        trial = np.random.default_rng(0).integers(0, 256, (TRIAL_PHOTOS, size, size, 3), np.uint8)

        def see(precision: str) -> tuple[Tensor, Tensor]:
            return self._placed.in_slices(1, 1, lambda _start, _stop: self._see(trial, precision))[0]

        def settle() -> None:
            if self._placed.device.type == "cuda":
                torch.cuda.synchronize(self._placed.device)

        return measure(see, candidates(self._placed.device), settle)


def quantise(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """float[n, t, 256] -> int8[n, t, 256] and float16[n, t]: the largest value of a token becomes 127."""
    scales = (tokens.abs().amax(-1) / 127).clamp(min=1e-4).half()
    return (tokens / scales.float()[..., None]).round().clamp(-127, 127).to(torch.int8), scales


def restore(values: Tensor, scales: Tensor) -> Tensor:
    """The tokens again: float32[n, t, 256]."""
    return values.float() * scales.float()[..., None]
