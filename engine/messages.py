"""The contract between window, command line and engine. Frozen values, stdlib only.

A request carries `request`, an id chosen by its sender and unique on its connection. Every request ends in exactly
one Reply or one Failed with the same id; progress and results on the way carry it too. Events with
`request == 0` are news to everyone. Packed arrays are little-endian: ids int64, ratios float32, tones uint32.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.messages_alike import (  # noqa: F401  one contract, whoever imports it
    AlikeRequest,
    DuplicateGroup,
    DuplicatePhoto,
    Duplicates,
    FindDuplicates,
    GetAlike,
    Kinship,
)
from engine.messages_explanations import Explain, Explanation, WordSight  # noqa: F401
from engine.messages_export import ExportPhotos, ExportProgress, ExportRequest, StopExport  # noqa: F401
from engine.messages_judgments import (  # noqa: F401  one contract, whoever imports it
    GetExamples,
    Judge,
    JudgmentRequest,
    Judgments,
    ListJudgments,
    UseHead,
)
from engine.messages_models import (  # noqa: F401  one contract, whoever imports it
    DropModelData,
    EstimateModel,
    FetchModel,
    FetchProgress,
    FetchStage,
    ImportModel,
    ListModels,
    LookAtModel,
    ModelEvent,
    ModelRequest,
    PauseFetch,
    PrepareProgress,
    RemoveModel,
    SetDevice,
    SetRerankBudget,
    UseModel,
)
from engine.messages_offers import *  # noqa: F403
from engine.messages_offers import OfferEvent, OfferRequest
from engine.messages_settings import GetSettings, PauseFolder, SetSetting, SettingsRequest  # noqa: F401
from engine.messages_tags import (  # noqa: F401
    FindTaggable,
    GetTagBook,
    GetWords,
    ListTags,
    MarkPhotos,
    RenameTag,
    SuggestTags,
    TagEvent,
    TagFinding,
    Taggable,
    TagPhotos,
    TagRequest,
    TagSuggestions,
    UndoEdit,
)
from engine.photo import Folder, Problem, SearchHit
from engine.query import parse

PROTOCOL = 1


class Stage(StrEnum):
    RETRIEVED = "retrieved"
    RERANKED = "reranked"


# ---- requests -------------------------------------------------------------------------------------------------


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
        return bool(self.like or self.unlike) or parse(self.sentence).clause is not None


@dataclass(frozen=True, slots=True)
class GetHits:
    """A page of complete hits of a result; ends in Hits and Reply."""

    request: int
    result: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class GetRendition:
    """A larger picture of one photo for the preview, at most `edge` pixels a side; ends in Rendition and Reply."""

    request: int
    photo_id: int
    edge: int


@dataclass(frozen=True, slots=True)
class AddFolder:
    """Watch a folder and index it in the background."""

    request: int
    path: bytes


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """Stop watching; its photos leave the library, never the disk."""

    request: int
    folder_id: int


@dataclass(frozen=True, slots=True)
class Index:
    """Scan these folders (added if new) and reply when their queue is done; IndexProgress carries the request's id."""

    request: int
    folders: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Rescan:
    """A hint that something changed; folder None means everywhere."""

    request: int
    folder: bytes | None = None


@dataclass(frozen=True, slots=True)
class PauseIndexing:
    request: int
    paused: bool


@dataclass(frozen=True, slots=True)
class ListFolders:
    """Ends in FolderList and Reply."""

    request: int


@dataclass(frozen=True, slots=True)
class ListProblems:
    """Ends in ProblemList and Reply."""

    request: int


@dataclass(frozen=True, slots=True)
class RetryProblems:
    """Give these quarantined photos (all when empty) three new tries."""

    request: int
    photo_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Doctor:
    """Reply.value holds the health report as JSON text."""

    request: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Remove photos or folders from the library; Reply.value is the number of photos forgotten."""

    request: int
    paths: tuple[bytes, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class RaiseWindow:
    """A second start asks the first window to come forward."""

    request: int
    folders: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Shutdown:
    request: int


# ---- events ---------------------------------------------------------------------------------------------------


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
    Complete hits come by GetHits. `days`: (day since 1970, rows) int32[n, 2], latest
    first, where rows are in the order of time.

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
class Rendition:
    """Where the rendition lies (a JPEG below the cache folder), and its size in pixels."""

    request: int
    photo_id: int
    path: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """Numbers of the whole library; rate in photos per second, seconds_left None while it is not known."""

    request: int
    ready: int
    pending: int
    unreadable: int
    missing: int
    rate: float
    seconds_left: float | None
    active: bool
    paused: bool = False
    scanning: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FolderList:
    request: int
    folders: tuple[Folder, ...]


@dataclass(frozen=True, slots=True)
class ProblemList:
    request: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Photos became searchable, moved or vanished: an empty search box shows the newest again."""

    request: int = 0
    ready: int = 0


@dataclass(frozen=True, slots=True)
class WindowRaised:
    """To the window: somebody started the application again."""

    folders: tuple[bytes, ...] = ()
    request: int = 0


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


Request = (
    Search
    | GetHits
    | AlikeRequest
    | TagFinding
    | Explain
    | GetRendition
    | AddFolder
    | RemoveFolder
    | Index
    | Rescan
    | PauseIndexing
    | ListFolders
    | ListProblems
    | RetryProblems
    | Doctor
    | Forget
    | RaiseWindow
    | Shutdown
    | ModelRequest
    | TagRequest
    | OfferRequest
    | SettingsRequest
    | ExportRequest
    | JudgmentRequest
)
Event = (
    EngineReady
    | SearchResults
    | Explanation
    | Duplicates
    | TagEvent
    | Hits
    | Rendition
    | IndexProgress
    | FolderList
    | ProblemList
    | LibraryChanged
    | WindowRaised
    | Reply
    | Failed
    | Judgments
    | ModelEvent
    | ExportProgress
    | OfferEvent
)
Message = Request | Event
