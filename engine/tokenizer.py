"""Sentences to word numbers, from a model's own tokenizer file: never by a name that would have to be looked up."""

from __future__ import annotations

import json

import torch
from tokenizers import Tokenizer as _Tokenizer
from torch import Tensor


class Tokenizer:
    """Pads and cuts to the model's context length; the end mark survives the cut."""

    def __init__(self, description: str, *, context_length: int, pad_id: int = 0) -> None:
        """`description` is the text of a tokenizer.json. Raises ValueError where it is none."""
        try:
            json.loads(description)
            self._tokenizer = _Tokenizer.from_str(description)
        except Exception as error:
            # The library raises bare Exception for every fault of the file.
            raise ValueError("not a tokenizer description") from error
        self._tokenizer.enable_truncation(context_length)
        self._tokenizer.enable_padding(length=context_length, pad_id=pad_id)

    @property
    def size(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def __call__(self, sentences: list[str]) -> Tensor:
        """-> int64[n, context_length]. Lone surrogates, as in names that are not UTF-8, become question marks."""
        clean = [sentence.encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
        return torch.tensor([encoding.ids for encoding in self._tokenizer.encode_batch(clean)])
