"""What `train --adapter` gains for made-up users of the dev split: nobody's test photos are looked at.

    python -m benchmarks.adapter DATA [--kinds captions tags names] [--users 3] [--photos 200] [--set rate=1e-3]

Each user has so many photos, and says something of them: one caption each; tags (words that three of a photo's five
captions name); or names that no model knows (Rexy for what is a dog). Another 400 photos stand for the rest of the
library, and the captions of another 200 tell what the fitted head does to everybody else's sentences. The fit is the
product's own: held out by photo, kept only where the whole 90 % interval is above nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.model_store import LoadedModel, ModelStore
from engine.training.adapter import AdapterRecipe, Bench
from engine.training.adapter_examples import Example, Examples, SeenPhotos, see
from engine.training.adapter_judge import Judgement, judged, ranks
from engine.training.adapter_run import Fitted, fit_adapter

REST, OTHERS = 400, 200
AGREED = 3  # of five captions
FEWEST = 3  # photos of a tag
KINDS = ("captions", "tags", "names")
NAMES = {"dog": "rexy", "girl": "milena", "boy": "jonas", "snow": "davos", "beach": "sylt", "soccer": "fcb"}
NO_TAGS = frozenset(
    {"the", "and", "with", "are", "for", "from", "two", "three", "one", "some", "while", "that", "into", "out", "over"}
    | {"near", "behind", "front", "other", "another", "there", "through", "down", "his", "her", "its", "their"}
    | {"people", "person", "man", "woman", "men", "women", "boy", "girl", "wearing", "standing", "looking"}
)


@dataclass(frozen=True, slots=True)
class User:
    """`rows` of the captioned photos: first those of the user, then the rest of the library, then other people's."""

    rows: np.ndarray
    own: int


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.adapter", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="images/, captions.tsv and dev.txt")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--users", type=int, default=3)
    parser.add_argument("--photos", type=int, default=200, help="of each user (default: 200)")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--set", action="append", default=[], dest="settings", metavar="NAME=NUMBER")
    given = parser.parse_args(argv)
    recipe = AdapterRecipe().changed(given.settings)
    model, pairs = ModelStore(device="cpu").load(given.model), _dev(given.data)
    for number in range(given.users):
        order = np.random.default_rng(number).permutation(len(pairs.photos))
        user = User(order[: given.photos + REST + OTHERS], given.photos)
        photos = seen_by(model, pairs, user)
        for kind in given.kinds:
            print(line(kind, number, *fit(model, pairs, user, photos, kind=kind, recipe=recipe)), flush=True)
    return 0


def _dev(data: Path) -> CaptionedPhotos:
    captions, images, split = (os.fsencode(data / name) for name in ("captions.tsv", "images", "dev.txt"))
    return read_captioned(captions, photos=images, split=split, check_photos=False)


def seen_by(model: LoadedModel, pairs: CaptionedPhotos, user: User) -> SeenPhotos:
    paths = tuple(pairs.path(int(row)) for row in user.rows)
    _, seen = see(model.bi_encoder, Examples(paths, 0, ()), progress=lambda *_: None, notice=print)
    return seen


def said(pairs: CaptionedPhotos, user: User, kind: str) -> list[Example]:
    """What a user says of the own photos."""
    captions = [pairs.captions[row] for row in user.rows[: user.own]]
    if kind == "captions":
        return [Example(each[0], photo, 1) for photo, each in enumerate(captions)]
    named = [words(each, 2 if kind == "names" else AGREED) for each in captions]
    if kind == "names":
        return [Example(NAMES[word], photo, 1) for photo, each in enumerate(named) for word in NAMES if word in each]
    count = Counter(word for each in named for word in each - NO_TAGS)
    return [
        Example(word, photo, 1) for photo, each in enumerate(named) for word in sorted(each) if count[word] >= FEWEST
    ]


def words(captions: Sequence[str], agreed: int) -> set[str]:
    """Those that so many of a photo's captions name."""
    count = Counter(word for each in captions for word in set(re.findall(r"[a-z]{3,}", each.lower())))
    return {word for word, times in count.items() if times >= agreed}


def fit(
    model: LoadedModel, pairs: CaptionedPhotos, user: User, seen: SeenPhotos, *, kind: str, recipe: AdapterRecipe
) -> tuple[Fitted, Judgement, float]:
    """The product's fit, what it does to other people's sentences, and processor seconds."""
    library = user.own + REST
    examples = Examples(
        tuple(pairs.path(int(row)) for row in user.rows[:library]), user.own, tuple(said(pairs, user, kind))
    )
    tokens = type(seen.tokens)(seen.tokens.values[:library], seen.tokens.scales[:library])
    started = time.process_time()
    fitted = fit_adapter(
        model, examples, SeenPhotos(seen.embeddings[:library], tokens), recipe=recipe, progress=lambda *_: None
    )
    seconds = time.process_time() - started
    others = [Example(pairs.captions[user.rows[row]][2], row, 1) for row in range(library, len(user.rows))]
    sentences = sorted({each.sentence for each in others})
    bench = Bench.of(model.bi_encoder.network, model.bi_encoder.tokenizer, sentences, seen)
    before, after = (ranks(bench, head, others, others) for head in (None, fitted.head))
    return fitted, judged(others, before, after, seed=0), seconds


def line(kind: str, user: int, fitted: Fitted, others: Judgement, seconds: float) -> str:
    own = fitted.judgement
    return (
        f"user {user}, {kind}: {own.before.right} examples, {len(fitted.bench.sentences)} sentences; "
        f"held out {own.before.value:.2f} {_gain(own)}, {'kept' if own.better else 'not kept'}; "
        f"captions of others {others.before.value:.2f} {_gain(others)}; {seconds:.0f} s of one processor"
    )


def _gain(judgement: Judgement) -> str:
    return f"{judgement.gain:+.2f} ({judgement.low:+.2f} to {judgement.high:+.2f})"


if __name__ == "__main__":
    sys.exit(main())
