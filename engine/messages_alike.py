"""The part of the contract that is about photos that show the same.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class GetAlike:
    """The photos that stand behind one row of a result (copies, frames of a burst), that row's own first; ends in Hits
    and Reply."""

    request: int
    result: int
    row: int


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Photos of the library, below `folder` if given, that show the same: identical ones and, with `near`, resized,
    recompressed or slightly cropped ones too. Ends in any number of Duplicates and Reply. Nothing is changed."""

    request: int
    folder: bytes | None = None
    near: bool = False


class Kinship(StrEnum):
    """Photos of a group are the same to the last byte, show the same pixels (and differ in what they say of
    themselves, or in their format), or show the same picture."""

    IDENTICAL = "identical"
    PIXELS = "same pixels"
    NEAR = "near-duplicates"


@dataclass(frozen=True, slots=True)
class DuplicatePhoto:
    """`size` of the file in bytes, width and height in pixels."""

    photo_id: int
    path: bytes
    size: int
    width: int
    height: int
    taken_at: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """At least two photos, the best first: within reach, most pixels, largest file, longest in the library."""

    kinship: Kinship
    photos: tuple[DuplicatePhoto, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """A page of groups; over all pages those come first whose copies take most room."""

    request: int
    groups: tuple[DuplicateGroup, ...]


AlikeRequest = GetAlike | FindDuplicates
