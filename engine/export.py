"""Copies of photos for others: of their size or smaller, with or without what they say of themselves. Originals are
only read, and nothing that is there already is overwritten."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine import export_jpeg, export_names
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.decoder_file import open_photo, read_photo_file
from engine.decoder_format import photo_format
from engine.errors import DiskFull, FolderUnreachable, PhotoUnreadable, UsageError, printable
from engine.photo import DecodeFailure, DecodeTask, RenderedPhoto

METADATA = ("all", "no-place", "none")
NAMES = ("keep", "date", "number")
WHOLE_PX = 65_535  # no photo that is read is larger
CHUNK_BYTES = 2**20
AHEAD = 4  # photos that are decoded while others are written
PERMISSIONS = 0o644  # a copy is for others, unlike all that is ours
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True, slots=True)
class ExportItem:
    """A photo and, where it is known, when it was taken (ISO 8601)."""

    path: bytes
    taken_at: str = ""


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """As `engine.messages_export.ExportPhotos` has it. Raises UsageError for what makes no sense."""

    folder: bytes
    edge: int = 0
    quality: int = 90
    metadata: str = "all"
    names: str = "keep"

    def __post_init__(self) -> None:
        if self.metadata not in METADATA or self.names not in NAMES:
            raise UsageError("There is no such kind of export", remedy="choose one that is offered")
        if not (self.edge == 0 or 16 <= self.edge <= WHOLE_PX) or not 1 <= self.quality <= 100:
            raise UsageError("No photo has such a size or quality", remedy=f"16 to {WHOLE_PX} pixels, quality 1 to 100")


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of one photo: the path of its copy, or why there is none."""

    item: ExportItem
    copy: bytes = b""
    problem: str = ""


