"""What a search needs of the contract between command line, window and engine: one that finds an engine at work
imports nothing else of it. Offered by `engine.messages`, which tells how messages go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.search_hit import SearchHit

PROTOCOL = 1


class Stage(StrEnum):
    RETRIEVED = "retrieved"
    RERANKED = "reranked"


@dataclass(frozen=True, slots=True)
class Search:
    """Find photos for a sentence; an empty sentence gives the newest photos.

    Answered by SearchResults(RETRIEVED), then SearchResults(RERANKED) where there is something to rerank, then Reply.
    A newer Search on the same connection cancels this one, which then ends in Failed(cancelled=True). `like` and
    `unlike`: paths of example photos, in the library or not. `look`: how many candidates are looked at closely at
    least; 0 leaves it to the engine. `every_copy`: copies and frames of a burst are rows of their own.
    """

    request: int
    sentence: str = ""
    limit: int = 300
    rerank: bool = True
    folder: bytes | None = None
    like: tuple[bytes, ...] = ()
    unlike: tuple[bytes, ...] = ()
    look: int = 0
    every_copy: bool = False

    @property
    def describes(self) -> bool:
        """Something is to be recognised; filters alone need no model."""
        from engine.query import parse  # whoever asks an engine at work leaves that to it

        return bool(self.like or self.unlike) or parse(self.sentence).clause is not None


@dataclass(frozen=True, slots=True)
class GetHits:
    """A page of complete hits of a result; ends in Hits and Reply."""

    request: int
    result: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class EngineReady:
    """First message on every connection (model_loaded False), and again, to all, once the model is loaded."""

    version: str
    protocol: int
    photos: int
    folders: int
    model_loaded: bool = False
    model_name: str = ""
    request: int = 0


@dataclass(frozen=True, slots=True)
class SearchResults:
    """All rows of a result: packed photo ids int64[count], aspect ratios (width / height) float32[count], skeleton
    tones uint32[count] 0xRRGGBB, and how many other photos stand behind each row uint32[count] (empty: none anywhere).
    Complete hits come by GetHits. `days`: (day since 1970, rows) int32[n, 2], where
    rows are in the order of time, whichever way.

    `matched` rows come first, the others are less likely than not worth showing. While `uncalibrated` says why there is
    no probability, every row counts as a match and nothing is said of how many there are. `expected` matches in the
    whole library, with the ends of an 80 % range; `best` probability of any row. `language`: that of a sentence which
    the model was not trained for, as its ISO 639-1 code. `unclear`: what of the sentence could not be understood.
    """

    request: int
    result: int
    stage: Stage
    count: int
    photo_ids: bytes
    aspect_ratios: bytes
    tones: bytes
    looked_closely: int
    searched: int
    total: int
    seconds: float
    sentence: str = ""
    unknown_words: tuple[str, ...] = ()
    alike: bytes = b""
    matched: int = 0
    uncalibrated: str = ""
    expected: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    best: float | None = None
    language: str = ""
    unclear: tuple[str, ...] = ()
    days: bytes = b""


@dataclass(frozen=True, slots=True)
class Hits:
    request: int
    result: int
    first: int
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    request: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """`error` is the class name of engine.errors; `status` the exit status that the command line would use."""

    request: int
    error: str
    problem: str
    path: bytes | None = None
    remedy: str = ""
    status: int = 3
    cancelled: bool = False


SearchMessage = Search | GetHits | EngineReady | SearchResults | Hits | Reply | Failed
