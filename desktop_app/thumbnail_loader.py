"""Reads our own JPEGs (thumbnails and renditions) away from the GUI thread and keeps the recent ones."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, QThread, Signal, Slot
from PySide6.QtGui import QImage, QImageReader

CACHE_BYTES = 256 * 2**20
READERS = 2
RETRY_MISSING_S = 5.0
NICENESS = 5  # of the readers; with more, a busy machine would hold them up while the thread that draws waits for them
JPEG_BEGINS = b"\xff\xd8\xff"
JPEG = QByteArray(b"jpeg")
LARGER = 2.0
FIRST_BYTES, MORE_BYTES = 2**18, 2**22  # a thumbnail comes with the first read
TAKEN = 12  # pictures at most in one turn of the event loop

Job = tuple[bytes, int]


def read_image(path: bytes, edge: int) -> QImage:
    """The JPEG at `path`, at most `edge` pixels a side (0: as large as it is); null if unreadable. One that is smaller
    is enlarged to that, but to no more than LARGER times its size: better here, once, than in every frame.

    Of Qt's as little as possible is made and let go of here: each costs a turn of the interpreter, for which the thread
    that draws has to wait.
    """
    try:
        data = _content(path)
    except OSError:
        return QImage()
    if not data.startswith(JPEG_BEGINS):
        return QImage()
    bytes_read = QByteArray(data)  # has to live as long as the buffer, which only points to it
    buffer = QBuffer(bytes_read)
    # Looking for the format asks every plugin. The one for SVG connects signals, for which it waits for a lock that the
    # GUI thread may hold, deleting something, while it waits in turn for the interpreter that we hold: for ever.
    reader = QImageReader(buffer, JPEG)
    reader.setAutoDetectImageFormat(False)
    # Asked for in any case: the first question makes Qt find the plugin, under a lock of its own, and ask our buffer
    # where it is, for which it needs the interpreter. `read` would have let that go, and another reader that has it
    # would wait for the lock: each for the other, for ever.
    width, height = reader.size().toTuple()
    if edge > 0:
        share = min(edge / max(width, height, 1), LARGER)
        if share != 1:
            # downwards the JPEG reader then skips most of the decoding
            reader.setScaledSize(QSize(max(1, round(width * share)), max(1, round(height * share))))
    image = reader.read()
    if image.isNull() or image.format() == QImage.Format.Format_RGB32:
        return image
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _content(path: bytes) -> bytes:
    """Of a file; what `open` asks of it besides is left out."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = [os.read(file, FIRST_BYTES)]
        while len(parts[-1]) == FIRST_BYTES or (len(parts) > 1 and parts[-1]):
            parts.append(os.read(file, MORE_BYTES))
        return b"".join(parts)
    finally:
        os.close(file)


class _Queue:
    """What is still to be read: the newest wish first. Shared by the GUI thread and the readers."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[Job, None] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False

    def replace(self, jobs: Sequence[Job]) -> None:
        with self._changed:
            self._jobs = OrderedDict.fromkeys(reversed(jobs))
            self._changed.notify_all()

    def push(self, job: Job) -> None:
        with self._changed:
            self._jobs[job] = None
            self._jobs.move_to_end(job)
            self._changed.notify()

    def take(self) -> Job | None:
        """Blocks until there is something to read; None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._jobs)
            return None if self._closed else self._jobs.popitem()[0]

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._jobs)


