"""What was typed, made safe to search for. Any text is a valid query."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_SENTENCE = 2_000  # characters; far beyond what any text tower reads


@dataclass(frozen=True, slots=True)
class Query:
    """`sentence` describes the photo; empty means no description at all."""

    sentence: str


def parse(text: str) -> Query:
    """Normalises (NFC), drops control and unpaired surrogate characters, folds white space and cuts endless text."""
    kept = "".join(" " if unicodedata.category(ch) in ("Cc", "Cs", "Cn") else ch for ch in text[: 4 * LONGEST_SENTENCE])
    return Query(" ".join(unicodedata.normalize("NFC", kept).split())[:LONGEST_SENTENCE])
