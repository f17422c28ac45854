"""The contract between window, command line and engine. Frozen values, stdlib only.

A request carries `request`, an id chosen by its sender and unique on its connection. Every request ends in exactly
one Reply or one Failed with the same id; progress and results on the way carry it too. Events with
`request == 0` are news to everyone. Packed arrays are little-endian: ids int64, ratios float32, tones uint32.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.photo import Folder, Problem, SearchHit

PROTOCOL = 1


class Stage(StrEnum):
    RETRIEVED = "retrieved"
    RERANKED = "reranked"


class FetchStage(StrEnum):
    """What a download is at."""

    ASKING = "asking"
    FETCHING = "fetching"
    WAITING = "waiting"  # for a server or a network that failed, before the next try
    VERIFYING = "verifying"
    INSTALLING = "installing"


# ---- requests -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """Find photos for a sentence; an empty sentence gives the newest photos.

    Answered by SearchResults(RETRIEVED), then SearchResults(RERANKED) where there is something to rerank, then Reply.
    A newer Search on the same connection cancels this one, which then ends in Failed(cancelled=True).
    """

    request: int
    sentence: str = ""
    limit: int = 300
    rerank: bool = True
    folder: bytes | None = None
    like: bytes | None = None


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
class UseModel:
    """Choose an installed model; an empty name changes nothing. Reply.value is JSON: `serving` is the name of the model
    that answers now, `chosen` the one that answers from the next start on."""

    request: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ListModels:
    """Reply.value is a JSON list of objects, one a model: those that `afterimage models list --json` prints."""

    request: int


@dataclass(frozen=True, slots=True)
class FetchModel:
    """Fetch and install a model of the list, or OWNER/REPOSITORY of a hub; sent after a person's yes only.
    FetchProgress carries the request's id. Another one goes on where this was paused, cut or killed."""

    request: int
    name: str
    mirror: str = ""


@dataclass(frozen=True, slots=True)
class PauseFetch:
    """The FetchModel of this name ends in Failed(cancelled=True); what was fetched is kept."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Reply.value is the number of bytes that are free again. Fails for a model that is in use or that ships."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class LookAtModel:
    """What a folder, or a file of weights, holds; nothing is copied. Reply.value is JSON: `name` that it would get,
    `weights`, `bytes`, `sha256` of the weights."""

    request: int
    path: bytes


@dataclass(frozen=True, slots=True)
class ImportModel:
    """Installs and pins a model from this disk, whose weights a person has confirmed; refused where they no longer
    have this SHA-256. Reply.value is the model's name."""

    request: int
    path: bytes
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class EstimateModel:
    """What preparing this library for an installed model takes here, measured on a few of its photos. Reply.value is
    JSON: `photos`, `photos_per_s`, `seconds`, `bytes`; null where it cannot be known."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class DropModelData:
    """Frees what a model that is neither in use nor chosen has learned of the photos; Reply.value is the number of
    bytes. The model itself stays."""

    request: int
    name: str


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
    """All rows of a result: packed photo ids int64[count], aspect ratios (width / height) float32[count] and skeleton
    tones uint32[count] 0xRRGGBB. Complete hits come by GetHits."""

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
class FetchProgress:
    """A model on its way here: bytes done and in total (0 while unknown), bytes per second over the last seconds."""

    request: int
    name: str
    stage: FetchStage
    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrepareProgress:
    """A chosen model gets to know the photos while another one answers: photos done and in total, photos per second.
    An empty name: nothing is being prepared (any more). Choosing the model that answers ends the change."""

    request: int
    name: str = ""
    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    paused: bool = False


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
    | UseModel
    | ListModels
    | FetchModel
    | PauseFetch
    | RemoveModel
    | LookAtModel
    | ImportModel
    | EstimateModel
    | DropModelData
    | RaiseWindow
    | Shutdown
)
Event = (
    EngineReady
    | SearchResults
    | Hits
    | Rendition
    | IndexProgress
    | FetchProgress
    | PrepareProgress
    | FolderList
    | ProblemList
    | LibraryChanged
    | WindowRaised
    | Reply
    | Failed
)
Message = Request | Event
