"""The oldest versions of what touches strangers' bytes that have no hole which is publicly known and used.

SQLite is not here: what its versions before 3.51.3 do wrong needs two connections that write, and a library has one.
"""

from __future__ import annotations

import re
from importlib import metadata

from engine.errors import AfterimageError

LEAST = {"pillow": (11, 3), "pillow-heif": (1, 0)}
LEAST_LIBHEIF = (1, 19, 8)  # the system's own may be older than the part that uses it


def require_safe_versions() -> None:
    """Raises AfterimageError where a decoder is too old to be shown a stranger's photo. Imports none of them."""
    for name, least in LEAST.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # an optional part; frozen applications bring what was tested with them
        if numbers(found) < least:
            wanted = ".".join(map(str, least))
            remedy = f"pip install --upgrade '{name}>={wanted}'"
            raise AfterimageError(f"{name} {found} has known holes that a photo can use", remedy=remedy)


def numbers(version: str) -> tuple[int, ...]:
    """Of "12.1.0rc1": (12, 1, 0)."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()
