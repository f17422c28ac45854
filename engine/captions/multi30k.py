"""The layout of Multi30k (Elliott et al., 2016): a sentence a line, photos in the same order in a list beside them.

    raw/train.en.gz  raw/train.de.gz  raw/val.en.gz ...       image_splits/train.txt  (or train_images.txt)
    raw/train.1.en.gz ... raw/train.5.en.gz                    several sentences for each photo

A folder gives all its languages together, a single file its own.
"""

from __future__ import annotations

import os
import re

from engine.captions.pairs import CaptionedPhotos
from engine.captions.text_file import contents_of, text_of
from engine.errors import TrainingDataError

SAME = {b"dev": b"val", b"val": b"dev"}
_LINES = re.compile(
    rb"(?P<split>[^.]+)(?P<kind>\.lc\.norm\.tok)?(?P<number>\.\d+)?\.(?P<language>(?!txt|tsv|csv)[a-z]{2,3})(?:\.gz)?"
)
_TAIL = re.compile(rb"(\.\w{3,4})#\d+$")  # photos of COCO are listed with the number of their caption


def is_line_file(path: bytes) -> bool:
    """Whether a file's name and neighbours are those of this layout."""
    named = _LINES.fullmatch(os.path.basename(path))
    return named is not None and bool(_list_paths(os.path.dirname(path), named["split"]))


def read_file(path: bytes, *, photos: bytes, split: bytes | None) -> CaptionedPhotos:
    """One language: the file itself, or its neighbour of another split."""
    named = _LINES.fullmatch(os.path.basename(path))
    if named is None:
        raise TrainingDataError("the file is not named like train.de or train.de.gz", path=path, remedy="rename it")
    folder, wanted = os.path.dirname(path), split or named["split"]
    files = [name for name in _line_files(folder, wanted) if _like(name, named)]
    return _read(folder, files, photos=photos, split=wanted)


def read_folder(folder: bytes, *, photos: bytes, split: bytes | None) -> CaptionedPhotos:
    """All languages of a split together. Raises TrainingDataError where no split is named."""
    if split is None:
        raise TrainingDataError("a folder of captions needs a split", path=folder, remedy="name one, such as train")
    raw = os.path.join(folder, b"raw")
    folder = raw if os.path.isdir(raw) else folder
    return _read(folder, _line_files(folder, split), photos=photos, split=split)


def _read(folder: bytes, files: list[bytes], *, photos: bytes, split: bytes) -> CaptionedPhotos:
    if not files:
        problem = f"no sentences of the split {os.fsdecode(split)!r}"
        raise TrainingDataError(problem, path=folder, remedy="look for files such as train.en or train.en.gz")
    names = _photo_names(folder, files[0], split)
    grouped: dict[bytes, tuple[str, ...]] = {}
    for file in files:
        path = os.path.join(folder, file)
        lines = contents_of(path).splitlines()
        if len(lines) != len(names):
            problem = f"{len(lines):,} lines for {len(names):,} photos of {os.fsdecode(split)!r}"
            raise TrainingDataError(problem, path=path, remedy="fetch sentences and list of photos anew")
        for number, (name, line) in enumerate(zip(names, lines, strict=True), 1):
            grouped[name] = (*grouped.get(name, ()), text_of(line, path, f"line {number}"))
    return CaptionedPhotos(photos, tuple(grouped), tuple(grouped.values()))


def _photo_names(folder: bytes, file: bytes, split: bytes) -> list[bytes]:
    named = _LINES.fullmatch(file)
    lists = _list_paths(folder, named["split"] if named else split)
    if not lists:
        problem = f"no list of the photos of {os.fsdecode(split)!r}"
        remedy = f"put image_splits/{os.fsdecode(split)}.txt beside the sentences"
        raise TrainingDataError(problem, path=folder, remedy=remedy)
    names = [_TAIL.sub(rb"\1", line.strip()) for line in contents_of(lists[0]).splitlines()]
    for number, name in enumerate(names, 1):
        if not name:
            raise TrainingDataError(f"line {number} names no photo", path=lists[0], remedy="correct that line")
    return names


def _list_paths(folder: bytes, split: bytes) -> list[bytes]:
    folder = folder or b"."
    places = (folder, os.path.join(folder, b"image_splits"), os.path.join(folder, b"..", b"image_splits"))
    paths = [os.path.join(place, split + end) for place in places for end in (b"_images.txt", b".txt")]
    return [path for path in paths if os.path.isfile(path)]


def _line_files(folder: bytes, split: bytes) -> list[bytes]:
    """Sentence files of a split, by language and number; where one is there both packed and not, the latter."""
    found: dict[tuple[bytes, bytes, bytes], bytes] = {}
    for wanted in (split, SAME.get(split, split)):
        for name in sorted(os.listdir(folder or b".")):
            named = _LINES.fullmatch(name)
            if named is not None and named["split"] == wanted:
                found.setdefault((named["language"], named["number"] or b"", named["kind"] or b""), name)
        if found:
            break
    return [found[key] for key in sorted(found)]


def _like(name: bytes, named: re.Match[bytes]) -> bool:
    other = _LINES.fullmatch(name)
    return other is not None and all(other[part] == named[part] for part in ("language", "number", "kind"))
