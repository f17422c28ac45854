"""What photos show, as their captions name it: which words are concepts, and which photo names which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.calibration_features import singular
from engine.captions.pairs import CaptionedPhotos

PERSON = "person"  # named by any of PEOPLE
AGREED = 2  # captions of a photo that must name a concept for the photo to show it beyond doubt
ENOUGH = 1  # for whoever asks for it to be content: captions leave out much of what is plain to see
_PEOPLE = "person man woman boy girl child kid lady guy toddler baby someone crowd group player adult teenager couple"
PEOPLE = frozenset(_PEOPLE.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words of captions that name nothing that could be pointed at.
_VAGUE = """
a an the of in on at with and or to is are be being been was were by for from his her hers their its it he she they them
him who whom that this these those which as up down out off over under into onto near next through while when where
there has have having do does doing did not no one two three four five six several some another other others each all
very very both many more most much few any every same such own too also just then than so but if because about above
across after against along among around away back before behind below beneath beside between beyond during inside
outside past since toward towards upon within without together like look looking wear wearing worn stand standing sit
sitting walk walking run running play playing jump jumping hold holding take taking go going get getting ready make
making made use using used try trying put large big little small young old front side top bottom middle edge end part
area way photo picture image camera's it's something what how posing dressed set pair lot kind background foreground
"""
VAGUE = frozenset(singular(word) for word in _VAGUE.split())
# Of these, what can be seen being done: nobody asks for it alone, but "dog running" is more than "dog".
_DOING = """stand standing sit sitting walk walking run running play playing jump jumping hold holding"""
DOING = frozenset(_DOING.split())


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing or a place: how it is asked for alone, together with people, and every word that names it."""

    phrases: tuple[str, ...]
    with_people: str
    words: frozenset[str]


def _concept(phrases: str, with_people: str, words: str) -> Concept:
    named = frozenset(singular(word) for word in words.split())
    return Concept(tuple(part.strip() for part in phrases.split(",")), with_people, named)


# Things and places that are named often and fill a photo or are what it is about; chosen by how often the captions of
# the photos for training name them, before anything was measured.
SCENES = (
    _concept("dog, a photo of a dog", "a man with a dog", "dog puppy greyhound"),
    _concept("water, a photo of water", "people in the water", "water"),
    _concept("grass, green grass", "a child on the grass", "grass grassy"),
    _concept("snow, a photo of snow", "people in the snow", "snow snowy"),
    _concept("bicycle, a photo of a bicycle", "a man on a bicycle", "bicycle bike bicyclist biker cyclist bicycling"),
    _concept("street, a photo of a street", "people on the street", "street road"),
    _concept("beach, a sandy beach", "people on a beach", "beach"),
    _concept("rock, large rocks", "a man climbing a rock", "rock rocky boulder"),
    _concept("mountain, snowy mountains", "a person on a mountain", "mountain"),
    _concept("pool, a swimming pool", "a child in a pool", "pool"),
    _concept("tree, a photo of a tree", "people under a tree", "tree"),
    _concept("skateboard, a photo of a skateboard", "a boy on a skateboard", "skateboard skateboarder skateboarding"),
    _concept("soccer, a soccer game", "children playing soccer", "soccer"),
    _concept("building, a photo of a building", "people in front of a building", "building"),
    _concept("hill, a grassy hill", "a person on a hill", "hill"),
    _concept("crowd, a large crowd", "a man in front of a crowd", "crowd"),
    _concept("sand, a photo of sand", "a child in the sand", "sand sandy"),
    _concept("car, a photo of a car", "a man in a car", "car"),
    _concept("swing, a photo of a swing", "a girl on a swing", "swing swinging"),
    _concept("wave, a big wave", "a man riding a wave", "wave"),
    _concept("bench, a photo of a bench", "people sitting on a bench", "bench"),
    _concept("football, a football game", "a man playing football", "football"),
    _concept("ocean, the sea", "people in the ocean", "ocean sea"),
    _concept("boat, a photo of a boat", "people in a boat", "boat canoe kayak raft"),
    _concept("slide, a playground slide", "a child on a slide", "slide"),
    _concept("horse, a photo of a horse", "a man riding a horse", "horse"),
    _concept("basketball, a basketball game", "a man playing basketball", "basketball"),
    _concept("motorcycle, a photo of a motorcycle", "a man on a motorcycle", "motorcycle motorbike motocross"),
    _concept("lake, a photo of a lake", "a man at a lake", "lake"),
    _concept("city, a city at night", "people in the city", "city"),
)
# Small things, which a model of 256 px sees badly: measured apart.
SMALL = (
    _concept("ball", "a boy with a ball", "ball"),
    _concept("hat", "a man with a hat", "hat"),
    _concept("toy", "a child with a toy", "toy"),
    _concept("camera", "a man with a camera", "camera"),
    _concept("stick", "a boy with a stick", "stick"),
    _concept("helmet", "a man with a helmet", "helmet"),
    _concept("jacket", "a man in a jacket", "jacket"),
    _concept("frisbee", "a man with a frisbee", "frisbee"),
    _concept("rope", "a man on a rope", "rope"),
    _concept("sign", "a man with a sign", "sign"),
)
_CHILDREN = frozenset(["child", "kid", "boy", "girl", "toddler", "baby"])
# Words that stand for more than themselves: whoever asks for a dog wants puppies too.
FAMILIES = {concept.phrases[0]: concept.words for concept in SCENES} | {
    "bike": frozenset(["bicycle", "bike", "bicyclist", "biker", "cyclist", "bicycling"]),
    "child": _CHILDREN,
    "kid": _CHILDREN,
}


