"""Bring a model's files into a library: looked at, hashed, made a model folder, pinned, and moved into place whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import LOW_DISK_BYTES
from engine.errors import AfterimageError, DiskFull, LibraryBusy, ModelAltered, ModelMissing
from engine.library_lock import LibraryLock
from engine.presets import MANIFEST, QWEN_RERANKER, RERANKER, RERANKERS, STARTER, ModelFile, Pin, Presets

WEIGHTS = ".safetensors"
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
HUB_CONFIG = "open_clip_config.json"
CONFIG = "config.json"
PHOTOS = "preprocessor_config.json"  # of a reranker
RERANKER_FILES = (CONFIG, "tokenizer.json", PHOTOS)
HUB_WEIGHTS = ("open_clip_model.safetensors", "model.safetensors")
WORDS = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt")
LONGEST_HEADER = 100_000_000
BLOCK = 2**20
CONVERT = "make safetensors of them: afterimage models convert FILE --to DIR"
SAFE = "name a folder with open_clip_config.json, tokenizer.json and a .safetensors file"


@dataclass(frozen=True, slots=True)
class Source:
    """Files on this disk that can become a model. `own`: they are a model folder already; `kind`, if any: it only
    reranks. `sha256` is that of the weights, in small letters."""

    folder: Path
    weights: str
    own: bool
    files: tuple[ModelFile, ...]
    kind: str = ""

    @property
    def sha256(self) -> str:
        return next(file.sha256 or "" for file in self.files if file.name == self.weights)

    @property
    def size(self) -> int:
        return sum(file.size or 0 for file in self.files)


Look = Callable[[int, int], None]


def look_at(path: Path, look: Look = lambda _done, _total: None) -> Source:
    """What a folder, or a file of weights with its config beside it, holds; nothing of it is unpickled or copied.
    `look` is told how many bytes of how many were read.

    Raises ModelMissing where it is no model, ModelAltered where its weights are no whole safetensors file or differ
    from its own manifest.
    """
    folder = path if path.is_dir() else path.parent
    if not path.exists():
        raise ModelMissing("there is nothing here", path=os.fsencode(path), remedy="check the name")
    weights = path.name if path.is_file() else _weights(folder)
    _require_safetensors(folder / weights)
    own = (folder / MANIFEST).is_file()
    kind = _kind(folder, own=own)
    beside = RERANKER_FILES if kind else (HUB_CONFIG, *WORDS)
    here = [name for name in beside if (folder / name).is_file()]
    names = [MANIFEST, *_listed(folder)] if own else [weights, *here]
    if not own and not kind and HUB_CONFIG not in names:
        raise ModelMissing(f"there is no {HUB_CONFIG} here", path=os.fsencode(folder), remedy=SAFE)
    files = tuple(_hashed(folder, names, look))
    if own:
        _require_listed(folder, files)
    return Source(folder, weights, own, files, kind)


def install(
    presets: Presets, name: str, source: Source, *, origin: Pin | None = None, spare_bytes: int = LOW_DISK_BYTES
) -> Path:
    """Makes the model's folder, pins it, and moves it into place; returns where it is. `origin` says where the files
    came from, if not from the source's folder. A kill at any moment leaves the model installed or not.

    Raises ModelAltered where the files are not those that the list or an earlier pin names, DiskFull, LibraryBusy
    while another process fetches or removes it, and AfterimageError where there is a model of this name.
    """
    with alone(presets, name):
        return _install(presets, name, source, origin, spare_bytes)


@contextmanager
def alone(presets: Presets, name: str) -> Iterator[None]:
    """One process at a time fetches, installs or removes a model of this name. Raises LibraryBusy."""
    staging = presets.staging(name)
    staging.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = LibraryLock(os.fsencode(staging) + b".lock")
    try:
        lock.acquire()
    except LibraryBusy as error:
        problem = f"{name} is being fetched or installed"
        raise LibraryBusy(problem, path=os.fsencode(staging), remedy="wait for it, or pause it") from error
    try:
        yield
    finally:
        lock.release()


def _install(presets: Presets, name: str, source: Source, origin: Pin | None, spare_bytes: int) -> Path:
    _require_free(presets, name, source, spare_bytes)
    _require_known(presets, name, source)
    making = presets.making(name)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    if source.own:
        for file in source.files:
            shutil.copyfile(source.folder / file.name, making / file.name)
    else:
        _make(source, making)
    _sync(making)
    where = origin or Pin(os.fspath(source.folder), None, source.files, "")
    manifest = hashlib.sha256((making / MANIFEST).read_bytes()).hexdigest()
    presets.keep_pin(name, Pin(where.source, where.commit, source.files, manifest, where.server))
    os.replace(making, presets.home(name))
    _sync_folder(presets.home(name).parent)
    return presets.home(name)


def size_here(presets: Presets, name: str) -> int:
    """Bytes that a fetched or imported model takes, with what is partial of it."""
    return sum(_tree_size(folder) for folder in (presets.home(name), presets.staging(name), presets.making(name)))


def remove(presets: Presets, name: str) -> int:
    """Returns the freed bytes. The pin stays. Raises AfterimageError for the one that ships, LibraryBusy while another
    process fetches or installs it."""
    if name == STARTER or presets.folder(name) == presets.shipped / name:
        raise AfterimageError(f"{name!r} ships with Afterimage and stays", remedy="remove another")
    with alone(presets, name):
        return _remove(presets, name)


def _remove(presets: Presets, name: str) -> int:
    freed = size_here(presets, name)
    home = presets.home(name)
    if home.exists():  # out of sight in one step, so that no half of a model is ever loaded
        shutil.rmtree(presets.making(name), ignore_errors=True)
        presets.making(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(home, presets.making(name))
    for folder in (presets.making(name), presets.staging(name)):
        shutil.rmtree(folder, ignore_errors=True)
    return freed


# ---- looking ------------------------------------------------------------------------------------------------------


def _weights(folder: Path) -> str:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    found = [name for name in names if name.endswith(WEIGHTS)]
    chosen = [name for name in HUB_WEIGHTS if name in found] or found
    if len(chosen) > 1 and chosen[0] not in HUB_WEIGHTS:
        raise ModelMissing("there are several files of weights here", path=os.fsencode(folder), remedy="name one")
    if not chosen:
        pickled = [name for name in names if name.endswith(PICKLES)]
        problem = "pickled weights are never opened" if pickled else "there are no weights here"
        where, remedy = (folder / pickled[0], CONVERT) if pickled else (folder, SAFE)
        raise ModelMissing(problem, path=os.fsencode(where), remedy=remedy)
    return chosen[0]


def _require_safetensors(path: Path) -> None:
    """Header and length, before anything else is done with the file."""
    if path.suffix in PICKLES:
        raise ModelMissing("pickled weights are never opened", path=os.fsencode(path), remedy=CONVERT)
    if not is_whole(path):
        problem = "this is no whole safetensors file"
        raise ModelAltered(problem, path=os.fsencode(path), remedy="get it again")


def is_whole(path: Path) -> bool:
    """Whether a file is safetensors as far as its header and its length tell."""
    try:
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length)) if length <= LONGEST_HEADER else None
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]  # type: ignore
        return bool(path.stat().st_size == 8 + length + max(ends))
    except (struct.error, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False


def _kind(folder: Path, *, own: bool) -> str:
    """That of a reranker where its config says so; "" for everything else, which is judged elsewhere."""
    try:
        facts = json.loads((folder / CONFIG).read_bytes())
    except (OSError, ValueError):
        return ""
    if not isinstance(facts, dict) or (folder / HUB_CONFIG).is_file():
        return ""
    if own:
        return facts["kind"] if facts.get("kind") in RERANKERS else ""
    return {"blip": RERANKER, "qwen3_vl": QWEN_RERANKER}.get(facts.get("model_type", ""), "")


def _listed(folder: Path) -> list[str]:
    """The names in a model folder's own manifest."""
    try:
        names = list(json.loads((folder / MANIFEST).read_bytes())["files"])
        wrong = [n for n in names if os.path.basename(n) != n or n.endswith(PICKLES) or not (folder / n).is_file()]
    except (ValueError, KeyError, TypeError) as error:
        path = os.fsencode(folder / MANIFEST)
        raise ModelAltered("the manifest cannot be read", path=path, remedy="get the folder again") from error
    if wrong:
        path = os.fsencode(folder / wrong[0])
        raise ModelMissing("the manifest names a file that cannot be used", path=path, remedy="get the folder again")
    return names


