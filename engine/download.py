"""Fetch the files of a model from a hub, whole or not at all. Runs in a process of its own, the only one that may use
the network (`engine/download_process.py`).

The library asks the hub what there is and gives the HTTP client, with its proxies and its trust; the bytes are streamed
here, because its own download begins again at zero after a cut (huggingface_hub 1.18 and later remove what is partial).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.config import LOW_DISK_BYTES, VERSION
from engine.download_file import FileFetch, Patience
from engine.download_progress import Progress
from engine.errors import DiskFull, DownloadFailed, LibraryBusy, ModelAltered, NoNetwork
from engine.library_lock import LibraryLock
from engine.messages import FetchStage
from engine.offline import SWITCHES
from engine.presets import ModelFile, read_files, write_whole

OPTIONAL = frozenset({"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "words.txt"})
HUB_FILES = ("open_clip_model.safetensors", "open_clip_config.json")
RERANKER_FILES = ("model.safetensors", "config.json", "preprocessor_config.json")
OWN_FILES = ("manifest.json", "config.json", "model.safetensors")
LARGER_THAN_SAID = 1.25  # a person said yes to a size
BY_HAND = "fetch the files by hand, then: afterimage models import DIR"
KEPT = "what was fetched is kept"


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch and where to: `folder` holds what is partial and what is done. With `commit` and the size and
    SHA-256 of every file the hub is asked for nothing but the bytes. `agreed_bytes` is the size that a person said yes
    to, None where they were told that it is unknown."""

    name: str
    repository: str
    files: tuple[ModelFile, ...]
    folder: bytes
    endpoint: str
    commit: str | None = None
    agreed_bytes: int | None = None
    spare_bytes: int = LOW_DISK_BYTES
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies in the folder now: the commit that it came from and every file with size and SHA-256."""

    repository: str
    commit: str
    files: tuple[ModelFile, ...]

    @classmethod
    def from_json(cls, text: str | bytes) -> Fetched:
        facts = json.loads(text)
        return cls(facts["repository"], facts["commit"], tuple(read_files(facts["files"])))

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @property
    def size(self) -> int:
        return sum(file.size or 0 for file in self.files)


def fetch(order: Order, progress: Progress) -> Fetched:
    """Goes on where an earlier run was cut. Raises NoNetwork, DownloadFailed, ModelAltered, DiskFull, LibraryBusy."""
    folder = Path(os.fsdecode(order.folder))
    with _room(folder), _alone(order):
        progress.begin(FetchStage.ASKING)
        with _client(order) as client:
            plan = _plan(order, folder, client)
            _agreed(order, plan)
            _room_for(plan, order, folder)
            files = []
            progress.begin(FetchStage.FETCHING, total=plan.size)
            for file in plan.files:
                transfer = FileFetch(client, _url(order, plan, file), folder / file.name, order.patience)
                files.append(replace(file, sha256=transfer.run(file, progress)))
        done = replace(plan, files=tuple(files))
        write_whole(folder / "plan.json", done.to_json().encode())
        return done


# ---- what there is ------------------------------------------------------------------------------------------------


def _plan(order: Order, folder: Path, client: Any) -> Fetched:
    """What is fetched, decided once: a cut download goes on with the commit that it began with."""
    if order.commit and order.files and all(file.size is not None and file.sha256 for file in order.files):
        return Fetched(order.repository, order.commit, order.files)
    path = folder / "plan.json"
    try:
        plan = Fetched.from_json(path.read_bytes())
        if plan.repository == order.repository and order.commit in (None, plan.commit):
            return plan
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass  # none yet, or of another time: the hub is asked
    plan = _ask(order)
    write_whole(path, plan.to_json().encode())
    return plan


def _ask(order: Order) -> Fetched:
    """What the hub says of the files; a server that has nothing but files is asked for each."""
    from huggingface_hub import HfApi
    from huggingface_hub import errors as hub

    api = HfApi(endpoint=order.endpoint, token=False, library_name="afterimage", library_version=VERSION)
    timeout_s = order.patience.answer_s
    try:
        info = api.model_info(order.repository, revision=order.commit, files_metadata=True, timeout=timeout_s)
        there = {entry.rfilename: _announced(entry) for entry in info.siblings or ()}
        commit = info.sha
    except hub.GatedRepoError:
        raise
    except (hub.RepositoryNotFoundError, hub.RevisionNotFoundError) as error:
        commit, there = _ask_for_each(order)
        if not there:
            raise error
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer, but none of a hub
        remedy = "check --mirror or HF_ENDPOINT"
        raise DownloadFailed("This server does not speak like a hub", path=order.endpoint, remedy=remedy) from error
    if not commit:
        raise DownloadFailed(f"{order.repository} has no commit", path=order.endpoint, remedy=BY_HAND)
    return Fetched(order.repository, commit, tuple(_chosen(order, there)))


def _announced(entry: Any) -> ModelFile:
    """A large file is announced by its SHA-256, a small one as git names it."""
    if entry.lfs is not None:
        return ModelFile(entry.rfilename, entry.lfs.size, entry.lfs.sha256)
    return ModelFile(entry.rfilename, entry.size, None, entry.blob_id)


def _ask_for_each(order: Order) -> tuple[str | None, dict[str, ModelFile]]:
    from huggingface_hub import errors as hub
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    commit, there = order.commit, {}
    known = (*HUB_FILES, *OWN_FILES, *RERANKER_FILES, *sorted(OPTIONAL))
    for name in dict.fromkeys([*(file.name for file in order.files), *known]):
        url = hf_hub_url(order.repository, name, revision=order.commit, endpoint=order.endpoint)
        try:
            told = get_hf_file_metadata(url, token=False, timeout=order.patience.answer_s)
        except (hub.RemoteEntryNotFoundError, hub.RepositoryNotFoundError, hub.RevisionNotFoundError):
            continue
        etag = told.etag or ""
        commit = commit or told.commit_hash
        sha256, git_sha1 = (etag if len(etag) == 64 else None), (etag if len(etag) == 40 else None)
        there[name] = ModelFile(name, told.size, sha256, git_sha1)
    return commit, there


def _chosen(order: Order, there: Mapping[str, ModelFile]) -> Iterator[ModelFile]:
    """The files that are wanted, as announced, unless that is something else than what is known of them."""
    names = OWN_FILES if OWN_FILES[0] in there else HUB_FILES
    if RERANKER_FILES[-1] in there and not {OWN_FILES[0], HUB_FILES[1]} & there.keys():
        names = RERANKER_FILES
    wanted = order.files or tuple(ModelFile(name) for name in (*names, *sorted(OPTIONAL)))
    for file in wanted:
        told = there.get(file.name)
        if told is None and file.name in OPTIONAL:
            continue
        if told is None or told.size is None:
            problem = f"{order.repository} has no {file.name}" + (" whose size is known" if told else "")
            raise DownloadFailed(problem, path=order.endpoint, remedy=BY_HAND)
        other = file.sha256 and told.sha256 and file.sha256 != told.sha256
        if other or (file.size is not None and file.size != told.size):
            problem = f"{file.name} of {order.repository} is not the one that is pinned"
            raise ModelAltered(problem, path=order.endpoint, remedy="do not use this server; nothing was fetched")
        yield replace(told, sha256=file.sha256 or told.sha256)


def _agreed(order: Order, plan: Fetched) -> None:
    if order.agreed_bytes is not None and plan.size > order.agreed_bytes * LARGER_THAN_SAID:
        problem = f"{order.repository} has {plan.size:,} bytes and not {order.agreed_bytes:,}, as was asked about"
        raise DownloadFailed(problem, path=order.endpoint, remedy="nothing was fetched; " + BY_HAND)


def _url(order: Order, plan: Fetched, file: ModelFile) -> str:
    from huggingface_hub import hf_hub_url

    return hf_hub_url(plan.repository, file.name, revision=plan.commit, endpoint=order.endpoint)


# ---- network, disk ------------------------------------------------------------------------------------------------


def allow_network(endpoint: str) -> None:
    """Before the library is imported, in this process alone. It sends neither a token nor what else is installed."""
    for switch in SWITCHES:
        os.environ.pop(switch, None)
    os.environ.update(HF_ENDPOINT=endpoint, HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_IMPLICIT_TOKEN="1")
    os.environ.update(HF_HUB_DISABLE_UPDATE_CHECK="1", HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_XET="1")


@contextmanager
def _client(order: Order) -> Iterator[Any]:
    """The library's HTTP client; its errors become ours."""
    from huggingface_hub import errors as hub
    from huggingface_hub import get_session

    client = get_session()
    transport = sys.modules[type(client).__module__.partition(".")[0]]  # httpx, or what the library has in its place
    try:
        yield client
    except (hub.GatedRepoError, hub.RepositoryNotFoundError, hub.RevisionNotFoundError) as error:
        problem = f"The server does not give {order.repository}{f' at {order.commit}' if order.commit else ''}"
        raise DownloadFailed(problem, path=order.endpoint, remedy="try another --mirror, or " + BY_HAND) from error
    except hub.HfHubHTTPError as error:
        status = error.response.status_code
        raise DownloadFailed(f"The server answers {status}", path=order.endpoint, remedy="try again later") from error
    except transport.ProxyError as error:
        remedy = "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        raise NoNetwork(f"The proxy cannot be used ({_reason(error)})", path=order.endpoint, remedy=remedy) from error
    except transport.TransportError as error:
        remedy = f"check the connection, or use --mirror URL; {KEPT}"
        raise NoNetwork(f"No connection ({_reason(error)})", path=order.endpoint, remedy=remedy) from error
    except (transport.InvalidURL, transport.TooManyRedirects) as error:
        problem = f"This address leads nowhere ({_reason(error)})"
        raise DownloadFailed(problem, path=order.endpoint, remedy="check --mirror or HF_ENDPOINT") from error


