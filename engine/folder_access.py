"""Can this folder be listed? Asked by the command line before it opens a library, and by every Library."""

from __future__ import annotations

import os

from engine.errors import FolderUnreachable


def require_readable(folder: bytes) -> bytes:
    """The absolute path of a folder that can be listed. Raises FolderUnreachable."""
    path = os.path.abspath(folder)
    try:
        with os.scandir(path):
            return path
    except FileNotFoundError as error:
        raise FolderUnreachable("There is no such folder", path=path, remedy="check the name") from error
    except NotADirectoryError as error:
        raise FolderUnreachable("This is a file, not a folder", path=path, remedy="name its folder") from error
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise FolderUnreachable(
            f"This folder cannot be read ({reason})", path=path, remedy="check its permissions, then try again"
        ) from error
