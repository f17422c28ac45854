"""What is known of a photo, from the file on disk to what a decoder makes of it. Plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PhotoState(StrEnum):
    """The state of the file. Whether it is encoded is a row in `embeddings`, not a state."""

    PENDING = "pending"
    READY = "ready"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A photo file as the scanner saw it, before it was opened."""

    path: bytes
    size: int
    mtime_ns: int
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """A watched folder and what is known of its photos. `inside`: READY photos that lie in it too, but belong to
    another watched folder above or below. `in_doubt`: READY photos that were not there at the last scan, and of which a
    person has to say what became of them."""

    id: int
    path: bytes
    offline: bool = False
    paused: bool = False
    ready: int = 0
    pending: int = 0
    unreadable: int = 0
    missing: int = 0
    inside: int = 0
    in_doubt: int = 0


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What the file says of itself. Sizes are those of the upright photo; `taken_at` is ISO 8601 local time."""

    width: int
    height: int
    format: str = ""
    taken_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class DecodeTask:
    """One photo to be opened. `known_hashes` are file hashes of this size that need no decoding.

    With `rendition_edge` the outcome is a RenderedPhoto of at most that many pixels a side instead: a JPEG of this
    `quality` (0: that of previews), with the photo's EXIF as `exif` says (all, no-place; empty: none).
    """

    photo_id: int
    path: bytes
    known_hashes: tuple[bytes, ...] = ()
    rendition_edge: int = 0
    quality: int = 0
    exif: str = ""
    words_only: bool = False


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """Everything that one open of the file gives.

    file_hash and pixel_hash are 32 bytes; pixels is uint8[size, size, 3] RGB as the model wants it;
    thumbnail is a JPEG of at most THUMBNAIL_EDGE_PX a side; tone is the mean colour 0xRRGGBB; sketch is the photo in
    grey squashed to uint8[8, 8], which tells photos that look the same; words is the JSON of `engine.file_words`.
    """

    photo_id: int
    file_hash: bytes
    pixel_hash: bytes
    size: int
    mtime_ns: int
    facts: PhotoFacts
    pixels: bytes
    thumbnail: bytes
    tone: int = 0
    sketch: bytes = b""
    words: str = ""


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """The file's bytes are already in the catalog: a move or a copy, not decoded."""

    photo_id: int
    file_hash: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class DecodeFailure:
    """Why one photo could not be used. `final` failures are not tried again; `vanished` is no failure of the photo."""

    photo_id: int
    reason: str
    remedy: str = ""
    final: bool = False
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class RenderedPhoto:
    """An upright JPEG for the preview; the window never decodes a photo file itself."""

    photo_id: int
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReadWords:
    """What people wrote into a file: the JSON of `engine.file_words`."""

    photo_id: int
    words: str


DecodeOutcome = DecodedPhoto | KnownPhoto | DecodeFailure | RenderedPhoto | ReadWords


@dataclass(frozen=True, slots=True)
class Problem:
    """A photo that is in quarantine, or a subfolder that could not be read (photo_id 0)."""

    path: bytes
    reason: str
    remedy: str = ""
    photo_id: int = 0
