"""The words that a model met in training, and what it says of others."""

from __future__ import annotations

import re
import unicodedata

from engine.language_words import ASIDE

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ASIDE = frozenset(ASIDE.split())


class KnownWords:
    """False where it is not known which words a model met."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def __bool__(self) -> bool:
        return bool(self._words)

    def unknown(self, sentence: str) -> list[str]:
        """The words of the sentence that the model never met in training, as typed, less those that name nothing that
        could be seen; none where that is not known."""
        if not self._words:
            return []
        words = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", sentence)))
        return [word for word in words if not self._knows(word.lower().replace("’", "'"))]

    def _knows(self, word: str) -> bool:
        stem = word.removesuffix("'s")
        return word in _ASIDE or not self._words.isdisjoint((word, stem, stem + "s", stem.removesuffix("s")))
