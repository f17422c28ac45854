"""`afterimage forget`: photos leave the library, never the disk."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from engine.cli_models import confirmed
from engine.engine_session import open_session
from engine.errors import LibraryEmpty, UsageError, printable
from engine.locations import Locations
from engine.messages import Forget, Reply

NOTHING_FORGOTTEN = 1


def forget(arguments: Namespace) -> int:
    """0 when photos were forgotten, 1 when none was there or the answer was no. Raises UsageError, LibraryEmpty."""
    if bool(arguments.paths) == arguments.everything:
        raise UsageError("Name photos or folders, or --everything", remedy="see: afterimage forget --help")
    locations = Locations.at(arguments.library)
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy="check --library")
    paths = tuple(os.path.abspath(path) for path in arguments.paths)
    if not arguments.yes and not _confirmed(paths):
        print("Nothing was forgotten.", file=sys.stderr)
        return NOTHING_FORGOTTEN
    with open_session(locations) as session:
        request = Forget(1, paths, arguments.everything)
        (value,) = (event.value for event in session.ask(request) if isinstance(event, Reply))
    count = int(value)
    print(f"{count:,} {'photo' if count == 1 else 'photos'} forgotten; the files are untouched")
    return 0 if count or arguments.everything else NOTHING_FORGOTTEN


def _confirmed(paths: tuple[bytes, ...]) -> bool:
    what = ", ".join(map(printable, paths[:3])) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return confirmed(f"Forget {what or 'the whole library'}? The files stay where they are.")
