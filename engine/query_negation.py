"""What plain English or German says must not be there: `a beach without people`, `ein Hund, aber kein Schnee`."""

from __future__ import annotations

from collections.abc import Sequence

from engine.query_tokens import Token

MOST_WORDS = 5  # of what is denied, its article included


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WITHOUT = {"without", "ohne", "sans", "bez"}
_NO = {"no"}
_KEIN = {"kein", "keine", "keinen", "keinem", "keiner", "keines"}
_NOT = {"not", "nicht"}
_BUT = {"but", "aber", "doch"}
_BEFORE = _BUT | {"with", "and", "has", "have", "having", "is", "are", "there", "mit", "und", "hat", "ist", "sind"}
_ARTICLES = _words("a an any the some his her their its our my ein eine einen einem einer der die das den dem")
_OR = {"or", "nor", "oder", "noch"}
# Where what is denied ends: `a man without a shirt on the beach` is still about the beach.
_ENDS = _words(
    "in on at with by near while who and but is are was from to under over behind beside besides through that which "
    "next during as after before between into onto of for against around above below along across where when "
    "auf im am an bei mit neben während wer und aber ist sind von zu unter über hinter durch nach vor zwischen für "
    "gegen um entlang wo wenn"
)
# `no` that denies nothing: signs, and words that go together.
_SAYINGS = _words(
    "one longer more matter doubt idea where way problem such other parking smoking entry exit fishing swimming "
    "trespassing diving hunting camping stopping u-turn vacancy name go man's"
)
_SIGNS = {"sign", "signs", "poster", "sticker", "symbol"}


def split_denied(words: Sequence[Token]) -> tuple[list[Token], list[list[Token]], list[tuple[int, int]]]:
    """The words that stay, the words of each thing that is denied, and from where to where each reaches in the text."""
    kept: list[Token] = []
    denied: list[list[Token]] = []
    spans: list[tuple[int, int]] = []
    place = 0
    while place < len(words):
        things, after = _denied_at(words, place)
        if not things:
            kept.append(words[place])
            place += 1
            continue
        start = words[place].start
        while kept and _bare(kept[-1]) in _BEFORE and not _pauses(kept[-1]):
            start = kept.pop().start
        denied += things
        spans.append((start, words[after - 1].end))
        place = after
    return kept, denied, spans


def _denied_at(words: Sequence[Token], place: int) -> tuple[list[list[Token]], int]:
    """What is denied from this word on, and the place after it; nothing where this word denies nothing."""
    if not _denies(words, place):
        return [], place
    things: list[list[Token]] = []
    place += 1
    while True:
        thing = _thing(words, place)
        if not thing:
            return things, place - bool(things)  # the `or` before it is not part of it
        things.append(thing)
        place += len(thing)
        if place >= len(words) or _bare(words[place]) not in _OR or _pauses(words[place - 1]):
            return things, place
        place += 1


def _denies(words: Sequence[Token], place: int) -> bool:
    word = words[place].text.lower()
    before = words[place - 1] if place else None
    after_but = before is not None and _bare(before) in _BUT
    if word in _WITHOUT:
        return True
    if word in _NOT:
        return after_but
    if word in _KEIN:
        return before is None or _pauses(before) or _bare(before) in _BEFORE
    if word not in _NO or place + 1 >= len(words):
        return False
    rest = [_bare(token) for token in words[place + 1 :]]
    return rest[0] not in _SAYINGS and rest[0].isalpha() and not _SIGNS.intersection(rest)


def _thing(words: Sequence[Token], start: int) -> list[Token]:
    """`a shirt`, `red cars`: up to a pause, a preposition, or a verb; nothing where only articles stand there."""
    thing: list[Token] = []
    content = 0
    for token in words[start : start + MOST_WORDS]:
        word = _bare(token)
        doing = word.endswith("ing") and len(word) > 5
        starts_anew = word in _ENDS | _OR | _WITHOUT | _NO | _KEIN
        if (starts_anew and word not in _ARTICLES) or (content and doing) or not word:
            break
        thing.append(token)
        content += word not in _ARTICLES
        if _pauses(token):
            break
    return thing if content else []


def _bare(token: Token) -> str:
    return token.text.lower().strip(".,;:!?()[]\"'")


def _pauses(token: Token) -> bool:
    return token.text[-1] in ",;:.!?"
