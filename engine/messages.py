"""The contract between window, command line and engine. Frozen values, stdlib only.

A request carries `request`, an id chosen by its sender and unique on its connection. Every request ends in exactly
one Reply or one Failed with the same id; progress and results on the way carry it too. Events with
`request == 0` are news to everyone. Packed arrays are little-endian: ids int64, ratios float32, tones uint32.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from engine.messages_search import (  # noqa: F401
    PROTOCOL,
    EngineReady,
    Failed,
    GetHits,
    Hits,
    Reply,
    Search,
    SearchResults,
    Stage,
)
from engine.messages_settings import GetSettings, PauseFolder, SayMissing, SetSetting, SettingsRequest  # noqa: F401
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
    WriteSidecars,
)
from engine.photo import Folder, Problem

# ---- requests -------------------------------------------------------------------------------------------------


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