def _step_back() -> None:
    """Where a thread has a priority of its own (Linux), the one that draws comes first."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class _Arrivals(QObject):
    """Pictures on their way to the GUI thread: `some` is said once for all that come before they are taken."""

    some = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures: deque[tuple[bytes, int, QImage]] = deque()
        self._said = False

    def put(self, path: bytes, edge: int, image: QImage) -> None:
        """From any thread."""
        self._pictures.append((path, edge, image))
        if not self._said:
            self._said = True
            self.some.emit()

    def take(self, most: int) -> list[tuple[bytes, int, QImage]]:
        self._said = False
        taken = [self._pictures.popleft() for _ in range(min(most, len(self._pictures)))]
        if self._pictures and not self._said:
            self._said = True
            self.some.emit()
        return taken


class _Reader(QThread):
    def __init__(self, queue: _Queue, arrivals: _Arrivals, parent: QObject) -> None:
        super().__init__(parent)
        self._queue, self._arrivals = queue, arrivals

    def run(self) -> None:
        _step_back()
        while (job := self._queue.take()) is not None:
            path, edge = job
            self._arrivals.put(path, edge, read_image(path, edge))


class ThumbnailLoader(QObject):
    """A few reading threads behind a cache bounded in bytes, least recently shown out first.

    `loaded(path, image)` comes on the GUI thread; a null image says that the file is missing or broken.
    """

    loaded = Signal(object, QImage)

    def __init__(
        self, parent: QObject | None = None, *, cache_bytes: int = CACHE_BYTES, readers: int = READERS
    ) -> None:
        super().__init__(parent)
        self._budget = cache_bytes
        self._bytes = 0
        self._cache: OrderedDict[bytes, tuple[int, QImage]] = OrderedDict()
        self._missing: dict[bytes, float] = {}
        self._queue = _Queue()
        self._arrivals = _Arrivals(self)
        self._arrivals.some.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._readers = [_Reader(self._queue, self._arrivals, self) for _ in range(readers)]
        for reader in self._readers:
            reader.start()

    @property
    def cached_bytes(self) -> int:
        return self._bytes

    @property
    def waiting(self) -> int:
        """Wishes that no reader has taken yet."""
        return len(self._queue)

    def image(self, path: bytes) -> QImage | None:
        """What is cached of this file, whatever its size; a look-up, never a read."""
        found = self._cache.get(path)
        if found is None:
            return None
        self._cache.move_to_end(path)
        return found[1]

    def is_missing(self, path: bytes) -> bool:
        return not path or path in self._missing

    def want(self, jobs: Sequence[Job]) -> None:
        """Read exactly these (path, edge in device pixels), first ones first; earlier wishes are dropped."""
        now = time.monotonic()
        self._queue.replace([job for job in jobs if self._lacks(job, now)])

    def request(self, path: bytes, edge: int = 0) -> None:
        """Read this one before all others."""
        if self._lacks((path, edge), time.monotonic()):
            self._queue.push((path, edge))

    def forget(self, path: bytes) -> None:
        """The file has changed on disk: drop what is cached of it."""
        self._missing.pop(path, None)
        if (found := self._cache.pop(path, None)) is not None:
            self._bytes -= found[1].sizeInBytes()

    def clear(self) -> None:
        self._queue.replace(())
        self._cache.clear()
        self._missing.clear()
        self._bytes = 0

    def close(self) -> None:
        """Ends the readers and waits for them: at most one read each."""
        self._queue.close()
        for reader in self._readers:
            reader.wait()
        self._arrivals.take(sys.maxsize)
        self._cache.clear()
        self._bytes = 0

    def _lacks(self, job: Job, now: float) -> bool:
        path, edge = job
        found = self._cache.get(path)
        if found is not None:
            return found[0] != edge
        missed = self._missing.get(path) if self._missing else None
        return bool(path) and (missed is None or now - missed >= RETRY_MISSING_S)

    @Slot()
    def _take(self) -> None:
        for path, edge, image in self._arrivals.take(TAKEN):
            self._keep(path, edge, image)

    def _keep(self, path: bytes, edge: int, image: QImage) -> None:
        self.forget(path)
        if image.isNull():
            self._missing[path] = time.monotonic()
        else:
            self._cache[path] = (edge, image)
            self._bytes += image.sizeInBytes()
            self._shrink()
        self.loaded.emit(path, image)

    def _shrink(self) -> None:
        while self._bytes > self._budget and len(self._cache) > 1:
            _, (_, image) = self._cache.popitem(last=False)
            self._bytes -= image.sizeInBytes()
