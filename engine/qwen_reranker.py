"""A reranker that is a language model: one sentence and n photos -> n scores. Only for graphics cards.

Source: Li et al., "Qwen3-VL-Embedding and Qwen3-VL-Reranker" (2026). The question has the form of its training;
the score is the logit of "yes" less that of "no".
"""

from __future__ import annotations

import time
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.matcher import MatcherCost
from engine.placed_model import PlacedModel
from engine.qwen_reranker_network import QwenNetwork
from engine.tokenizer import Tokenizer

PHOTOS_AT_ONCE = 4
PAIRS_AT_ONCE = 8
LONGEST_SENTENCE = 600  # characters
LONGEST_QUESTION = 1_024  # word numbers: a character is one at most, save a few rare ones
LARGEST = 65_504.0  # in half precision
TRIAL_SENTENCE = "a dog runs over the wet sand of a beach"
TRIAL_PHOTOS = 2
JUDGE = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided. "
    'Note that the answer can only be "yes" or "no".'
)
TASK = "Retrieve photos that show what the query describes."
PHOTO = "<|vision_start|><|image_pad|><|vision_end|>"


def question(sentence: str) -> str:
    """As in its training, up to the word that it answers with."""
    plain = sentence[:LONGEST_SENTENCE].replace("<|", "< |")  # nobody types marks
    asked = f"<Instruct>: {TASK}<Query>:{plain}\n<Document>:{PHOTO}"
    return f"<|im_start|>system\n{JUDGE}<|im_end|>\n<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n"


class QwenReranker:
    """A Matcher. Raises DeviceLost where the device stops working."""

    def __init__(
        self,
        network: QwenNetwork,
        description: str,
        *,
        model_id: str,
        model_input: ModelInput,
        device: torch.device,
    ) -> None:
        """`description`: the text of its tokenizer.json. Raises ValueError where that is none."""
        self.name = ""
        self.model_id = model_id
        self.model_input = model_input
        self.token_shape = network.token_shape
        self._network = network.eval()
        self._placed = PlacedModel(cast(Any, network), device)
        self._tokenizer = Tokenizer(description, context_length=LONGEST_QUESTION)
        self._mean = torch.tensor(model_input.mean).view(3, 1, 1) * 255
        self._std = torch.tensor(model_input.std).view(3, 1, 1) * 255
        self._cost: MatcherCost | None = None

    @torch.inference_mode()
    def see(self, pixels: np.ndarray) -> np.ndarray:
        """uint8[n, R, R, 3] -> vision tokens float16[n, v, D]."""

        def work(start: int, stop: int) -> np.ndarray:
            device = self._placed.device
            photos = torch.from_numpy(np.array(pixels[start:stop])).to(device).permute(0, 3, 1, 2).float()
            seen = self._network.see((photos - self._mean.to(device)) / self._std.to(device))
            return seen.float().clamp(-LARGEST, LARGEST).half().cpu().numpy()

        parts = self._placed.in_slices(len(pixels), PHOTOS_AT_ONCE, work)
        return np.concatenate(parts) if parts else np.zeros((0, *self.token_shape), np.float16)

    def prepare(self, sentence: str) -> Tensor:
        """The question about a photo: word numbers int64[1, T], without padding."""
        ids = self._tokenizer([question(sentence)])
        return ids[:, : int(ids[0].nonzero().max()) + 1]

    @torch.inference_mode()
    def score(self, sentence: Tensor, vision: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Of `prepare`, float16[n, v, D], float32[n] -> float32[n]; the cosines have no share in it."""

        def work(start: int, stop: int) -> np.ndarray:
            device = self._placed.device
            logits = self._network.read(sentence.to(device), torch.from_numpy(vision[start:stop]).to(device))
            return logits.cpu().numpy()

        parts = self._placed.in_slices(len(vision), PAIRS_AT_ONCE, work)
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def cost(self) -> MatcherCost:
        """Measured the first time: a sentence of ten words and photos of noise, the better of two."""
        if self._cost is None:
            size = self.model_input.size
            photos = np.random.default_rng(0).integers(0, 256, (TRIAL_PHOTOS, size, size, 3), np.uint8)
            sentence, seen = self.prepare(TRIAL_SENTENCE), self.see(photos)
            see_s, match_s = [], []
            for _ in range(2):
                started = time.perf_counter()
                self.see(photos[:1])
                saw = time.perf_counter()
                self.score(sentence, seen, np.zeros(len(seen)))
                see_s.append(saw - started)
                match_s.append((time.perf_counter() - saw) / len(seen))
            self._cost = MatcherCost(1000 * min(see_s), 1000 * min(match_s))
        return self._cost

    def expect(self, cost: MatcherCost) -> None:
        self._cost = cost
