"""Captioned photos from any of three layouts, told apart by what is in the file.

TSV         lines of `file name, tab, caption`; a split is a file with one photo's name a line
Karpathy    dataset_flickr8k.json, dataset_flickr30k.json, dataset_coco.json; a split is a name in the file
Multi30k    one sentence a line (train.de, val.de.gz, ...) beside a list of photos in the same order; a split is a name
"""

from __future__ import annotations

import os

from engine.captions import karpathy, multi30k
from engine.captions.pairs import CaptionedPhotos, check_photos_exist, read_lines, read_pairs
from engine.captions.text_file import contents_of
from engine.errors import TrainingDataError


def read_captioned(
    captions: bytes,
    *,
    photos: bytes,
    split: bytes | str | None = None,
    partial: bool = False,
    check_photos: bool = True,
) -> CaptionedPhotos:
    """The captioned photos of one split, or of all. `photos` is the folder that the names are relative to.

    `split` is a file of names, or for Karpathy and Multi30k the split's name ("dev" and "val" are the same; "train" of
    COCO includes "restval"). `partial`: a split may name photos that have no caption here. Raises TrainingDataError for
    whatever cannot be trusted: no such file, no such split, an empty caption, a missing photo, a broken line.
    """
    wanted = None if split is None else os.fsencode(split)
    if os.path.isdir(captions):
        pairs = multi30k.read_folder(captions, photos=photos, split=wanted)
    else:
        pairs = _read_file(captions, photos, wanted, partial=partial)
    if check_photos:
        check_photos_exist(pairs)
    return pairs


def split_names(captions: bytes, *, photos: bytes, split: bytes | str) -> list[bytes]:
    """The photos that a split names, whether they have a caption or not, in order. Raises TrainingDataError."""
    if not os.path.isdir(captions) and _layout(captions) == "tsv":
        return list(dict.fromkeys(read_lines(_split_file(captions, os.fsencode(split)))))
    return list(read_captioned(captions, photos=photos, split=split, check_photos=False).photos)


def united(parts: list[CaptionedPhotos]) -> CaptionedPhotos:
    """The same photos' sentences from several files together: languages, or several writers."""
    grouped: dict[bytes, tuple[str, ...]] = {}
    for part in parts:
        for name, captions in zip(part.photos, part.captions, strict=True):
            grouped[name] = grouped.get(name, ()) + captions
    return CaptionedPhotos(parts[0].folder, tuple(grouped), tuple(grouped.values()))


def _read_file(captions: bytes, photos: bytes, split: bytes | None, *, partial: bool) -> CaptionedPhotos:
    layout = _layout(captions)
    if layout == "karpathy":
        return karpathy.read(captions, photos=photos, split=split)
    if layout == "multi30k":
        return multi30k.read_file(captions, photos=photos, split=split)
    names = None if split is None else _split_file(captions, split)
    return read_pairs(photos, captions, split=names, check_photos=False, partial=partial)


def _layout(captions: bytes) -> str:
    start = contents_of(captions).lstrip()[:65536]
    if start.startswith((b"{", b"[")):
        return "karpathy"
    if b"\t" not in start.partition(b"\n")[0] and multi30k.is_line_file(captions):
        return "multi30k"
    return "tsv"


def _split_file(captions: bytes, split: bytes) -> bytes:
    """A path; or the name of a list beside the captions, with or without its ending."""
    beside = os.path.join(os.path.dirname(captions), split)
    same = os.path.join(os.path.dirname(captions), multi30k.SAME.get(split, split) + b".txt")
    for path in (split, beside, beside + b".txt", same):
        if os.path.isfile(path):
            return path
    raise TrainingDataError(
        "there is no such split", path=split, remedy="name a file with one photo's file name a line"
    )
