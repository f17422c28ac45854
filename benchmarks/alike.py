"""Which altered copies are found to be the same picture, and which different photos are joined by mistake.

    python -m benchmarks.alike DATA [--split dev] [--copies 150] [--others train] [--json]

DATA holds flickr8k/. Copies are made of some photos of the split, each altered in one way, and compared with their
originals; every pair of all photos of `split` and `others` that would be one row counts as joined by mistake, though a
few of them are frames of one scene (the list names them).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from engine.alike import FRAME_COSINE, normalised, same_pictures
from engine.decoder import decode
from engine.model_store import LoadedModel, ModelStore
from engine.photo import DecodedPhoto, DecodeTask

BATCH = 32
TWICE = 1.99  # cosine + correlation
Change = Callable[[Image.Image], Image.Image]


def _cut(left: float, top: float, right: float, bottom: float) -> Change:
    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        return image.crop((round(width * left), round(height * top), round(width * right), round(height * bottom)))

    return cut


def _scaled(factor: float) -> Change:
    return lambda image: image.resize(
        (round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS
    )


def _all(image: Image.Image) -> Image.Image:
    small = _scaled(0.5)(_cut(0.02, 0.03, 0.97, 0.98)(image))
    return ImageEnhance.Brightness(small).enhance(1.1)


CHANGES: dict[str, tuple[Change, int]] = {  # and the quality of the JPEG
    "half the size": (_scaled(1 / 2), 90),
    "a third, 75 pixels": (_scaled(1 / 3), 80),
    "quality 60": (_scaled(1), 60),
    "quality 25": (_scaled(1), 25),
    "5 % cut around": (_cut(0.025, 0.025, 0.975, 0.975), 90),
    "5 % cut in a corner": (_cut(0, 0, 0.95, 0.95), 90),
    "10 % cut around": (_cut(0.05, 0.05, 0.95, 0.95), 90),
    "brighter by 20 %": (lambda image: ImageEnhance.Brightness(image).enhance(1.2), 90),
    "darker by 20 %": (lambda image: ImageEnhance.Brightness(image).enhance(0.8), 90),
    "more contrast": (lambda image: ImageEnhance.Contrast(image).enhance(1.2), 90),
    "half, cut, brighter, 60": (_all, 60),
    "grey": (lambda image: image.convert("L").convert("RGB"), 90),
    "moved and turned": (lambda image: _cut(0.08, 0.05, 0.97, 0.94)(image.rotate(2, Image.Resampling.BICUBIC)), 90),
}
ASKED = [name for name in CHANGES if name not in ("a third, 75 pixels", "10 % cut around", "grey", "moved and turned")]


def seen(model: LoadedModel, paths: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings float32[n, d] as an index keeps them, and normalised sketches float32[n, 64]."""
    size = model.bi_encoder.model_input.size
    vectors: list[np.ndarray] = []
    sketches: list[np.ndarray] = []
    for start in range(0, len(paths), BATCH):
        found = [decode(DecodeTask(1, path), model.bi_encoder.model_input) for path in paths[start : start + BATCH]]
        photos = [photo for photo in found if isinstance(photo, DecodedPhoto)]
        pixels = np.stack([np.frombuffer(photo.pixels, np.uint8).reshape(size, size, 3) for photo in photos])
        vectors.append(model.bi_encoder.encode_images(pixels)[0].astype(np.float16))
        sketches += [np.frombuffer(photo.sketch, np.uint8) for photo in photos]
    return np.concatenate(vectors).astype(np.float32), normalised(np.stack(sketches))


def joined_by_mistake(vectors: np.ndarray, sketches: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of different photos that would be one row; those that the set simply has twice are left out."""
    for start in range(0, len(vectors), 500):
        rows = slice(start, start + 500)
        cosines, correlated = vectors[rows] @ vectors.T, sketches[rows] @ sketches.T
        same = same_pictures(cosines, correlated) & (cosines + correlated < TWICE)
        yield from ((start + one, other) for one, other in np.argwhere(same).tolist() if start + one < other)


def measure(data: Path, split: str, others: str, *, copies: int) -> dict[str, Any]:
    """Shares of copies found by change, and what was joined by mistake."""
    model, images = ModelStore().load("starter"), data / "flickr8k" / "images"
    names = [name for part in (split, *filter(None, [others])) for name in _names(data, part)]
    chosen = random.Random(7).sample(_names(data, split), copies)
    vectors, sketches = seen(model, [os.fsencode(images / name) for name in names])
    rows = [names.index(name) for name in chosen]
    found: dict[str, float] = {}
    frames = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for change, (alter, quality) in CHANGES.items():
            paths = [Path(folder) / name for name in chosen]
            for path in paths:
                with Image.open(images / path.name) as image:
                    alter(image.convert("RGB")).save(path, "JPEG", quality=quality)
            altered, altered_sketches = seen(model, [os.fsencode(path) for path in paths])
            cosines = (altered * vectors[rows]).sum(1)
            found[change] = float(same_pictures(cosines, (altered_sketches * sketches[rows]).sum(1)).mean())
            frames = float((cosines >= FRAME_COSINE).mean())  # the last change is a frame of a burst
    mistakes = [(names[one], names[other]) for one, other in joined_by_mistake(vectors, sketches)]
    return _report(len(names), copies, found, mistakes) | {"frames_found": frames}


def _report(photos: int, copies: int, found: dict[str, float], mistakes: list[tuple[str, str]]) -> dict[str, Any]:
    share = sum(found[name] for name in ASKED) / len(ASKED)
    wrong = len({name for pair in mistakes for name in pair}) / photos
    return {
        "photos": photos,
        "copies": copies,
        "found": found,
        "joined": mistakes,
        "targets": {
            "found": {"value": share, "target": 0.95, "met": share >= 0.95},
            "joined_by_mistake": {"value": wrong, "target": 0.001, "met": wrong <= 0.001},
        },
    }


def _names(data: Path, split: str) -> list[str]:
    return (data / "flickr8k" / f"{split}.txt").read_text().split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--others", default="train", help="a further split of different photos, or nothing")
    parser.add_argument("--copies", type=int, default=150)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    report = measure(arguments.data, arguments.split, arguments.others, copies=arguments.copies)
    if arguments.json:
        print(json.dumps(report))
        return
    print(f"{report['photos']:,} photos, {report['copies']} of them altered in {len(CHANGES)} ways")
    for change, share in report["found"].items():
        print(f"{change:28} {share:7.1%}")
    print(f"{'asked for, together':28} {report['targets']['found']['value']:7.1%}")
    print(f"{'frames by camera and time':28} {report['frames_found']:7.1%}")
    for one, other in report["joined"]:
        print(f"joined: {one} {other}")


if __name__ == "__main__":
    main()
