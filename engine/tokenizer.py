"""Sentences to word numbers, from a model's own tokenizer file: never by a name that would have to be looked up."""

from __future__ import annotations

import html
import json
import re
import string
import unicodedata
from typing import TYPE_CHECKING, Literal

from tokenizers import Tokenizer as _Tokenizer

if TYPE_CHECKING:
    from torch import Tensor

Cleaning = Literal["none", "whitespace", "lower", "canonicalize"]

_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_NO_PUNCTUATION = str.maketrans("_", " ", string.punctuation.replace("_", ""))


class Tokenizer:
    """Pads and cuts to the model's context length; the end mark survives the cut."""

    def __init__(
        self, description: str, *, context_length: int, pad_id: int = 0, clean: Cleaning | str = "none"
    ) -> None:
        """`description` is the text of a tokenizer.json; `clean`: what is done to a sentence before. Raises ValueError
        where they are none."""
        if clean not in ("none", "whitespace", "lower", "canonicalize"):
            raise ValueError(f"sentences cannot be cleaned by {clean!r}")
        self._tokenizer = _read(description)
        self._tokenizer.enable_truncation(context_length)
        self._tokenizer.enable_padding(length=context_length, pad_id=pad_id)
        self._clean = clean

    @property
    def size(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def __call__(self, sentences: list[str]) -> Tensor:
        """-> int64[n, context_length]."""
        import torch  # not where only `numbers` are wanted

        return torch.tensor(self.numbers(sentences))

    def numbers(self, sentences: list[str]) -> list[list[int]]:
        """The same as lists. Lone surrogates, as in names that are not UTF-8, become question marks."""
        plain = [sentence.encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
        cleaned = [cleaned_by(self._clean, sentence) for sentence in plain]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(cleaned)]

    def spans(self, sentence: str) -> list[tuple[int, int]]:
        """Start and end in the sentence of every number that `__call__` gives for it, (0, 0) for a mark or padding.
        Empty where cleaning moved the characters about."""
        plain = sentence.encode("utf-8", "replace").decode("utf-8")
        cleaned = cleaned_by(self._clean, plain)
        places = [(at, at + 1) for at in range(len(plain))] if cleaned == plain else _places(self._clean, plain)
        if len(places) != len(cleaned):
            return []
        offsets = self._tokenizer.encode(cleaned).offsets
        return [(places[start][0], places[end - 1][1]) if end > start else (0, 0) for start, end in offsets]


def _places(clean: str, plain: str) -> list[tuple[int, int]]:
    """Start and end in the plain sentence of each character of the cleaned one; of a word that changed its length,
    those of the word."""
    places: list[tuple[int, int]] = []
    for word in re.finditer(r"\S+", plain):
        kept = cleaned_by(clean, word.group())
        if kept and places:
            places.append((word.start(), word.start()))  # the space before it
        if len(kept) == len(word.group()):
            places += [(at, at + 1) for at in range(*word.span())]
        else:
            places += [word.span()] * len(kept)
    return places


def cleaned_by(clean: str, sentence: str) -> str:
    """What open_clip's models saw in training: straight quotes and single spaces; or also small letters; or also no
    punctuation."""
    if clean == "none":
        return sentence
    sentence = unicodedata.normalize("NFC", html.unescape(html.unescape(sentence))).translate(_STRAIGHT)
    if clean == "canonicalize":
        sentence = sentence.translate(_NO_PUNCTUATION)
    return " ".join((sentence if clean == "whitespace" else sentence.lower()).split())


def number_of(description: str, word: str) -> int | None:
    """The number of a word, as of a padding mark, in the text of a tokenizer.json. Raises ValueError."""
    number: int | None = _read(description).token_to_id(word)
    return number


def _read(description: str) -> _Tokenizer:
    try:
        json.loads(description)
        return _Tokenizer.from_str(description)
    except Exception as error:
        # The library raises bare Exception for every fault of the file.
        raise ValueError("not a tokenizer description") from error