class Exporter:
    """`run` once, then `close`, or use it in a `with`: decoders are processes of their own."""

    def __init__(self, plan: ExportPlan, *, workers: int, niceness: int = 0) -> None:
        self._plan = plan
        self._pool = DecodePool(ModelInput(size=16), workers, niceness=niceness)
        self._look_ahead = workers * AHEAD

    def __enter__(self) -> Exporter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()

    def run(self, items: Sequence[ExportItem]) -> Iterator[Exported]:
        """In their order. Raises FolderUnreachable, DiskFull."""
        self._make_folder()
        digits = max(3, len(str(len(items))))
        made: dict[int, RenderedPhoto | DecodeFailure] = {}
        ahead: deque[int] = deque()
        waiting = iter(range(len(items)))
        for at, item in enumerate(items):
            while len(ahead) <= self._look_ahead and (index := next(waiting, None)) is not None:
                ahead.append(index)
                self._begin(index, items[index])
            ahead.popleft()
            try:
                yield Exported(item, self._copy(item, at, made, self._name(item, at + 1, digits)))
            except PhotoUnreadable as error:
                yield Exported(item, problem=f"{error.problem}{f' ({error.remedy})' if error.remedy else ''}")

    # ---- one photo ----

    def _begin(self, index: int, item: ExportItem) -> None:
        """A photo that will surely need new pixels is decoded ahead."""
        if self._plan.edge:
            self._submit(index, item)

    def _submit(self, index: int, item: ExportItem) -> None:
        plan = self._plan
        edge, exif = plan.edge or WHOLE_PX, "" if plan.metadata == "none" else plan.metadata
        self._pool.submit(DecodeTask(index, item.path, rendition_edge=edge, quality=plan.quality, exif=exif))

    def _copy(self, item: ExportItem, index: int, made: dict[int, RenderedPhoto | DecodeFailure], name: bytes) -> bytes:
        plan, (_, ending) = self._plan, export_names.split(item.path)
        if plan.edge == 0 and plan.metadata == "all":
            return self._write(name, ending, lambda file: _stream(item.path, file))
        if plan.edge == 0:
            data = self._stripped(item.path)
            if data is not None:
                return self._write(name, ending or b".jpg", lambda file: _pour(data, file))
            self._submit(index, item)
        jpeg = self._rendered(index, made).jpeg
        return self._write(name, b".jpg", lambda file: _pour(jpeg, file))

    def _stripped(self, path: bytes) -> bytes | None:
        """The same pixels to the last bit; None where only a new JPEG can leave out what is to be left out."""
        data = read_photo_file(path).data
        if photo_format(data) != "JPEG":
            return None
        strip = export_jpeg.without_place if self._plan.metadata == "no-place" else export_jpeg.without_metadata
        try:
            return strip(data)
        except export_jpeg.NotUnderstood:
            return None

    def _rendered(self, index: int, made: dict[int, RenderedPhoto | DecodeFailure]) -> RenderedPhoto:
        while index not in made:
            for outcome in self._pool.poll(1.0):
                if isinstance(outcome, RenderedPhoto | DecodeFailure):
                    made[outcome.photo_id] = outcome
        outcome = made.pop(index)
        if isinstance(outcome, DecodeFailure):
            raise PhotoUnreadable(outcome.reason, remedy=outcome.remedy)
        return outcome

    def _name(self, item: ExportItem, number: int, digits: int) -> bytes:
        stem, _ = export_names.split(item.path)
        if self._plan.names == "number":
            return str(number).zfill(digits).encode()
        if self._plan.names == "date" and item.taken_at:
            day, _, clock = item.taken_at[:19].partition("T")
            return export_names.plain(f"{day} {clock.replace(':', '')}".strip().encode())
        return stem

    # ---- the folder ----

    def _make_folder(self) -> None:
        folder = self._plan.folder
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            remedy = "choose another folder"
            raise FolderUnreachable("This folder cannot be made", path=folder, remedy=remedy) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise FolderUnreachable("Nothing may be written here", path=folder, remedy="choose another folder")

    def _write(self, name: bytes, ending: bytes, fill: Callable[[int], None]) -> bytes:
        """Under a name of our own first, so that whoever looks never finds half a photo."""
        temporary = os.path.join(self._plan.folder, b".afterimage-" + secrets.token_hex(8).encode())
        try:
            file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            try:
                fill(file)
                os.fsync(file)
                if hasattr(os, "fchmod"):
                    os.fchmod(file, PERMISSIONS)
            finally:
                os.close(file)
            return self._place(temporary, name, ending)
        except OSError as error:
            if error.errno in _FULL:
                remedy = "free some space, or choose another folder"
                raise DiskFull("The disk is full", path=self._plan.folder, remedy=remedy) from error
            raise PhotoUnreadable(f"The copy cannot be written ({error.strerror})") from error
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)

    def _place(self, temporary: bytes, name: bytes, ending: bytes) -> bytes:
        for candidate in export_names.candidates(name, ending):
            path = os.path.join(self._plan.folder, candidate)
            with contextlib.suppress(FileExistsError):
                _move_to_free(temporary, path)
                return path
        raise AssertionError("there is always another number")


def _move_to_free(temporary: bytes, path: bytes) -> None:
    """Raises FileExistsError where the name is taken, by whomever."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first, then filled at once
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PERMISSIONS))
        os.replace(temporary, path)


def _pour(data: bytes, file: int) -> None:
    with open(file, "wb", closefd=False) as target:
        target.write(data)


def _stream(source: bytes, file: int) -> None:
    """A byte for byte copy that keeps the time of the original. Raises PhotoUnreadable."""
    try:
        descriptor = open_photo(source)
    except OSError as error:
        raise PhotoUnreadable(f"The photo cannot be opened ({error.strerror})", path=source) from error
    with open(descriptor, "rb", buffering=0) as photo, open(file, "wb", closefd=False) as target:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise PhotoUnreadable("This is not a regular file", path=source)
        while chunk := photo.read(CHUNK_BYTES):
            target.write(chunk)
    with contextlib.suppress(OSError):
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def told(exported: Exported) -> tuple[str, str]:
    """Name and reason, for people."""
    return printable(os.path.basename(exported.item.path)), exported.problem
