"""How likely a photo shows a word: what the head makes of the word alone, held against other words and other photos.

Measured on dev: how well a word is matched within its sentence tells little, because the sentence speaks for it. Alone,
and in units of what things in general get with the same photo, it does. A word that says much the same of any photo
("two", "wearing", "young") is never called missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.cross_encoder import CrossEncoder

THINGS = """
dog cat horse bird bicycle motorcycle car boat surfboard skateboard snowboard frisbee ball guitar umbrella camera baby
swing slide pool ocean snow mountain helmet tent fountain rope bench bridge train flower bus wheelchair trampoline
ladder stairs microphone tunnel fire fish sheep cow elephant
"""
BEYOND = 1.0  # standard deviations above the usual thing: from here on a word is found
SURE = 2.0  # log odds for each more of them
TELLING = 0.65  # of the spread that things have over photos: from here on a word tells photos apart
FOUND = 0.5
FEWEST = 12  # photos; with fewer nobody knows which words tell photos apart


class WordStrength:
    """For one head and some photos, chosen without regard to any sentence: values int8[n, t, 256] and scales
    float16[n, t]. With few of them no word is called missing."""

    def __init__(self, head: CrossEncoder, values: np.ndarray, scales: np.ndarray) -> None:
        self._head = head
        self._others = values, scales
        self._things = THINGS.split()
        spreads = head.align(self._things, values, scales).std(1) if len(values) >= FEWEST else np.zeros(1)
        self._telling = TELLING * float(spreads.mean())

    def of(self, words: list[str], values: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Of each word in one photo, int8[1, t, 256], float16[1, t]: float32[len(words)], 0 to 1. FOUND or more means
        that it is there, as far as can be told."""
        both = self._head.align([*words, *self._things], values, scales)[:, 0]
        alone, things = both[: len(words)], both[len(words) :]
        beyond = (alone - things.mean()) / max(float(things.std()), 1e-6)
        strengths = 1 / (1 + np.exp(-SURE * np.clip(beyond - BEYOND, -9, 9)))
        return np.where(self._tell_apart(words), strengths, np.maximum(strengths, FOUND)).astype(np.float32)

    def _tell_apart(self, words: list[str]) -> np.ndarray:
        values, scales = self._others
        if len(values) < FEWEST:
            return np.zeros(len(words), bool)
        spreads: np.ndarray = self._head.align(words, values, scales).std(1)
        return spreads >= self._telling