def _require_listed(folder: Path, files: Iterable[ModelFile]) -> None:
    hashes = json.loads((folder / MANIFEST).read_bytes())["files"]
    for file in files:
        if file.name != MANIFEST and hashes[file.name] != file.sha256:
            problem = "a file of the model is not the one that was published"
            raise ModelAltered(problem, path=os.fsencode(folder / file.name), remedy="get the folder again")


def _hashed(folder: Path, names: Sequence[str], look: Look) -> Iterator[ModelFile]:
    total, done = sum((folder / name).stat().st_size for name in names), 0

    def told(read: int) -> None:
        nonlocal done
        done += read
        look(done, total)

    for name in names:
        yield hash_of(folder / name, told)


def hash_of(path: Path, look: Callable[[int], None] = lambda _: None) -> ModelFile:
    """A file's length and SHA-256."""
    sha256 = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            sha256.update(block)
            look(len(block))
        size = file.tell()
    return ModelFile(path.name, size, sha256.hexdigest())


# ---- installing ---------------------------------------------------------------------------------------------------


def _require_free(presets: Presets, name: str, source: Source, spare_bytes: int) -> None:
    home = presets.home(name)
    if presets.folder(name) is not None:
        remedy = f"afterimage models remove {name}, or import it under another --name"
        raise AfterimageError(f"there is a model {name!r} already", remedy=remedy)
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(home.parent).free
    if free < source.size + spare_bytes:
        problem = f"No room for the model: {(source.size + spare_bytes) / 1e6:,.0f} MB are needed"
        raise DiskFull(f"{problem} and {free / 1e6:,.0f} MB are free", path=os.fsencode(home), remedy="free some space")


