"""The JSON files in which Karpathy and Fei-Fei (2015) published the splits of Flickr8k, Flickr30k and COCO."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from engine.captions.pairs import CaptionedPhotos, read_split
from engine.captions.text_file import contents_of
from engine.errors import TrainingDataError

SAME = {"dev": "val", "val": "dev"}
FORMAT = "expected: images, each with filename, split and sentences with raw"


def read(path: bytes, *, photos: bytes, split: bytes | None) -> CaptionedPhotos:
    """`split`: a name in the file, a file of photos' names, or None for all. "train" includes "restval"."""
    images = list(_images(path))
    wanted = _chosen(images, path, split)
    nested = any(_is_nested(image, photos) for image in images[:16])
    grouped: dict[bytes, tuple[str, ...]] = {}
    for number, image in wanted:
        name = _name(image, nested)
        if name in grouped:
            raise TrainingDataError(f"image {number} is listed twice", path=path, remedy="remove one of them")
        grouped[name] = _sentences(image, number, path)
    if not grouped:
        raise TrainingDataError("no photo with a caption", path=path, remedy="name another split")
    return CaptionedPhotos(photos, tuple(grouped), tuple(grouped.values()))


def _images(path: bytes) -> Iterator[dict[str, Any]]:
    try:
        images = json.loads(contents_of(path))["images"]
    except UnicodeDecodeError as error:
        raise TrainingDataError("the file is not UTF-8", path=path, remedy="save it as UTF-8") from error
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno}: broken JSON ({error.msg})"
        raise TrainingDataError(problem, path=path, remedy="fetch the file again or correct it") from error
    except (KeyError, TypeError) as error:
        raise TrainingDataError("the JSON holds no list of images", path=path, remedy=FORMAT) from error
    if not isinstance(images, list):
        raise TrainingDataError("the JSON holds no list of images", path=path, remedy=FORMAT)
    for number, image in enumerate(images):
        if not isinstance(image, dict) or not isinstance(image.get("filename"), str) or not image["filename"]:
            raise TrainingDataError(f"image {number} has no file name", path=path, remedy=FORMAT)
        yield image


def _chosen(images: list[dict[str, Any]], path: bytes, split: bytes | None) -> list[tuple[int, dict[str, Any]]]:
    numbered = list(enumerate(images))
    if split is None:
        return numbered
    known = {str(image.get("split")) for image in images}
    name = os.fsdecode(split)
    name = SAME[name] if name not in known and SAME.get(name) in known else name
    if name in known:
        names = {name, "restval"} if name == "train" else {name}
        return [(number, image) for number, image in numbered if image.get("split") in names]
    if os.path.isfile(split):
        listed = set(read_split(split))
        return [(number, image) for number, image in numbered if {_name(image, False), _name(image, True)} & listed]
    remedy = f"name one of: {', '.join(sorted(known))}"
    raise TrainingDataError(f"there is no split {name!r}", path=path, remedy=remedy)


def _sentences(image: dict[str, Any], number: int, path: bytes) -> tuple[str, ...]:
    sentences = image.get("sentences")
    if not isinstance(sentences, list) or not sentences:
        raise TrainingDataError(f"image {number} has no sentences", path=path, remedy=FORMAT)
    texts = []
    for place, sentence in enumerate(sentences):
        raw = sentence.get("raw") if isinstance(sentence, dict) else None
        if not isinstance(raw, str):
            raise TrainingDataError(f"sentence {place} of image {number} is no text", path=path, remedy=FORMAT)
        if not raw.strip():
            problem = f"sentence {place} of image {number} ({image['filename']!r}) is an empty caption"
            raise TrainingDataError(problem, path=path, remedy="write or remove it")
        texts.append(raw.strip())
    return tuple(texts)


def _is_nested(image: dict[str, Any], photos: bytes) -> bool:
    """COCO names a folder for each photo; some people keep all photos in one."""
    return bool(image.get("filepath")) and os.path.exists(os.path.join(photos, _name(image, True)))


def _name(image: dict[str, Any], nested: bool) -> bytes:
    folder = str(image.get("filepath") or "") if nested else ""
    return os.fsencode(os.path.join(folder, image["filename"]))
