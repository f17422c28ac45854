"""Which language a sentence is in, where that is none that the model was trained for.

A few words are little to go by, and a false alarm costs trust: what the model knows comes first, then words and letters
that give a language away. How often it is right: docs/answering.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection

from engine.language_words import ENGLISH, LETTERS, NAMES, SCRIPTS, WORDS

MOSTLY_KNOWN = 0.6  # share of its words that a model must know to be left in peace
ONE_IN = 3  # so many of its words must speak for a language, and more than one: names of places are of any

_WORD = re.compile(r"[^\W\d_]+")
_ASK = r"(?:please\s+)?(?:show|find|give|get|search|look)(?:\s+for)?"
_WHICH = r"(?:(?:all|some|any|every)\s+)?(?:(?:the|my|your|our|a|an)\s+)?"
_PHOTOS = _WHICH + r"(?:photos?|pictures?|images?|pics?)\s+(?:of|showing)"
_REQUEST = re.compile(
    rf"\s*(?:{_ASK}\s+(?:me|us)(?:\s+{_PHOTOS})?|(?:{_ASK}\s+)?{_PHOTOS}|please\s+{_ASK})\s+", re.IGNORECASE
)
_GIVEAWAYS = {"en": frozenset(ENGLISH.split())} | {code: frozenset(words.split()) for code, words in WORDS.items()}


def foreign(sentence: str, spoken: Collection[str], unknown: Collection[str] | None = None) -> str:
    """ISO 639-1 code of the sentence's language where it is not one of those `spoken`; empty where it is, where nobody
    knows what is spoken, or where it cannot be told. `unknown`: the words of the sentence that the model never met,
    None where that is not known."""
    words = _WORD.findall(unicodedata.normalize("NFC", sentence).lower())
    if not spoken or not words:
        return ""
    if unknown is not None and len(unknown) <= (1 - MOSTLY_KNOWN) * len(set(words)):
        return ""
    votes = _votes(words)
    if not votes:
        return ""
    most = max(votes.values())
    if most * ONE_IN < len(words) or most == 1 < len(words) - 1:
        return ""
    best = [code for code, count in votes.items() if count == most]
    return "" if any(code in spoken for code in best) else best[0]


def bare(sentence: str) -> str:
    """The sentence without the words that only ask for photos: "show me pictures of a dog" is "a dog"."""
    return sentence[match.end() :] if (match := _REQUEST.match(sentence)) and match.end() < len(sentence) else sentence


def name_of(code: str) -> str:
    """A language's English name, or its code."""
    return NAMES.get(code, code)


def _votes(words: list[str]) -> Counter[str]:
    """By language: its own words and letters, each word of several languages counted for all of them."""
    votes: Counter[str] = Counter()
    for word in words:
        script = _script(word)
        if script:
            votes[script] += 2
            continue
        votes.update(code for code, known in _GIVEAWAYS.items() if word in known)
        votes.update(code for code, letters in LETTERS.items() if any(ch in letters for ch in word))
    return votes


def _script(word: str) -> str:
    """Japanese mixes scripts: its own decide."""
    found = [SCRIPTS.get(unicodedata.name(ch, "").split(" ")[0], "") for ch in word if not ch.isascii()]
    return "ja" if "ja" in found else next(filter(None, found), "")
