"""What a person knows of their own photos: captions, ticks and crosses, as examples that a head can be fitted to."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.bi_encoder import BiEncoder, Tokens
from engine.captions.caption_files import read_captioned
from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable, TrainingDataError, printable
from engine.query import parse

FEWEST = 20
FEWEST_PHOTOS = 10
MOST = 5_000
PHOTOS_AT_ONCE = 32
Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and a photo (a row of the photos); verdict 1: it describes it, -1: it does not."""

    sentence: str
    photo: int
    verdict: int


@dataclass(frozen=True, slots=True)
class Examples:
    """`paths` of all photos, those of examples first and `judged` of them; the others stand for the rest of a
    library."""

    paths: tuple[bytes, ...]
    judged: int
    each: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class SeenPhotos:
    """embeddings float32[n, d], unit length, and the tokens of each."""

    embeddings: np.ndarray
    tokens: Tokens


def gather(captions: Sequence[bytes], photos: bytes | None, known: Mapping[str, Any], *, seed: int) -> Examples:
    """Of caption files (names relative to `photos`, or to the file's own folder) and of what a library knows, as
    GetExamples tells it. More than can be used are drawn by `seed`. Raises TrainingDataError where there are too few.
    """
    rows: dict[bytes, int] = {}
    found: dict[tuple[str, int], Example] = {}
    for file in captions:
        pairs = read_captioned(file, photos=photos or os.path.dirname(os.path.abspath(file)))
        for row, sentences in enumerate(pairs.captions):
            photo = rows.setdefault(pairs.path(row), len(rows))
            found |= {(each, photo): Example(each, photo, 1) for each in sentences}
    for judgment in known.get("judgments", ()):
        query = parse(judgment["sentence"])
        if query.simple and query.sentence and not query.filters:
            photo = rows.setdefault(base64.b64decode(judgment["path"]), len(rows))
            found[query.sentence, photo] = Example(query.sentence, photo, judgment["verdict"])
    some = _drawn(list(found.values()), seed)
    if len(some) < FEWEST or len({each.photo for each in some}) < FEWEST_PHOTOS:
        photos_count = len({each.photo for each in some})
        problem = (
            f"There are {len(some)} examples of {photos_count} photos; a head is fitted to {FEWEST} of {FEWEST_PHOTOS}"
        )
        raise TrainingDataError(problem, remedy="name --captions, or tick and cross more results in the window")
    others = [path for path in map(base64.b64decode, known.get("photos", ())) if path not in rows]
    return Examples((*rows, *others), len(rows), tuple(some))


def _drawn(examples: list[Example], seed: int) -> list[Example]:
    if len(examples) <= MOST:
        return examples
    rows = np.sort(np.random.default_rng(seed).permutation(len(examples))[:MOST])
    return [examples[row] for row in rows]


def see(
    bi_encoder: BiEncoder, examples: Examples, *, progress: Progress, notice: Notice
) -> tuple[Examples, SeenPhotos]:
    """Encodes every photo; those that cannot be read are left out, with their examples."""
    size = bi_encoder.model_input.size
    kept: dict[int, int] = {}
    embeddings, values, scales = [], [], []
    for start in range(0, len(examples.paths), PHOTOS_AT_ONCE):
        pixels = []
        for row, path in enumerate(examples.paths[start : start + PHOTOS_AT_ONCE], start):
            try:
                photo = np.frombuffer(load_pixels(path, bi_encoder.model_input), np.uint8).reshape(size, size, 3)
            except PhotoUnreadable as error:
                notice(f"passed over: {error.problem}: {printable(path)}")
                continue
            kept[row] = len(kept)
            pixels.append(photo)
        if pixels:
            seen, tokens = bi_encoder.encode_images(np.stack(pixels))
            embeddings.append(seen)
            values.append(tokens.values)
            scales.append(tokens.scales)
        progress("photos", min(start + PHOTOS_AT_ONCE, len(examples.paths)), len(examples.paths))
    left = tuple(Example(e.sentence, kept[e.photo], e.verdict) for e in examples.each if e.photo in kept)
    if not embeddings:
        raise TrainingDataError("None of the photos can be read", remedy="check that their folder is there")
    paths = tuple(examples.paths[row] for row in kept)
    judged = sum(row < examples.judged for row in kept)
    tokens = Tokens(np.concatenate(values), np.concatenate(scales))
    return Examples(paths, judged, left), SeenPhotos(np.concatenate(embeddings), tokens)


def folds(examples: Examples, count: int, *, seed: int) -> np.ndarray:
    """int64[photos of examples]: which part each is held out in. Photos of equal bytes are held out together."""
    digests = [_digest(path) for path in examples.paths[: examples.judged]]
    distinct = sorted(set(digests))
    order = np.random.default_rng(seed).permutation(len(distinct))
    part = {digest: int(place) % count for digest, place in zip(distinct, order, strict=True)}
    return np.array([part[digest] for digest in digests], np.int64)


def _digest(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()
