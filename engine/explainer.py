"""Why a photo matched a sentence: for each word, whether the photo shows it and where.

The place of a word is where the head's readers match it (soft maximum over the photo's tokens, see Alignment), both in
its sentence and alone; chosen by the deletion test (docs/scores.md). Whether it is there at all: see WordStrength.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.config import ModelInput
from engine.messages import WordSight
from engine.token_store import TokenStore
from engine.word_sights import Word, framed, look_for
from engine.word_strength import WordStrength

if TYPE_CHECKING:
    from engine.cross_encoder import CrossEncoder
    from engine.model_store import LoadedModel

OTHERS = 48  # photos of the library to compare with
SEED = 8
NO_HEAD = "this model cannot look closely at a photo: it has no head"
NO_PLACES = "the head of this model does not match single words with places"
NO_TOKENS = "this photo is still being prepared"


@dataclass(frozen=True, slots=True)
class Explained:
    """What Explanation says of its words; see there."""

    words: tuple[WordSight, ...] = ()
    missing: str = ""
    unexplained: str = ""


class Explainer:
    """Of one model at work on a library. The photos to compare with are drawn once, and again when the library has
    doubled."""

    def __init__(self, loaded: LoadedModel, tokens: TokenStore | None) -> None:
        self._cross_encoder = loaded.cross_encoder
        self._bi_encoder = loaded.bi_encoder
        self._tokens = tokens
        self._strength: WordStrength | None = None
        self._drawn_from = 0

    def explain(self, sentence: str, content_id: int, *, size: tuple[int, int]) -> Explained:
        """`size`: width and height of the upright photo. Takes tens of milliseconds. Raises DeviceLost."""
        head, tokens = self._cross_encoder, self._tokens
        if head is None or tokens is None:
            return Explained(unexplained=NO_HEAD)
        if not head.points:
            return Explained(unexplained=NO_PLACES)
        values, scales, present = tokens.get(np.array([content_id]))
        if not present.all():
            return Explained(unexplained=NO_TOKENS)
        words = look_for(head, sentence, values, scales)
        if not words:
            return Explained()
        strengths = self._strengths(head, tokens).of([word.text for word in words], values, scales)
        unknown = self._bi_encoder.unknown_words(sentence)
        words = [
            replace(word, strength=0.0 if word.text in unknown else float(strength))
            for word, strength in zip(words, strengths, strict=True)
        ]
        return Explained(tuple(sight(word, self._bi_encoder.model_input, *size) for word in words), missing(words))

    def _strengths(self, head: CrossEncoder, tokens: TokenStore) -> WordStrength:
        if self._strength is None or len(tokens) >= 2 * self._drawn_from:
            drawn = np.random.default_rng(SEED).permutation(tokens.ids())[:OTHERS]
            values, scales, present = tokens.get(drawn)
            self._strength, self._drawn_from = WordStrength(head, values[present], scales[present]), len(tokens)
        return self._strength


def sight(word: Word, model_input: ModelInput, width: int, height: int) -> WordSight:
    """As the window draws it: the warmest cell of a word that was found is 1, and one that was not has no warmth."""
    edge = math.isqrt(len(word.shares))
    heat = word.shares.reshape(edge, -1) / max(float(word.shares.max()), 1e-9) * word.found
    heat = framed(heat, model_input, width, height).astype("<f4")
    rows, columns = heat.shape
    strength = round(word.strength, 4)
    return WordSight(word.text, word.start, word.end, strength, word.found, rows, columns, heat.tobytes())


def missing(words: Collection[Word]) -> str:
    """The word that was not found and counts most in the sentence."""
    lacking = [word for word in words if not word.found]
    return max(lacking, key=lambda word: word.weight).text if lacking else ""
