"""XMP sidecars beside photos: read as other programs left them, written only as a person asked. Photos are never
touched.

`IMG.xmp` and `IMG.CR2.xmp` both belong to IMG.CR2; the one that is there is written, otherwise the second is made.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import DiskFull, SidecarChanged, SidecarUnreadable, SidecarUnwritable
from engine.sidecar_xmp import LARGEST_BYTES, Change, Packet, Tag, Written

__all__ = ["Change", "Sidecar", "Tag", "Written", "keep_backups", "lacks", "names", "read", "words", "write"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Sidecar:
    """digest: BLAKE2b-128 of the file as it was read, so that nobody's later words are written over."""

    path: bytes
    digest: bytes
    written: Written


def names(photo: bytes) -> tuple[bytes, bytes]:
    """Where sidecars of a photo may lie: IMG.CR2.xmp, then IMG.xmp."""
    return photo + b".xmp", os.path.splitext(photo)[0] + b".xmp"


def read(photo: bytes) -> Sidecar | None:
    """The sidecar that is there. Raises SidecarUnreadable."""
    for path in names(photo):
        data = _bytes(path)
        if data is not None:
            return Sidecar(path, _digest(data), _parsed(path, data).written())
    return None


def lacks(photo: bytes, change: Change) -> bool:
    """Whether `write` would write anything. Raises SidecarUnreadable."""
    for path in names(photo):
        data = _bytes(path)
        if data is not None:
            return _parsed(path, data).apply(change)
    return Packet.empty().apply(change)


def words(packet: bytes) -> Written:
    """What an XMP packet says, wherever it lies. Raises ValueError for what is none."""
    return Packet.parse(packet).written()


def write(photo: bytes, change: Change, *, since: Sidecar | None, backups: bytes | None = None) -> Sidecar | None:
    """Merges a change into the sidecar as it was read last (`since`; None: there was none), and returns it anew.

    Nothing is written where nothing would be otherwise. `backups`: a folder that keeps each sidecar as it was before
    the last change. Raises SidecarChanged where another program wrote meanwhile, SidecarUnreadable, SidecarUnwritable
    and DiskFull; the old file is whole then.
    """
    path = since.path if since is not None else names(photo)[0]
    data = _bytes(path)
    if (data is None) != (since is None) or (data is not None and since is not None and _digest(data) != since.digest):
        raise SidecarChanged(
            "Another program changed this sidecar meanwhile", path=path, remedy="look at it again, then repeat"
        )
    packet = _parsed(path, data) if data is not None else Packet.empty()
    if not packet.apply(change):
        return since
    fresh = packet.to_bytes()
    if backups is not None and data is not None:
        _replace(_backup(backups, path), data, mode=0o600)
    _replace(path, fresh, mode=_mode(path) if data is not None else _mode_beside(photo))
    return Sidecar(path, _digest(fresh), packet.written())


def _backup(folder: bytes, path: bytes) -> bytes:
    """One for each sidecar, whatever its name is."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return os.path.join(folder, _backup_name(path))


def keep_backups(backups: bytes, sidecars: Iterable[bytes]) -> None:
    """Of these sidecars alone: the others belonged to photos that were forgotten."""
    kept = {_backup_name(path) for path in sidecars}
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(backups):
            if name not in kept:
                os.unlink(os.path.join(backups, name))


def _backup_name(path: bytes) -> bytes:
    return hashlib.blake2b(path, digest_size=16).hexdigest().encode() + b".xmp"


def _bytes(path: bytes) -> bytes | None:
    """None where there is no file."""
    try:
        with open(os.open(path, _FLAGS), "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SidecarUnreadable("This sidecar is not a regular file", path=path, remedy="remove it")
            return file.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None
        problem = f"This sidecar cannot be read ({error.strerror})"
        raise SidecarUnreadable(problem, path=path, remedy="check its permissions") from error


def _parsed(path: bytes, data: bytes) -> Packet:
    try:
        return Packet.parse(data)
    except ValueError as error:
        remedy = "mend it in the program that made it, or move it away"
        raise SidecarUnreadable(f"This sidecar cannot be understood: {error}", path=path, remedy=remedy) from error


def _mode(path: bytes) -> int | None:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return None


def _mode_beside(photo: bytes) -> int:
    """A new sidecar is for those who may see the photo, though all else that is written here is its owner's alone."""
    return ((_mode(photo) or 0) & 0o666) | 0o600


def _replace(path: bytes, data: bytes, *, mode: int | None) -> None:
    """Old or new, never a mixture: a temporary file beside it, brought to the disk, takes the name."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, b"." + hashlib.blake2b(name, digest_size=8).hexdigest().encode() + b".part")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
        _settle(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if error.errno in _NO_ROOM:
            raise DiskFull("No room for the sidecar", path=path, remedy="free some space, then repeat") from error
        problem = f"This sidecar cannot be written ({error.strerror})"
        raise SidecarUnwritable(problem, path=path, remedy="check the permissions of its folder") from error


def _settle(folder: bytes) -> None:
    """Brings the new name to the disk where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder or b".", os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
