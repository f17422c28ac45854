"""How a VectorIndex lies on disk: files of a generation, and a manifest that vouches for them.

The manifest names the files with size and SHA-256, and carries its own. It is written last and renamed into place, so
that a save is either whole or has not happened; a file that the manifest does not vouch for is never given to hnswlib,
which dies of flipped bits.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from engine.errors import DiskFull

MANIFEST = b"index.json"
FORMAT = 1
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class SavedFile:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` ids, flags and float16 vectors lie in `vectors`; `graph` is hnswlib's own file, if there is one."""

    generation: int
    dimension: int
    rows: int
    vectors: SavedFile
    graph: SavedFile | None = None
    graph_labels: int = 0


def read_manifest(folder: bytes) -> Manifest | None:
    """None where there is none, or where it is not to be trusted."""
    try:
        with open(os.path.join(folder, MANIFEST), "rb") as file:
            digest, _, body = file.read(65_536).partition(b"\n")
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        return None
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    found = json.loads(body)
    if found.pop("format") != FORMAT:
        return None
    found["vectors"] = SavedFile(**found["vectors"])
    found["graph"] = SavedFile(**found["graph"]) if found["graph"] else None
    return Manifest(**found)


def write_manifest(folder: bytes, manifest: Manifest) -> None:
    """The moment at which a save becomes true. Raises DiskFull."""
    body = json.dumps({"format": FORMAT, **asdict(manifest)}).encode()
    path = os.path.join(folder, MANIFEST)
    with room_for(path), open(path + b".tmp", "wb") as file:
        file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + b".tmp", path)
    sync_folder(folder)


def has_manifest(folder: bytes) -> bool:
    return os.path.lexists(os.path.join(folder, MANIFEST))


def verified(folder: bytes, saved: SavedFile) -> bool:
    """Whether the file is what the manifest says, to the last bit."""
    path = os.path.join(folder, os.path.basename(saved.name).encode())
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return size == saved.size and hashlib.file_digest(file, "sha256").hexdigest() == saved.sha256
    except OSError:
        return False


def vouch_for(folder: bytes, name: str) -> SavedFile:
    """Brings a written file to the disk and takes its size and hash. Raises DiskFull."""
    path = os.path.join(folder, name.encode())
    with room_for(path), open(path, "r+b") as file:
        os.fsync(file.fileno())
        return SavedFile(name, os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write_file(folder: bytes, name: str, parts: list[memoryview]) -> None:
    """Raises DiskFull."""
    path = os.path.join(folder, name.encode())
    with room_for(path), open(path, "wb") as file:
        for part in parts:
            file.write(part)


def remove_others(folder: bytes, kept: Manifest | None) -> None:
    """Clears away files of other generations, torn ones included."""
    names = {saved.name.encode() for saved in (kept.vectors, kept.graph) if saved} if kept else set()
    for name in os.listdir(folder):
        if name not in names and name.startswith((b"vectors-", b"graph-", MANIFEST + b".")):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(folder, name))


def sync_folder(folder: bytes) -> None:
    """Makes a rename last; where folders cannot be opened (Windows) there is no such step."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


@contextmanager
def room_for(path: bytes) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull("No room for the search index", path=path, remedy="free some space, then try again") from error


@contextmanager
def path_as_text(folder: bytes, name: str) -> Iterator[str]:
    """A path for hnswlib, which takes UTF-8 only; a folder with another name is reached through its descriptor."""
    try:
        text = os.path.join(folder, name.encode()).decode()
    except UnicodeDecodeError:
        fd = os.open(folder, os.O_RDONLY)
        try:
            yield f"/proc/self/fd/{fd}/{name}"
        finally:
            os.close(fd)
    else:
        yield text