class Named:
    """Which words, each standing for its plural too, the captions of each photo name."""

    def __init__(self, pairs: CaptionedPhotos) -> None:
        self.photos = len(pairs.photos)
        said = [_with_people(words_of(caption)) for caption in pairs.sentences()]
        self._columns = {word: column for column, word in enumerate(sorted(set().union(*said)))}
        self._said = np.zeros((len(said), len(self._columns)), bool)  # bool[captions, words]
        for row, words in enumerate(said):
            self._said[row, [self._columns[word] for word in words]] = True
        lengths = [len(captions) for captions in pairs.captions]
        self._starts = np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.int64)
        self._ever = np.maximum.reduceat(self._said, self._starts)  # bool[photos, words]
        self._spelled: dict[str, Counter[str]] = {}
        for caption in pairs.sentences():
            for word in _WORD.findall(caption.lower()):
                self._spelled.setdefault(singular(word), Counter())[word] += 1

    def of(self, word: str) -> np.ndarray:
        """int[n]: how many captions of each photo name this, by whichever word of its family."""
        return self.by(FAMILIES.get(word, (word,)))

    def by(self, words: Iterable[str]) -> np.ndarray:
        """int[n]: how many captions of each photo name any of these words."""
        columns = [self._columns[word] for word in words if word in self._columns]
        return np.add.reduceat(self._said[:, columns].any(1).astype(np.int64), self._starts)

    def frequent(self, photos: int, *, agreed: int = AGREED) -> list[str]:
        """The words that at least so many photos show, the most frequent first, less those that name nothing."""
        shown = (np.add.reduceat(self._said.astype(np.uint8), self._starts) >= agreed).sum(0)
        counts = {word: int(shown[column]) for word, column in self._columns.items()}
        wanted = sorted((word for word, count in counts.items() if count >= photos), key=lambda word: -counts[word])
        return [word for word in wanted if word not in VAGUE and word != PERSON and len(word) > 2]

    def done(self, photos: int, *, agreed: int = AGREED) -> list[str]:
        """What at least so many photos show being done."""
        return sorted(word for word in DOING if (self.by([word]) >= agreed).sum() >= photos)

    def spelling(self, word: str) -> str:
        """How captions write a word most often."""
        return self._spelled[word].most_common(1)[0][0]

    def covered(self, sentence: str) -> np.ndarray:
        """float[n]: the share of the sentence's concepts that the captions of each photo name."""
        words = concepts_of(sentence)
        wanted = (words - PEOPLE) | ({PERSON} if words & PEOPLE else set())
        columns = [self._columns[word] for word in wanted if word in self._columns]
        return self._ever[:, columns].sum(1) / max(len(wanted), 1)


def _with_people(words: list[str]) -> set[str]:
    """A person is a person, whatever else the word says."""
    named = set(words)
    return named | {PERSON} if named & PEOPLE else named


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case and singular."""
    return [singular(word.lower()) for word in _WORD.findall(text)]


def concepts_of(sentence: str) -> set[str]:
    """What a sentence names."""
    return {word for word in words_of(sentence) if word not in VAGUE and len(word) > 1}
