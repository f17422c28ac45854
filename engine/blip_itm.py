"""A ready cross-encoder: one sentence and n photos -> n scores, by BLIP's image-text matching.

Source: Li et al., "BLIP" (ICML 2022). As in its published evaluation the sentence begins with the encoder's mark, has
at most 35 word numbers, and the score is the logit of a match plus the retriever's cosine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from engine.blip_itm_network import BlipItmNetwork
from engine.config import ModelInput
from engine.matcher import MatcherCost
from engine.placed_model import PlacedModel
from engine.precision import Measured, PrecisionMemory, candidates, machine, measure
from engine.tokenizer import Tokenizer

PHOTOS_AT_ONCE = 4
PAIRS_AT_ONCE = 8
TRIAL_SENTENCE = "a dog runs over the wet sand of a beach"
TRIAL_PHOTOS = 2
_NEVER_IN_TRAINING = re.compile(r'[.!"()*#:;~]')


@dataclass(frozen=True, slots=True)
class MatcherFacts:
    """first_word: the number that takes the place of the sentence's first word, if any."""

    model_id: str
    model_input: ModelInput
    first_word: int | None = None


class BlipItm:
    """A Matcher. Vision tokens are float16[n, v, D] outside of it. Raises DeviceLost where the device stops working."""

    def __init__(
        self,
        network: BlipItmNetwork,
        tokenizer: Tokenizer,
        facts: MatcherFacts,
        *,
        device: torch.device,
        memories: tuple[PrecisionMemory, PrecisionMemory] | None = None,
    ) -> None:
        """`memories`: which number format is fastest for seeing, and for reading."""
        self.name = ""  # under which it is installed
        self.model_id = facts.model_id
        self.model_input = facts.model_input
        self.token_shape = network.token_shape
        self._first_word = facts.first_word
        self._network = network.eval()
        self._placed = PlacedModel(cast(Any, network), device)
        self._tokenizer = tokenizer
        self._memories = memories or (PrecisionMemory(None), PrecisionMemory(None))
        self._mean = torch.tensor(self.model_input.mean).view(3, 1, 1) * 255
        self._std = torch.tensor(self.model_input.std).view(3, 1, 1) * 255
        self._measured: dict[torch.device, tuple[Measured, Measured]] = {}
        self._cost: MatcherCost | None = None

    # ---- the two halves --------------------------------------------------------------------------------------

    @torch.inference_mode()
    def see(self, pixels: np.ndarray) -> np.ndarray:
        """uint8[n, R, R, 3] -> vision tokens float16[n, v, D]: all that is ever needed of these photos."""

        def work(start: int, stop: int) -> np.ndarray:
            return self._see(pixels[start:stop], self.precisions[0]).half().cpu().numpy()

        parts = self._placed.in_slices(len(pixels), PHOTOS_AT_ONCE, work)
        return np.concatenate(parts) if parts else np.zeros((0, *self.token_shape), np.float16)

    def prepare(self, sentence: str) -> Tensor:
        """What every candidate of this sentence shares: word numbers int64[1, T], cut where the sentence ends."""
        ids = self._tokenizer([_NEVER_IN_TRAINING.sub(" ", sentence)])
        length = int(ids[0].nonzero().max()) + 1 if bool(ids.any()) else 1
        ids = ids[:, :length].clone()
        if self._first_word is not None:
            ids[0, 0] = self._first_word
        return ids

    @torch.inference_mode()
    def score(self, sentence: Tensor, vision: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Of `prepare`, float16[n, v, D], float32[n] -> float32[n]: the logit of a match plus the cosine."""

        def work(start: int, stop: int) -> np.ndarray:
            first = self._read(sentence, torch.from_numpy(vision[start:stop]), self.precisions[1])
            return self._network.judge(first)[:, 1].cpu().numpy()

        parts = self._placed.in_slices(len(vision), PAIRS_AT_ONCE, work)
        logits = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return logits + np.asarray(cosines, np.float32)

    def _see(self, pixels: np.ndarray, precision: str) -> Tensor:
        device = self._placed.device
        photos = torch.from_numpy(np.array(pixels)).to(device).permute(0, 3, 1, 2).float()
        photos = (photos - self._mean.to(device)) / self._std.to(device)
        with _computed_in(precision, device):
            return self._network.see(photos).float()

    def _read(self, sentence: Tensor, vision: Tensor, precision: str) -> Tensor:
        device = self._placed.device
        with _computed_in(precision, device):
            return self._network.read(sentence.to(device), vision.to(device).float()).float()

    # ---- what it costs ---------------------------------------------------------------------------------------

    def cost(self) -> MatcherCost:
        """Measured the first time, which takes seconds on a processor: a sentence of ten words and photos of noise,
        the better of two."""
        if self._cost is None:
            self._cost = self._measure_cost()
        return self._cost

    def expect(self, cost: MatcherCost) -> None:
        """What was measured on this computer before."""
        self._cost = cost

    def _measure_cost(self) -> MatcherCost:
        photos, sentence = self._trial(), self.prepare(TRIAL_SENTENCE)
        seen = self.see(photos)
        see_s = min(_seconds(lambda: self.see(photos[:1])) for _ in range(2))
        match_s = min(_seconds(lambda: self.score(sentence, seen, np.zeros(len(seen)))) for _ in range(2))
        return MatcherCost(see_s * 1000, match_s * 1000 / len(seen))

    @property
    def precisions(self) -> tuple[str, str]:
        """The number formats for seeing and for reading, on the device where the model is now: the fastest of those
        whose vision tokens, and whose first word, agree with float32 to a cosine of 0.999."""
        while (device := self._placed.device) not in self._measured:
            seeing = self._settled(self._memories[0], self._try_seeing)
            reading = self._settled(self._memories[1], self._try_reading)
            if self._placed.device == device:  # else the trial itself found no room
                self._measured[device] = seeing, reading
        seeing, reading = self._measured[self._placed.device]
        return seeing.precision, reading.precision

    def _settled(self, memory: PrecisionMemory, see: Callable[[str], tuple[Tensor, Tensor]]) -> Measured:
        device = self._placed.device
        where = machine(device)
        known = memory.recall(where)
        if known is None:
            known = measure(see, candidates(device), lambda: _settle(device))
            if self._placed.device == device:
                memory.keep(where, known)
        return known

    def _try_seeing(self, precision: str) -> tuple[Tensor, Tensor]:
        seen = self._placed.in_slices(1, 1, lambda _start, _stop: self._see(self._trial()[:1], precision))[0]
        return seen.flatten(1), seen

    def _try_reading(self, precision: str) -> tuple[Tensor, Tensor]:
        sentence, vision = self.prepare(TRIAL_SENTENCE), torch.randn(TRIAL_PHOTOS, *self.token_shape)
        first = self._placed.in_slices(1, 1, lambda _start, _stop: self._read(sentence, vision, precision))[0]
        return first, vision

    def _trial(self) -> np.ndarray:
        size = self.model_input.size
        return np.random.default_rng(0).integers(0, 256, (TRIAL_PHOTOS, size, size, 3), np.uint8)


def _computed_in(precision: str, device: torch.device) -> torch.autocast:
    return torch.autocast(device.type, getattr(torch, precision), enabled=precision != "float32")


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
