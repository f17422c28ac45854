"""The part of the contract that is about models: which there are, fetching, choosing and removing them.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FetchStage(StrEnum):
    """What a download is at."""

    ASKING = "asking"
    FETCHING = "fetching"
    WAITING = "waiting"  # for a server or a network that failed, before the next try
    VERIFYING = "verifying"
    INSTALLING = "installing"


# ---- requests -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UseModel:
    """Choose an installed model; an empty name changes nothing. Reply.value is JSON: `serving` is the name of the model
    that answers now, `chosen` the one that will, once it knows the photos: PrepareProgress tells how far it is, and
    EngineReady comes again when it answers. Choosing the one that answers ends a change. `learned`: by name, abilities
    that models have through heads and calibrations that were made here."""

    request: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ListModels:
    """Reply.value is a JSON list of objects, one a model: those that `afterimage models list --json` prints, with how
    many photos of this library it knows (`encoded`), what that takes (`data_bytes`), `free_bytes` of the disk, and the
    `server` that a download comes from."""

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
    `weights`, `bytes`, `sha256` of the weights, `kind` ("search", or another for what only reranks). Where there is
    much to read FetchProgress tells how far it is, with an empty name; so it does for ImportModel, with the name."""

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
    JSON: `photos` that it does not know yet, `photos_per_s`, `seconds`, `bytes`; null where it cannot be known, and
    `reason` says why."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class DropModelData:
    """Frees what a model that is neither in use nor chosen has learned of the photos, by its name or id; Reply.value is
    the number of bytes. The model itself stays."""

    request: int
    name: str


@dataclass(frozen=True, slots=True)
class SetRerankBudget:
    """What a search may take longer where a ready cross-encoder reranks, in milliseconds; None only asks. Reply.value
    is JSON: `ms`, `default_ms`, the installed `reranker`, what it takes here to see a photo and to match one that was
    seen (`see_ms`, `match_ms`), and how many of the `head` photos fit: `seen` before, and `unseen`; null if unknown.
    `at_work`: whether it is loaded; one that no budget was enough for at the start is loaded at the next."""

    request: int
    ms: float | None = None


@dataclass(frozen=True, slots=True)
class SetDevice:
    """Where models compute: auto, cpu, cuda, cuda:N or mps; an empty name only asks. Reply.value is JSON: the
    `setting`, `now`, the device at work, and the list of those that are `here` (null without a model). A model that is
    at work stays where it is until the next start. Fails for a device that is not here."""

    request: int
    name: str = ""


# ---- events ---------------------------------------------------------------------------------------------------


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


ModelRequest = (
    UseModel
    | ListModels
    | FetchModel
    | PauseFetch
    | RemoveModel
    | LookAtModel
    | ImportModel
    | EstimateModel
    | DropModelData
    | SetRerankBudget
    | SetDevice
)
ModelEvent = FetchProgress | PrepareProgress
