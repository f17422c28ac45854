"""The captioned photos that a training learns from, and those that it must not have seen."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from engine.captions.caption_files import read_captioned, united
from engine.captions.pairs import CaptionedPhotos, check_disjoint
from engine.errors import FolderUnreachable


@dataclass(frozen=True, slots=True)
class Material:
    """captions: one file or several, whose sentences are put together. test: must be apart, and is not looked at."""

    captions: tuple[bytes, ...]
    photos: bytes
    train: bytes
    dev: bytes
    test: bytes | None = None


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What is learned from, and what judges."""

    train: CaptionedPhotos
    dev: CaptionedPhotos

    def identity(self) -> str:
        """Of all names and sentences."""
        digest = hashlib.blake2b(digest_size=16)
        for part in (self.train, self.dev):
            digest.update(repr((part.photos, part.captions)).encode())
        return digest.hexdigest()


def read_training_set(material: Material) -> TrainingSet:
    """Raises TrainingDataError for what cannot be trusted, and where a photo is in two splits, by name or by bytes."""
    if not os.path.isdir(material.photos):
        raise FolderUnreachable("There is no such folder", path=material.photos, remedy="check --photos")
    train, dev = _read(material, material.train), _read(material, material.dev)
    splits = {"train": train, "dev": dev}
    if material.test is not None:
        splits["test"] = _read(material, material.test)
    check_disjoint(splits)
    return TrainingSet(train, dev)


def _read(material: Material, split: bytes) -> CaptionedPhotos:
    """Of several files each may have sentences for a part of the photos: translations seldom cover all of them."""
    several = len(material.captions) > 1
    return united(
        [read_captioned(path, photos=material.photos, split=split, partial=several) for path in material.captions]
    )
