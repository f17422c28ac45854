"""The part of the contract that is about handing copies of photos on.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportPhotos:
    """Copies into `folder`, which is made where it is missing. Nothing there is overwritten, no original is touched.

    `photo_ids` of the library, then `paths` of any photos. `edge`: at most so many pixels a side, 0 leaves the size;
    `quality` (1 to 100) of a JPEG that has to be made anew. `metadata`: all, no-place (without GPS and names of
    places) or none. `names`: keep, date (when it was taken) or number. Ends in a Reply: {"written": count,
    "folder": text, "problems": [[name, reason], ...]}; a stopped one in Failed(cancelled=True); what is whole stays.
    """

    request: int
    folder: bytes
    photo_ids: tuple[int, ...] = ()
    paths: tuple[bytes, ...] = ()
    edge: int = 0
    quality: int = 90
    metadata: str = "all"
    names: str = "keep"


@dataclass(frozen=True, slots=True)
class StopExport:
    """`export`: the request that began it. Does nothing where it has ended."""

    request: int
    export: int


@dataclass(frozen=True, slots=True)
class ExportProgress:
    request: int
    done: int
    total: int


ExportRequest = ExportPhotos | StopExport
