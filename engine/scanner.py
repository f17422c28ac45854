"""Walks a folder and yields the photo files in it, told by their names alone. No file is opened, no link followed."""

from __future__ import annotations

import errno
import importlib.util
import os
import stat
from collections.abc import Callable, Iterator
from functools import partial

from engine.errors import FolderUnreachable
from engine.photo import FileEntry, Problem
from engine.query_filters import TYPES

_ALWAYS = {b".jpg", b".jpeg", b".jpe", b".jfif", b".mpo", b".png", b".webp", b".gif"}
_ALWAYS |= {b".tif", b".tiff", b".bmp", b".avif"}
_WITH_HEIF = {b".heic", b".heif", b".hif"} if importlib.util.find_spec("pillow_heif") else set()
_WITH_RAW = {b"." + ending.encode() for ending in TYPES["raw"]} if importlib.util.find_spec("rawpy") else set()
_WITH_JXL = {b".jxl"} if importlib.util.find_spec("pillow_jxl") else set()
EXTENSIONS: frozenset[bytes] = frozenset(_ALWAYS | _WITH_HEIF | _WITH_RAW | _WITH_JXL)

# what other programs keep for themselves: their thumbnails and their bins are nobody's photos
IGNORED_FOLDERS = frozenset(
    {
        b"@eadir",
        b"@recycle",
        b"@recently-snapshot",
        b"#recycle",
        b"#snapshot",
        b"$recycle.bin",
        b"recycler",
        b"lost+found",
        b"node_modules",
        b"system volume information",
    }
)
IGNORED_SUFFIXES = (b".photoslibrary", b".aplibrary", b".migratedphotolibrary", b".lrdata", b".cocatalog")
# AppleDouble halves, and what Android has in its bin or is still receiving
IGNORED_FILE_PREFIXES = (b"._", b".trashed-", b".pending-")
KEEP_OUT = b".nomedia"
SIDECAR = b".xmp"
_IS_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)

Skip = Callable[[os.stat_result], bool]


def scan(
    root: bytes,
    *,
    skip: Skip | None = None,
    drives: list[bytes] | None = None,
    sidecars: list[FileEntry] | None = None,
) -> Iterator[FileEntry | Problem]:
    """Yields every photo file below `root`, in no order, and a Problem for each place that could not be read.

    The photos below a Problem's path are to be kept: they may still be there. `skip` is asked about each subfolder;
    those on which another file system than the root's is mounted are added to `drives`, and files beside photos that
    other programs keep their words in to `sidecars`.
    Folders that are hidden, that other programs keep for themselves, or that hold `.nomedia` are left out; `root` was
    chosen by a person and is always read.

    Raises FolderUnreachable before the first item if `root` cannot be read, and at the end if it went away meanwhile:
    then what was not seen is not gone.
    """
    identity = _reach(root)
    wanted = partial(_wanted_folder, skip=skip, home=identity[0], drives=drives if drives is not None else [])
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        subfolders: list[bytes] = []
        try:
            yield from _read(folder, subfolders, wanted, sidecars)
        except FileNotFoundError:
            continue  # removed since it was listed; if the root went with it, that is found below
        except OSError as error:
            yield _problem(folder, error)
        waiting += subfolders
    if _reach(root) != identity:
        raise FolderUnreachable("The folder was replaced by another while it was read", path=root)


def _reach(root: bytes) -> tuple[int, int]:
    try:
        with os.scandir(root):
            status = os.stat(root)
    except FileNotFoundError as error:
        raise FolderUnreachable("The folder is not there", path=root, remedy="plug in its drive") from error
    except NotADirectoryError as error:
        raise FolderUnreachable("This is not a folder", path=root) from error
    except PermissionError as error:
        remedy = "allow your account to read it"
        raise FolderUnreachable("The folder may not be read", path=root, remedy=remedy) from error
    except (OSError, ValueError) as error:
        raise FolderUnreachable(f"The folder cannot be read ({error})", path=root, remedy="check its drive") from error
    return status.st_dev, status.st_ino


def _read(
    folder: bytes,
    subfolders: list[bytes],
    wanted: Callable[[os.DirEntry[bytes]], bool],
    sidecars: list[FileEntry] | None,
) -> Iterator[FileEntry | Problem]:
    """Yields the photos of one folder; adds the subfolders that are to be read to `subfolders`."""
    troubled = False
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if wanted(entry):
                        subfolders.append(entry.path)
                elif _wanted_file(entry.name) and (found := _photo(entry)):
                    yield found
                elif sidecars is not None and entry.name.lower().endswith(SIDECAR) and (found := _photo(entry)):
                    sidecars.append(found)
            except FileNotFoundError:
                continue  # removed since it was listed
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    yield _problem(entry.path, error)
                elif not troubled:
                    troubled = True  # once is enough: it is the folder that does not answer
                    yield _problem(folder, error)


def _photo(entry: os.DirEntry[bytes]) -> FileEntry | None:
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileEntry(entry.path, status.st_size, status.st_mtime_ns, status.st_ino)


def _wanted_file(name: bytes) -> bool:
    return os.path.splitext(name)[1].lower() in EXTENSIONS and not name.startswith(IGNORED_FILE_PREFIXES)


def _wanted_folder(entry: os.DirEntry[bytes], *, skip: Skip | None, home: int, drives: list[bytes]) -> bool:
    name = entry.name.lower()
    if name.startswith(b".") or name in IGNORED_FOLDERS or name.endswith(IGNORED_SUFFIXES):
        return False
    status = entry.stat(follow_symlinks=False)
    if _IS_JUNCTION is not None and getattr(status, "st_reparse_tag", 0) == _IS_JUNCTION:
        return False
    if skip is not None and skip(os.stat(entry.path, follow_symlinks=False)):
        return False
    if os.path.lexists(os.path.join(entry.path, KEEP_OUT)):
        return False
    if status.st_dev not in (home, 0) and not any(entry.path.startswith(drive + b"/") for drive in drives):
        drives.append(entry.path)  # 0: Windows says no number here
    return True


def _problem(path: bytes, error: OSError) -> Problem:
    if error.errno == errno.ENAMETOOLONG:
        return Problem(path, "The path is too long for this system", "move it nearer to the top")
    if isinstance(error, PermissionError):
        return Problem(path, "The folder may not be read", "allow your account to read it")
    return Problem(path, f"The folder cannot be read ({error.strerror})", "check its drive")
