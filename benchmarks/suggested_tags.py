"""How often the first five tags that are suggested for a photo are right.

`python -m benchmarks.suggested_tags [PHOTOS]`, with AFTERIMAGE_DATA: dev photos of Flickr8k from the 401st on, as the
first 400 chose the numbers. A suggestion counts as right where one of the photo's five captions names it (its singular,
or a word of the same kind): captions leave most of a photo unsaid, so the true share is higher.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from engine.calibration_features import plain_words
from engine.library import Library
from engine.locations import Locations
from engine.messages import SuggestTags, TagSuggestions

FIRST, FITTED = 5, 400
# what counts as naming a tag beside the tag itself
KINDS = {
    tag.strip(): words
    for tag, words in (
        line.split(":")
        for line in """\
people: man woman boy girl child person lady guy kid player runner rider skier surfer climber cyclist
child: boy girl kid toddler baby
toddler: baby child boy girl
woman: lady girl female
dog: puppy
puppy: dog
sea: ocean water beach wave
waves: wave ocean surf
beach: sand shore
bicycle: bike cyclist
cyclist: bike bicycle biker
mountain bike: bike bicycle
motorcycle: motorbike
football: soccer
soccer: football
snow: snowy ski snowboarder
skiing: skier ski
snowboard: snowboarder
skateboard: skateboarder
surfing: surfer surfboard surf
grass: grassy field
swimming pool: pool
swimming: swim swimmer pool
climbing: climber climb
rock climbing: climber climb rock
rocks: rock rocky
cliff: rock mountain
forest: wood tree
tree: wood forest
street: sidewalk road city
city: street building
road: street
crowd: people group
jumping: jump leap
running: run runner
race: racing racer run
playing: play
dancing: dance dancer
singing: sing singer
smile: smiling laugh
horse riding: horse rider
park: bench grass playground
baseball: batter pitcher
field: grass grassy
water: river lake ocean
lake: water
river: water stream creek
flag: banner
hat: cap
reading: read book newspaper
sleeping: sleep asleep
sledge: sled
glasses: sunglass goggle
sunglasses: sunglass
portrait: face
family: couple child
restaurant: table food eat
party: costume
hiking: hike hiker backpack
canoe: kayak boat paddle
kayak: canoe boat paddle
boat: canoe kayak ship sail
trampoline: jump
basketball: player court
tennis: racket
silhouette: sunset dark
night: dark""".splitlines()
    )
}


def main(most: str = "300") -> None:
    data = Path(os.environ["AFTERIMAGE_DATA"]) / "flickr8k"
    captions: dict[str, list[str]] = defaultdict(list)
    with open(data / "captions.tsv", newline="") as file:
        for name, caption in csv.reader(file, delimiter="\t"):
            captions[name].append(caption)
    names = (data / "dev.txt").read_text().split()[FITTED : FITTED + int(most)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "photos"
        folder.mkdir()
        for name in names:
            shutil.copyfile(data / "images" / name, folder / name)
        print(json.dumps(_measured(Path(scratch), folder, {name: captions[name] for name in names})))


def _measured(scratch: Path, folder: Path, captions: dict[str, list[str]]) -> dict[str, float | int]:
    with Library.open(Locations.at(os.fsencode(scratch / "library"))) as library:
        library.load_model()
        library.add_folder(os.fsencode(folder))
        while library.step() or not library.idle:
            pass
        right, first, told, hopes, slowest, photos = 0, 0, 0, 0.0, 0.0, 0
        for name, said in captions.items():
            photo = library._catalog.tags.photo_at(os.fsencode(folder / name))
            if photo is None:
                continue
            began = time.perf_counter()
            asked = library.tag_finder.run(SuggestTags(1, photo))
            (event,) = (each for each in asked if isinstance(each, TagSuggestions))
            slowest = max(slowest, time.perf_counter() - began) if photos else slowest
            offers = json.loads(event.tags)[:FIRST]
            words = {word for caption in said for word in plain_words(caption)}
            good = [_named(tag, words) for tag, _ in offers]
            photos, told, right = photos + 1, told + len(offers), right + sum(good)
            first, hopes = first + bool(good and good[0]), hopes + sum(likely for _, likely in offers)
    return {
        "photos": photos,
        "suggested_each": round(told / photos, 2),
        "right_of_first_five": round(100 * right / max(told, 1), 1),
        "expected_by_probability": round(100 * hopes / max(told, 1), 1),
        "first_is_right": round(100 * first / photos, 1),
        "slowest_after_the_first_s": round(slowest, 3),
    }


def _named(tag: str, words: set[str]) -> bool:
    kinds = {word for each in (tag.lower(), KINDS.get(tag, "")) for word in plain_words(each)}
    return bool(kinds & words) or set(plain_words(tag)) <= words


if __name__ == "__main__":
    main(*sys.argv[1:])
