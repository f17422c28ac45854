"""The part of the contract that is about tags, ratings, labels and picks.

A part of `engine.messages`, through which everybody sees it. Every request ends in a Reply with JSON text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagPhotos:
    """Photos by their ids and by their paths get tags and lose others, as one batch; `sidecars`: the words go into the
    files beside the photos too. Of the `guessed` ones it is the model that says so. Reply: {"what", "photos",
    "sidecars", "unknown": paths in base64, "problems", "now": {photo id: as for GetWords}; null for very many}."""

    request: int
    photo_ids: tuple[int, ...] = ()
    paths: tuple[bytes, ...] = ()
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    sidecars: bool = False
    guessed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkPhotos:
    """`field` rating ("0" to "5"), pick ("-1", "0", "1") or label; None takes it away. Reply as for TagPhotos."""

    request: int
    field: str
    value: str | None
    photo_ids: tuple[int, ...] = ()
    paths: tuple[bytes, ...] = ()
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class ListTags:
    """Reply: [[tag, number of photos], ...] in the order of their names."""

    request: int


@dataclass(frozen=True, slots=True)
class GetTagBook:
    """Reply: {"tree": [[level of a tag, photos that carry it or one below], ...] by name, "recent": [tags that
    were given last, ...]}."""

    request: int


@dataclass(frozen=True, slots=True)
class GetWords:
    """What was said of photos. Reply: {photo id: {"tags": [[tag, person, model or file], ...], "rating": "0" to "5",
    "pick": "-1" to "1", "label", "caption"; those that there are}}."""

    request: int
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RenameTag:
    """A tag and all below it, on every photo; an empty new name removes it. Reply as for TagPhotos."""

    request: int
    old: str
    new: str = ""
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class WriteSidecars:
    """Brings tags and marks that no sidecar holds into the files beside the photos: of these paths, or of all photos
    within reach. With `count` nothing is written. Reply: {"photos": that had such words, "problems", "unknown": paths
    in base64}."""

    request: int
    paths: tuple[bytes, ...] = ()
    count: bool = False


@dataclass(frozen=True, slots=True)
class UndoEdit:
    """The last batch that is not undone, or with `redo` the one that was undone last. Reply as for TagPhotos; "what" is
    empty where there was none."""

    request: int
    redo: bool = False
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class SuggestTags:
    """Tags that a photo may deserve; ends in TagSuggestions and Reply. A newer one takes its place."""

    request: int
    photo_id: int


@dataclass(frozen=True, slots=True)
class TagSuggestions:
    """`tags`: JSON text, [[tag, probability], ...], the likeliest first. None of them is written."""

    request: int
    photo_id: int
    tags: str


@dataclass(frozen=True, slots=True)
class FindTaggable:
    """Photos that a sentence may tag, the likeliest first; ends in Taggable and Reply. A newer one takes its place."""

    request: int
    sentence: str
    folder: bytes | None = None


@dataclass(frozen=True, slots=True)
class Taggable:
    """All rows of a result as in SearchResults, with a probability float32[count] each; hits come by GetHits. While
    `uncalibrated` says why there are no probabilities, there are no rows."""

    request: int
    result: int
    count: int
    photo_ids: bytes
    aspect_ratios: bytes
    tones: bytes
    probabilities: bytes
    uncalibrated: str = ""


TagFinding = SuggestTags | FindTaggable
TagEvent = TagSuggestions | Taggable
TagRequest = TagPhotos | MarkPhotos | ListTags | GetTagBook | GetWords | RenameTag | UndoEdit | WriteSidecars
