"""What the starter learns from: photos kept as arrays, captions, word pieces. Dev is apart and test is not read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.captions.pairs import CaptionedPhotos, check_disjoint, read_pairs
from engine.config import ModelInput
from engine.decoder import load_pixels
from engine.training.starter_config import INPUT_SIZE
from engine.training.vocabulary import learn_tokenizer, met_words

TRAINED_SIZE = 224  # what the teacher takes


@dataclass(frozen=True, slots=True)
class Data:
    """Training captions with their photos, uint8[n, 224, 224, 3], and dev, whose photos are uint8[m, 256, 256, 3]."""

    pairs: CaptionedPhotos
    dev_pairs: CaptionedPhotos
    photos: np.ndarray
    dev_photos: np.ndarray
    tokenizer: str
    words: list[str]


def read_data(images: Path, captions: bytes, held_out: Mapping[str, bytes], *, work: Path) -> Data:
    """Reads, checks that the splits are apart, and keeps the photos as one array beside the work.

    held_out: files of "dev" and "test". Raises TrainingDataError, PhotoUnreadable.
    """
    folder = os.fsencode(images)
    apart = {name: read_pairs(folder, captions, split=split) for name, split in held_out.items()}
    pairs = without(read_pairs(folder, captions), [name for held in apart.values() for name in held.photos])
    check_disjoint({"train": pairs, **apart})
    dev = apart["dev"]
    photos = keep_photos(pairs, work / "train_photos.npy", ModelInput(size=TRAINED_SIZE))
    dev_photos = keep_photos(dev, work / "dev_photos.npy", ModelInput(size=INPUT_SIZE))
    tokenizer = keep_tokenizer(pairs, work / "tokenizer.json")
    return Data(pairs, dev, photos, dev_photos, tokenizer, met_words(pairs.sentences()))


def keep_tokenizer(pairs: CaptionedPhotos, path: Path) -> str:
    """Learned once: merges of equal count come in another order each time, and every stage has to read alike."""
    if not path.exists():
        path.write_text(learn_tokenizer(pairs.sentences()), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def without(pairs: CaptionedPhotos, names: list[bytes]) -> CaptionedPhotos:
    """All photos but those named: the training split and what is in no split."""
    unwanted = frozenset(names)
    rows = [row for row, name in enumerate(pairs.photos) if name not in unwanted]
    return CaptionedPhotos(
        pairs.folder, tuple(pairs.photos[row] for row in rows), tuple(pairs.captions[row] for row in rows)
    )


def keep_photos(pairs: CaptionedPhotos, path: Path, model_input: ModelInput) -> np.ndarray:
    """uint8[n, R, R, 3], decoded as the product decodes."""
    if not path.exists():
        shape = (len(pairs.photos), model_input.size, model_input.size, 3)
        part = path.with_suffix(".part")
        kept = np.lib.format.open_memmap(part, "w+", np.uint8, shape)
        for row in range(len(pairs.photos)):
            kept[row] = np.frombuffer(load_pixels(pairs.path(row), model_input), np.uint8).reshape(shape[1:])
        kept.flush()
        part.rename(path)
    return np.load(path, mmap_mode="r")
