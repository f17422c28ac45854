"""`afterimage duplicates`: photos that are there more than once, as groups or as paths. Deletes nothing."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from engine.cli_models_table import plain_size
from engine.cli_search import path_record
from engine.engine_session import open_session
from engine.errors import FolderUnreachable, LibraryEmpty, printable
from engine.locations import Locations
from engine.messages import DuplicateGroup, DuplicatePhoto, Duplicates, FindDuplicates

NOTHING_FOUND = 1


def duplicates(arguments: Namespace) -> int:
    """0 where photos are there more than once, 1 where none is. Raises LibraryEmpty, FolderUnreachable."""
    locations = Locations.at(arguments.library)
    folder = os.path.abspath(arguments.folder) if arguments.folder is not None else None
    if not locations.exist():
        raise _empty(locations)
    with open_session(locations) as session:
        if not session.greeting.photos:
            raise _empty(locations)
        request = FindDuplicates(1, folder, arguments.near)
        groups = [group for page in session.ask(request) if isinstance(page, Duplicates) for group in page.groups]
    if not groups and folder is not None and not os.path.isdir(folder):
        raise FolderUnreachable("There is no such folder", path=folder, remedy="check the name")
    for line in _lines(groups, arguments):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if not groups:
        print(_nothing(folder, near=arguments.near), file=sys.stderr)
    return 0 if groups else NOTHING_FOUND


def _empty(locations: Locations) -> LibraryEmpty:
    remedy = "index a folder first: afterimage index FOLDER"
    return LibraryEmpty("No photo is searchable yet in this library", path=locations.data, remedy=remedy)


def _nothing(folder: bytes | None, *, near: bool) -> str:
    where = f" below {printable(folder)}" if folder is not None else ""
    hint = "" if near else " (for resized or edited copies: --near)"
    return f"No photo is there twice{where}{hint}."


def _lines(groups: Sequence[DuplicateGroup], arguments: Namespace) -> Iterator[bytes]:
    if arguments.paths or arguments.zero:
        end = b"\0" if arguments.zero else b"\n"
        yield from (photo.path + end for group in groups for photo in group.photos[1:])
    elif arguments.json:
        yield from (json.dumps(_record(group), ensure_ascii=False).encode() + b"\n" for group in groups)
    elif groups:
        for group in groups:
            count, room = len(group.photos), plain_size(_spare(group))
            yield f"{group.kinship}: {count} photos, {room} in {_counted(count - 1)}\n".encode()
            yield from (_line(photo) for photo in group.photos)
            yield b"\n"
        copies, spare = sum(len(group.photos) - 1 for group in groups), sum(map(_spare, groups))
        plural = "group" if len(groups) == 1 else "groups"
        yield f"{len(groups):,} {plural}, {_counted(copies)}, {plain_size(spare)} in copies\n".encode()


def _spare(group: DuplicateGroup) -> int:
    """Bytes of all but the best."""
    return sum(photo.size for photo in group.photos[1:])


def _counted(copies: int) -> str:
    return f"{copies:,} {'copy' if copies == 1 else 'copies'}"


def _line(photo: DuplicatePhoto) -> bytes:
    pixels = f"{photo.width} x {photo.height}"
    away = "  (not connected)" if photo.offline else ""
    return f"  {pixels:>13}  {plain_size(photo.size):>8}  {printable(photo.path)}{away}\n".encode()


def _record(group: DuplicateGroup) -> dict[str, Any]:
    return {
        "kinship": group.kinship.value,
        "spare_bytes": _spare(group),
        "photos": [
            path_record(photo.path)
            | {
                "bytes": photo.size,
                "width": photo.width,
                "height": photo.height,
                "taken_at": photo.taken_at,
                "offline": photo.offline,
            }
            for photo in group.photos
        ],
    }
