"""Captioned photos and how they are split, read with distrust."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from engine.captions.text_file import contents_of, text_of
from engine.errors import TrainingDataError


@dataclass(frozen=True, slots=True)
class CaptionedPhotos:
    """photos: file names, in the order of the captions file; captions[i]: the sentences of photos[i]."""

    folder: bytes
    photos: tuple[bytes, ...]
    captions: tuple[tuple[str, ...], ...]

    def path(self, row: int) -> bytes:
        return os.path.join(self.folder, self.photos[row])

    def rows(self) -> list[int]:
        """Photo of each sentence, sentences in order: the other side of `sentences`."""
        return [row for row, captions in enumerate(self.captions) for _ in captions]

    def sentences(self) -> list[str]:
        return [caption for captions in self.captions for caption in captions]


def read_pairs(
    folder: bytes, captions: bytes, *, split: bytes | None = None, check_photos: bool = True, partial: bool = False
) -> CaptionedPhotos:
    """Lines of `file name, tab, caption`; with a split only the photos named there, of which `partial` captions may
    leave some out.

    Raises TrainingDataError where a line has no tab, a caption is empty, a name of the split has no caption, or a photo
    is not in the folder.
    """
    wanted = None if split is None else dict.fromkeys(read_split(split))
    grouped: dict[bytes, list[str]] = {}
    for number, line in enumerate(read_lines(captions), 1):
        name, tab, caption = line.partition(b"\t")
        if not tab or not name:
            raise TrainingDataError(
                f"line {number} is not a file name, a tab and a caption", path=captions, remedy="correct that line"
            )
        if wanted is not None and name not in wanted:
            continue
        grouped.setdefault(name, []).append(text_of(caption, captions, f"line {number}"))
    if not grouped:
        raise TrainingDataError("no photo with a caption", path=captions, remedy="name another file or split")
    for name in () if partial else wanted or ():
        if name not in grouped:
            raise TrainingDataError(f"no caption for {os.fsdecode(name)!r}", path=captions, remedy="add one")
    pairs = CaptionedPhotos(folder, tuple(grouped), tuple(tuple(texts) for texts in grouped.values()))
    if check_photos:
        check_photos_exist(pairs)
    return pairs


def read_split(path: bytes) -> list[bytes]:
    """File names, one a line. Raises TrainingDataError where there is none."""
    names = [line for line in read_lines(path) if line]
    if not names:
        raise TrainingDataError("the split names no photo", path=path, remedy="write one file name a line")
    return names


def check_disjoint(splits: dict[str, CaptionedPhotos]) -> None:
    """Raises TrainingDataError where two splits share a file name or a photo's bytes."""
    sizes = _sizes_of_several(splits)
    seen: dict[bytes, tuple[str, bytes]] = {}
    for label, pairs in splits.items():
        for row, name in enumerate(pairs.photos):
            path = pairs.path(row)
            keys = [b"name:" + name]
            if os.path.getsize(path) in sizes:
                keys.append(b"bytes:" + _digest(path))
            for key in keys:
                other, _ = seen.setdefault(key, (label, path))
                if other != label:
                    raise TrainingDataError(
                        f"{os.fsdecode(name)!r} of {label} is also in {other}", path=path, remedy="keep splits apart"
                    )


def check_photos_exist(pairs: CaptionedPhotos) -> None:
    """Raises TrainingDataError where a photo is not in the folder, or below it where its name says so."""
    there: dict[bytes, set[bytes]] = {}
    for name in pairs.photos:
        below, base = os.path.split(name)
        if below not in there:
            there[below] = _names_in(os.path.join(pairs.folder, below))
        if base not in there[below]:
            raise TrainingDataError(
                "a captioned photo is missing", path=os.path.join(pairs.folder, name), remedy="add it or its split"
            )


def read_lines(path: bytes) -> list[bytes]:
    """The lines of a text file, as bytes. Raises TrainingDataError where it cannot be read."""
    return contents_of(path).splitlines()


def _sizes_of_several(splits: dict[str, CaptionedPhotos]) -> set[int]:
    """Sizes in bytes that occur in more than one split: only such files can be the same."""
    once: dict[int, str] = {}
    several: set[int] = set()
    for label, pairs in splits.items():
        for row in range(len(pairs.photos)):
            size = os.path.getsize(pairs.path(row))
            if once.setdefault(size, label) != label:
                several.add(size)
    return several


def _digest(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=16).digest()


def _names_in(folder: bytes) -> set[bytes]:
    try:
        return set(os.listdir(folder))
    except OSError as error:
        raise TrainingDataError(
            "the folder of photos cannot be read", path=folder, remedy="name the folder of the captioned photos"
        ) from error
