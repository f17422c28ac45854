"""What a copy is called: one plain name, below its folder whatever the original is called, and one that is free."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

LONGEST_BYTES = 255  # of a name, on every file system that photos are likely to be copied to
_FORBIDDEN = bytes(range(32)) + b'\x7f/\\:*?"<>|'  # control characters, and what Windows and its file systems refuse
_TAMED = bytes.maketrans(_FORBIDDEN, b"_" * len(_FORBIDDEN))
_DEVICES = {b"con", b"prn", b"aux", b"nul", *(b"%s%d" % (port, n) for port in (b"com", b"lpt") for n in range(1, 10))}


def plain(name: bytes) -> bytes:
    """A name that is one step below any folder: no separators, no control characters, not empty, no dots alone, no
    leading dot (it would be hidden), nothing that Windows takes for a device."""
    tamed = name.translate(_TAMED).strip(b" .")
    if tamed.split(b".")[0].lower() in _DEVICES:
        tamed = b"_" + tamed
    return tamed or b"photo"


def candidates(name: bytes, ending: bytes) -> Iterator[bytes]:
    """`name.ending`, then `name (2).ending` and so on, each short enough; `ending` with its dot."""
    for number in itertools.count(1):
        tail = (b" (%d)" % number if number > 1 else b"") + ending
        yield _cut(name, LONGEST_BYTES - len(tail)) + tail


def split(path: bytes) -> tuple[bytes, bytes]:
    """Plain name and ending (with its dot, or empty) of a photo's file."""
    stem, ending = os.path.splitext(os.path.basename(path))
    ending = ending.translate(_TAMED)
    return plain(stem), ending if len(ending) < 12 else b""


def _cut(name: bytes, most: int) -> bytes:
    """Never in the middle of a character, where the name is UTF-8."""
    if len(name) <= most:
        return name
    try:
        name.decode()
    except UnicodeDecodeError:
        return name[:most].rstrip(b" .")
    return name[:most].decode("utf-8", "ignore").encode().rstrip(b" .")
