"""The part of the contract that is about what box and sidebar offer: values of filters, collections, saved searches.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "UNCOUNTED",
    "CollectPhotos",
    "Collection",
    "CollectionList",
    "Complete",
    "Completions",
    "CountSavedSearches",
    "ListCollections",
    "ListSavedSearches",
    "LookAtSavedSearch",
    "MakeCollection",
    "OfferEvent",
    "OfferJob",
    "OfferRequest",
    "RemoveSavedSearch",
    "RenameCollection",
    "RenameSavedSearch",
    "SaveSearch",
    "SavedSearch",
    "SavedSearchList",
    "SentencesToTry",
    "SuggestSentences",
    "Value",
]


UNCOUNTED = -1


@dataclass(frozen=True, slots=True)
class Complete:
    """Which values begin like this. `field`: as filters are called ("before" and "after" ask for years and months);
    "" only gets the values ready. Ends in Completions and Reply; a newer one cancels this one."""

    request: int
    field: str
    prefix: str = ""
    limit: int = 8


@dataclass(frozen=True, slots=True)
class Value:
    """What can follow the colon, without quotation marks, and how many photos have it (UNCOUNTED of an order)."""

    text: str
    photos: int


@dataclass(frozen=True, slots=True)
class Completions:
    request: int
    field: str
    prefix: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class SuggestSentences:
    """Which sentences the library surely answers. Ends in SentencesToTry and Reply; a newer one cancels this one."""

    request: int


@dataclass(frozen=True, slots=True)
class SentencesToTry:
    """English, the surest first; none where too little is known."""

    request: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    photos: int


@dataclass(frozen=True, slots=True)
class ListCollections:
    """Ends in CollectionList and Reply."""

    request: int


@dataclass(frozen=True, slots=True)
class CollectionList:
    request: int
    collections: tuple[Collection, ...]


@dataclass(frozen=True, slots=True)
class CollectPhotos:
    """Photos by their ids and by their paths go into a collection, which is made where it is not there, or with
    `remove` leave it; with `toggle` they leave it if all of them are in it. One batch, undone by UndoEdit.
    Reply: {"what", "photos", "removed": bool, "unknown": paths in base64}; "what" is empty where nothing changed."""

    request: int
    name: str
    photo_ids: tuple[int, ...] = ()
    paths: tuple[bytes, ...] = ()
    remove: bool = False
    toggle: bool = False


@dataclass(frozen=True, slots=True)
class MakeCollection:
    """An empty one."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class RenameCollection:
    """An empty new name removes it. Reply as for CollectPhotos."""

    request: int
    name: str
    new: str = ""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`photos` that match, and how many of them are `new` since it was looked at; -1 where that is not known (yet)."""

    id: int
    name: str
    sentence: str
    folder: bytes | None = None
    like: tuple[bytes, ...] = ()
    unlike: tuple[bytes, ...] = ()
    photos: int = -1
    new: int = -1


@dataclass(frozen=True, slots=True)
class ListSavedSearches:
    """With the counts that are known. Ends in SavedSearchList and Reply."""

    request: int


@dataclass(frozen=True, slots=True)
class CountSavedSearches:
    """Counts anew what may have changed, a slice at a time; a SavedSearchList after each. A newer one cancels this."""

    request: int


@dataclass(frozen=True, slots=True)
class SavedSearchList:
    request: int
    searches: tuple[SavedSearch, ...]


@dataclass(frozen=True, slots=True)
class SaveSearch:
    """Example photos that are not in the library are left out. Reply: its id."""

    request: int
    name: str
    sentence: str = ""
    folder: bytes | None = None
    like: tuple[bytes, ...] = ()
    unlike: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameSavedSearch:
    request: int
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RemoveSavedSearch:
    """Until another one is saved, `restore` brings it back."""

    request: int
    id: int
    restore: bool = False


@dataclass(frozen=True, slots=True)
class LookAtSavedSearch:
    """What it finds now is new no more."""

    request: int
    id: int


OfferJob = Complete | CountSavedSearches | SuggestSentences
OfferRequest = (
    OfferJob
    | ListCollections
    | CollectPhotos
    | MakeCollection
    | RenameCollection
    | ListSavedSearches
    | SaveSearch
    | RenameSavedSearch
    | RemoveSavedSearch
    | LookAtSavedSearch
)
OfferEvent = Completions | CollectionList | SavedSearchList | SentencesToTry
