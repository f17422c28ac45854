"""What people type: one to three words. Phrases that captions use, by rules, and which photos show what each says.

Five kinds: a thing ("dog"), the same with its article ("a dog"), a colour and a thing ("brown dog"), a thing and what
it does ("dog running"), and where it is ("dog in water"). A thing is a word that captions use as one: behind an article
or a colour, and before what ends it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.calibration_features import singular
from engine.captions.pairs import CaptionedPhotos
from engine.evaluation.asked import Asked
from engine.evaluation.concepts import AGREED, ENOUGH, FAMILIES, VAGUE
from engine.evaluation.swapped_captions import COLOURS

KINDS = ("thing", "article", "colour", "doing", "where")
FEWEST = 5  # photos that show a thing, below which it is not asked for
FEWEST_OF_TWO = 3  # and of a phrase of two
OFTEN_A_THING = 0.3  # of its places in captions: then a word is a thing
BETWEEN = 2  # words between a colour and its thing ("brown and white dog"), or between "in" and where it is
_ARTICLES = frozenset(["a", "an", "the", "his", "her", "their", "its", "two", "three"])
_AUXILIARIES = frozenset(["is", "are"])
_PLACED = frozenset(["in", "on"])
_NOT_DONE = frozenset(["wear", "hav", "hold", "look", "mak", "us", "follow"])  # to something, which is not said
_AFTER = """is are was in on at of with and or to from by for near behind beside under over through into onto along
across while as that who which wears has holds stands sits . , ;"""
_ENDS = frozenset(_AFTER.split())
_PART = re.compile(r"[^\W\d_]+|[^\w\s]")

Phrase = tuple[str, str, str]  # kind, thing, and its colour, what it does (the stem), or "in" or "on" and where


@dataclass(frozen=True, slots=True)
class Said:
    """captions int64[photos]: how many captions of each photo say a phrase; `text`: how it is typed."""

    phrase: Phrase
    text: str
    captions: np.ndarray

    @property
    def photos(self) -> int:
        """How many show it."""
        return int((self.captions >= AGREED).sum())


def phrases(pairs: CaptionedPhotos) -> list[Said]:
    """Those that enough photos show, by kind, the most frequent of each first."""
    said = [[_PART.findall(caption.lower()) for caption in captions] for captions in pairs.captions]
    every = [words for captions in said for words in captions]
    things = _things(every)
    doing = _doing(every, things)
    seen = [[_Caption(words, things, doing) for words in captions] for captions in said]
    used = Counter(phrase for captions in seen for phrase in {each for one in captions for each in one.phrases})
    found = []
    for phrase in (phrase for phrase, photos in used.items() if photos >= FEWEST_OF_TWO and _usual(phrase, used)):
        row = np.array([sum(one.says(phrase) for one in captions) for captions in seen])
        found.append(Said(phrase, _text(phrase, doing), row))
    fewest = {"thing": FEWEST, "article": FEWEST}
    shown = [each for each in found if each.photos >= fewest.get(each.phrase[0], FEWEST_OF_TWO)]
    return sorted(shown, key=lambda each: (KINDS.index(each.phrase[0]), -each.photos, each.phrase))


def asked(pairs: CaptionedPhotos, said: Sequence[Said], *, most: int, seed: int = 0) -> list[tuple[Asked, Said]]:
    """At most so many things and half as many of each other kind: the most frequent, and as many others by chance;
    things with an article are the same ones. `named`: the photos of which any caption names the thing."""
    drawn = np.random.default_rng(seed)
    of_thing = {each.phrase[1]: each.captions for each in said if each.phrase[0] == "thing"}
    found: list[tuple[Asked, Said]] = []
    for kind in KINDS:
        some = [each for each in said if each.phrase[0] == kind and each.phrase[1] in of_thing]
        if kind == "article":
            things = {one.about for one, _ in found}
            some = [each for each in some if each.phrase[1] in things]
        else:
            few = most if kind == "thing" else most // 2
            others = some[few // 2 :]
            by_chance = np.sort(drawn.permutation(len(others))[: few - few // 2])
            some = some[: few // 2] + [others[place] for place in by_chance]
        for each in some:
            thing = each.phrase[1]
            shows, enough = each.captions >= AGREED, each.captions >= ENOUGH
            found.append((Asked(each.text, kind, thing, shows, of_thing[thing] > 0, enough), each))
    return found


def _text(phrase: Phrase, doing: dict[str, str]) -> str:
    kind, thing, other = phrase
    if kind == "article":
        return f"an {thing}" if thing[0] in "aeiou" else f"a {thing}"
    if kind == "colour":
        return f"{other} {thing}"
    return f"{thing} {doing.get(other, other)}".strip()


def _things(captions: Sequence[Sequence[str]]) -> frozenset[str]:
    """Singular."""
    everywhere: Counter[str] = Counter()
    as_thing: Counter[str] = Counter()
    for words in captions:
        for place, word in enumerate(words):
            everywhere[singular(word)] += 1
            before = words[place - 1] if place else ""
            after = words[place + 1] if place + 1 < len(words) else "."
            if (before in _ARTICLES or before in COLOURS) and (after in _ENDS or after.endswith("ing")):
                as_thing[singular(word)] += 1
    return frozenset(
        word
        for word, count in everywhere.items()
        if as_thing[word] >= OFTEN_A_THING * count and word not in VAGUE | COLOURS and len(word) > 2
    )


def _doing(captions: Sequence[Sequence[str]], things: frozenset[str]) -> dict[str, str]:
    """What is done and is no thing: by its stem, how it is written most often with -ing behind "is" or "are"."""
    written: dict[str, Counter[str]] = {}
    for words in captions:
        for before, word in itertools.pairwise(words):
            if before in _AUXILIARIES and word.endswith("ing") and len(word) > len("wing"):
                written.setdefault(_stem(word), Counter())[word] += 1
    left_out = _NOT_DONE | things
    return {stem: forms.most_common(1)[0][0] for stem, forms in written.items() if stem not in left_out}


def _stem(verb: str) -> str:
    """Of running, runs and run."""
    stem = verb.removesuffix("ing") if verb.endswith("ing") else verb.removesuffix("s")
    if verb.endswith("ing") and len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        stem = stem[:-1]
    return stem.removesuffix("e")


class _Caption:
    """What one caption says. A thing does something, or is somewhere, wherever a caption names both; what it is called
    there may be another word of its family."""

    def __init__(self, words: Sequence[str], things: frozenset[str], doing: dict[str, str]) -> None:
        named = frozenset(map(singular, words))
        families = {word for word, family in FAMILIES.items() if not named.isdisjoint(family)}
        self._words = named | frozenset(map(_stem, words)) | families
        self.phrases = frozenset(_of_caption(words, things, doing))

    def says(self, phrase: Phrase) -> bool:
        kind, thing, other = phrase
        return phrase in self.phrases if kind == "colour" else {thing, *other.split()[-1:]} <= self._words


def _of_caption(words: Sequence[str], things: frozenset[str], doing: dict[str, str]) -> Iterator[Phrase]:
    places = [(place, singular(word)) for place, word in enumerate(words) if singular(word) in things]
    for place, thing in places:
        yield "thing", thing, ""
        yield "article", thing, ""
        for colour in _colours_before(words, place, things):
            yield "colour", thing, colour
        following = [each for each in words[place + 1 : place + 3] if each not in _AUXILIARIES][:1]
        if following and _stem(following[0]) in doing:
            yield "doing", thing, _stem(following[0])
        for before in range(max(place - BETWEEN - 1, 0), place):
            if words[before] in _PLACED and not set(words[before + 1 : place]) & _ENDS:
                other = f"{words[before]} {thing}"
                yield from (("where", one, other) for at, one in places if at < before and one != thing)


def _usual(phrase: Phrase, used: Counter[Phrase]) -> bool:
    """Of "in grass" and "on grass" what is said more often."""
    kind, thing, other = phrase
    word, _, place = other.partition(" ")
    if kind != "where":
        return True
    return (used[phrase], word) == max((used[kind, thing, f"{each} {place}"], each) for each in _PLACED)


def _colours_before(words: Sequence[str], place: int, things: frozenset[str]) -> Iterator[str]:
    """Colours of the thing at this place: nothing between them but other colours and what describes it as well."""
    for back in range(1, BETWEEN + 2):
        word = words[place - back] if place >= back else "."
        if word in COLOURS:
            yield word
        elif not word.isalpha() or word in _ENDS - {"and"} or word in _ARTICLES or singular(word) in things:
            return