def _reason(error: Exception) -> str:
    return (str(error).partition("\n")[0] or type(error).__name__)[:200]


@contextmanager
def _alone(order: Order) -> Iterator[None]:
    """One process at a time fetches a model: two would write into one another's file."""
    os.makedirs(order.folder, mode=0o700, exist_ok=True)
    lock = LibraryLock(order.folder + b".lock")
    try:
        lock.acquire()
    except LibraryBusy as error:
        raise LibraryBusy(f"{order.name} is being fetched already", path=order.folder, remedy="wait for it") from error
    try:
        yield
    finally:
        lock.release()


def _room_for(plan: Fetched, order: Order, folder: Path) -> None:
    """What is missing, the model that is made of it, and some spare. Raises DiskFull."""
    here = sum(path.stat().st_size for path in folder.iterdir())
    needed = max(plan.size - here, 0) + plan.size + order.spare_bytes
    free = shutil.disk_usage(folder).free
    if free < needed:
        problem = f"No room for the model: {_giga(needed)} are needed and {_giga(free)} are free"
        raise DiskFull(problem, path=os.fsencode(folder), remedy=f"free some space; {KEPT}")


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        remedy = f"free some space, then run the same command; {KEPT}"
        raise DiskFull("The disk is full", path=os.fsencode(folder), remedy=remedy) from error


def _giga(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e7 else f"{size / 1e6:.2f} MB"