def _require_known(presets: Presets, name: str, source: Source) -> None:
    """Files that the list or an earlier pin names have to be those, to the last bit."""
    pin = presets.pin(name)
    listed = {file.name: file.sha256 for file in _published(presets, name)}
    pinned = {file.name: file.sha256 for file in pin.files} if pin else {}
    for file in source.files:
        expected = pinned.get(file.name) or listed.get(file.name)
        if expected and expected != file.sha256:
            remedy = f"if you trust the new files, remove {presets.pin_path(name)} and try again"
            problem = f"{file.name} is not the one that was pinned for {name}"
            raise ModelAltered(problem, path=os.fsencode(source.folder / file.name), remedy=remedy)


def _published(presets: Presets, name: str) -> tuple[ModelFile, ...]:
    known: dict[str, Any] = dict(presets.all())
    return known[name].files if name in known else ()


def _make(source: Source, making: Path) -> None:
    """The files of a hub repository become a model folder. Only those that were looked at are seen."""
    import_files, weights = _importer(source)
    view = making.with_name(making.name + ".view")
    shutil.rmtree(view, ignore_errors=True)
    view.mkdir(mode=0o700)
    for file in source.files:
        name = weights if file.name == source.weights else file.name
        _show(source.folder.resolve() / file.name, view / name)
    try:
        import_files(view, making)
    finally:
        shutil.rmtree(view, ignore_errors=True)


def _importer(source: Source) -> tuple[Callable[[Path, Path], str], str]:
    """What makes a model folder of such files, and the name under which it looks for the weights. Raises ModelMissing
    without the part of the application that knows them."""
    if not source.kind:
        from engine.model_import import import_folder

        return import_folder, HUB_WEIGHTS[0]
    if source.kind == QWEN_RERANKER:
        from engine.qwen_reranker_files import import_reranker

        return import_reranker, HUB_WEIGHTS[1]
    from engine.blip_itm_files import import_matcher

    return import_matcher, HUB_WEIGHTS[1]


def _show(file: Path, place: Path) -> None:
    try:
        os.symlink(file, place)
    except OSError:  # not every disk and not every user may
        shutil.copyfile(file, place)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # a folder cannot be opened elsewhere
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _tree_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
