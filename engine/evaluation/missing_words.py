"""Does a model know which word of a sentence a photo does not show? One noun of a caption is exchanged for another
thing, which none of the photo's captions names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.captions.pairs import CaptionedPhotos
from engine.evaluation.deletion import Progress, choose, share, silent
from engine.explainer import OTHERS
from engine.model_store import LoadedModel
from engine.word_sights import words_of
from engine.word_strength import FOUND, WordStrength

# The first of a line is put in; the others mean the same, or are seldom without it. Only things that are named where
# they are seen: everybody has a shirt, and nobody writes of the sky.
THINGS = [
    line.split()
    for line in """dog dogs puppy puppies poodle collie greyhound retriever terrier
horse horses pony rodeo jockey
bird birds seagull seagulls pigeon pigeons duck ducks
bicycle bicycles bike bikes bicyclist biker bikers cyclist cyclists biking
motorcycle motorcycles motorbike motorbikes dirtbike motocross bike bikes biker bikers
car cars truck vehicle van jeep racecar
boat boats canoe kayak kayaker raft sailboat rafting ship
surfboard surfer surfers surfing surfboards surf surfs wakeboard
skateboard skateboarder skateboarders skateboarding skateboards skater skate
snowboard snowboarder snowboarders snowboarding snowboards
frisbee frisbees disc
basketball basketballs
guitar guitars
umbrella umbrellas
camera cameras
baby babies toddler infant
swing swings swinging
slide slides sliding
pool pools
beach shore ocean sea sand sandy waves coast
snow snowy ski skier skis snowboard snowboarder sled
mountain mountains hill cliff peak
helmet helmets
tent tents
fountain fountains
bench benches
bridge bridges
train trains
flowers flower
microphone microphones""".splitlines()
]
_MEANS: dict[str, set[int]] = {}
for _number, _line in enumerate(THINGS):
    for _word in _line:
        _MEANS.setdefault(_word, set()).add(_number)
SEED = 3
NAMED_BY = 2  # captions of a photo, before it is taken for granted that it shows a thing
_WORD = re.compile(r"[a-z]+")


def measure(
    model: LoadedModel, pairs: CaptionedPhotos, *, count: int = 300, progress: Progress = silent
) -> dict[str, Any]:
    """Of `count` photos at most: {"pairs", "absent", "present", "caption": {"share", "low", "high"}}, in percent.

    absent: how often a thing that no caption of the photo names, put in the place of one that several name, is told to
    be missing. present: how often that one is found. caption: words of a photo's own caption that are found. A model
    whose head does not point has no pairs.
    """
    head = model.cross_encoder
    if head is None or not head.points:
        return {"pairs": 0}
    chosen = choose(model, pairs, count=count, progress=progress)
    others = slice(0, OTHERS)
    strength = WordStrength(head, chosen.values[others], chosen.scales[others])
    rng = np.random.default_rng(SEED)
    told: dict[str, list[bool]] = {"absent": [], "present": []}
    owned: list[float] = []
    for row, photo in enumerate(chosen.rows):
        one = slice(row, row + 1)
        things = _there_and_not(pairs.captions[photo], rng)
        own = words_of(chosen.captions[row], head.point(chosen.captions[row], chosen.values[one], chosen.scales[one]))
        words = [word.text for word in own]
        found = strength.of([*words, *things], chosen.values[one], chosen.scales[one]) >= FOUND
        owned += [float(found[: len(words)].mean())] if words else []
        if things:
            told["present"].append(bool(found[-2]))
            told["absent"].append(not found[-1])
        progress("sentences", row + 1, len(chosen.captions))
    if not told["absent"]:
        return {"pairs": 0}
    shares = {name: share(np.array(answers)) for name, answers in told.items()}
    return {"pairs": len(told["absent"]), **shares, "caption": share(np.array(owned))}


def _there_and_not(captions: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
    """A thing that several captions name and one that none does, as these words; nothing where they name none."""
    named = [
        {thing for word in _WORD.findall(caption.lower()) for thing in _MEANS.get(word, ())} for caption in captions
    ]
    there = [thing for thing in range(len(THINGS)) if sum(thing in some for some in named) >= NAMED_BY]
    there = [thing for thing in there if any(THINGS[thing][0] in caption.lower().split() for caption in captions)]
    absent = [thing for thing in range(len(THINGS)) if not any(thing in some for some in named)]
    if not there or not absent:
        return ()
    return THINGS[there[rng.integers(len(there))]][0], THINGS[absent[rng.integers(len(absent))]][0]
