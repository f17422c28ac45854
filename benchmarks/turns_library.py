"""A large library that is only drawn, behind the signals of the engine's client: for measuring the window alone.

Answers are written and read as frames in a thread, as those of a real engine are: what that costs the window is there.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import struct
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from engine import frames
from engine import messages as m
from engine.photo import Folder
from engine.search_hit import SearchHit

ASPECTS = (1.5, 1.5, 1.5, 1.33, 1.33, 0.67, 0.75, 1.0, 1.78)
PICTURES = 200
LARGE_PX = (6000, 4000)
LARGE_PICTURES = 8
TOLD_ONE_BY_ONE = 5_000  # photos, as in the engine
TAGS, FOLDERS = 2_000, 60


def draw_picture(size: tuple[int, int], rng: random.Random, *, lines: int) -> QImage:
    """Noisy enough to cost a real decode."""
    width, height = size
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gradient = QLinearGradient(0, 0, width, height)
    for stop in range(8):
        gradient.setColorAt(stop / 7, QColor(*(rng.randrange(256) for _ in range(3))))
    painter.fillRect(image.rect(), gradient)
    for _ in range(lines):
        painter.setPen(QColor(*(rng.randrange(256) for _ in range(3))))
        painter.drawLine(rng.randrange(width), rng.randrange(height), rng.randrange(width), rng.randrange(height))
    painter.end()
    return image


def pictures_for(rows: int) -> int:
    """Files that stand behind the thumbnails of so many rows."""
    return max(1, min(PICTURES, rows // 20))


def draw_pictures(folder: str, count: int, size: tuple[int, int], rng: random.Random) -> list[bytes]:
    """JPEGs in the folder."""
    paths = [os.path.join(folder, f"{size[0]}-{number}.jpg") for number in range(count)]
    for path in paths:
        draw_picture(size, rng, lines=size[0] * 4 // 5).save(path, quality=85)
    return [os.fsencode(path) for path in paths]


def thumbnail_of(row: int, pictures: list[bytes]) -> bytes:
    """A path of its own for every row, though there are only so many files: `./` is repeated in between."""
    folder, name = os.path.split(pictures[row % len(pictures)])
    turn = row // len(pictures)
    steps = b"".join(b"./" if turn >> bit & 1 else b".//" for bit in range(turn.bit_length()))
    return folder + b"/" + steps + name


def packed_rows(rows: int, rng: random.Random) -> tuple[bytes, bytes, bytes]:
    """Ids, shapes and tones, as a result has them."""
    aspects = rng.choices(ASPECTS, k=rows)
    tones = [rng.randrange(1 << 24) for _ in range(rows)]
    ids = struct.pack(f"<{rows}q", *range(1, rows + 1))
    return ids, struct.pack(f"<{rows}f", *aspects), struct.pack(f"<{rows}I", *tones)


def packed_days(rows: int, days: int, rng: random.Random) -> bytes:
    """(day, rows) in pairs, latest first: outings of a few photos or a few hundred."""
    if not days:
        return b""
    cuts = sorted(rng.sample(range(1, rows), min(days, rows) - 1))
    counts = [end - start for start, end in zip([0, *cuts], [*cuts, rows], strict=True)]
    runs = [(20_000 - 2 * at, count) for at, count in enumerate(counts)]
    return struct.pack(f"<{2 * len(runs)}i", *(value for run in runs for value in run))


class DrawnLibrary(QObject):
    """`rows` photos of `days` days; what is said of photos is not kept. `large`: they can be seen large too."""

    message = Signal(object)
    started = Signal()
    died = Signal(int)
    gave_up = Signal(str)
    _came = Signal(object)

    def __init__(self, folder: str, rows: int, *, days: int = 4_000, large: bool = True) -> None:
        super().__init__()
        self._rng = random.Random(7)
        self._rows = rows
        self._pictures = draw_pictures(folder, pictures_for(rows), (512, 341), self._rng)
        self._large = draw_pictures(folder, LARGE_PICTURES if large else 0, LARGE_PX, self._rng)
        self._packed, self._days = packed_rows(rows, self._rng), packed_days(rows, days, self._rng)
        self._ids, self._handles = itertools.count(1), itertools.count(1)
        self._turned: set[int] = set()  # results that come the oldest first
        self._asked: SimpleQueue[m.Request | None] = SimpleQueue()
        self._came.connect(self.message, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._serve, name="drawn-library")
        self._thread.start()

    # ---- as the engine's client ----

    def next_id(self) -> int:
        return next(self._ids)

    def send(self, request: m.Request) -> None:
        frames.encode(request)  # which costs the window's thread
        self._asked.put(request)

    def start(self) -> None:
        self.message.emit(m.EngineReady("0", 1, self._rows, FOLDERS, model_loaded=True, model_name="drawn"))
        self.started.emit()

    def stop(self) -> None:
        """Ends the thread."""
        self._asked.put(None)
        self._thread.join()

    def change(self) -> None:
        """As if a photo had become searchable."""
        self.message.emit(m.LibraryChanged(0, self._rows))

    # ---- in the thread ----

    def _serve(self) -> None:
        while (request := self._asked.get()) is not None:
            for event in self._answers(request):
                self._came.emit(frames.decode(frames.encode(event)))

    def _answers(self, request: Any) -> Iterator[Any]:
        value = ""
        match request:
            case m.Search():
                yield self._results(request)
            case m.GetHits():
                rows = range(request.first, min(request.first + request.count, self._rows))
                if request.result in self._turned:
                    rows = range(self._rows - 1 - rows.start, self._rows - 1 - rows.stop, -1)
                hits = tuple(self._hit(row) for row in rows)
                yield m.Hits(request.request, request.result, request.first, hits)
            case m.GetRendition() if self._large:
                path = self._large[request.photo_id % LARGE_PICTURES]
                yield m.Rendition(request.request, request.photo_id, path, *LARGE_PX)
            case m.ListFolders():
                yield m.FolderList(request.request, tuple(self._folder(number) for number in range(FOLDERS)))
            case m.Complete():
                values = tuple(m.Value(f"{request.prefix}{number}", 10 * number) for number in range(request.limit))
                yield m.Completions(request.request, request.field, request.prefix, values)
            case _:
                value = self._told(request)
        yield m.Reply(request.request, value)

    def _told(self, request: Any) -> str:
        answers: dict[type, Callable[[], Any]] = {
            m.GetTagBook: lambda: {"tree": self._tree(), "recent": ["places", "people"]},
            m.GetWords: lambda: {photo: {"tags": [["places/sea", "person"]]} for photo in request.photo_ids},
            m.MarkPhotos: lambda: self._edited(request.photo_ids, f"{request.field} {request.value}"),
            m.TagPhotos: lambda: self._edited(request.photo_ids, f"tag {', '.join(request.add)}"),
            m.ListModels: list,
            m.GetSettings: lambda: {"values": {}, "data": "", "battery": False},
            m.SetRerankBudget: lambda: {
                "ms": 250.0,
                "default_ms": 250.0,
                "reranker": None,
                "seen": None,
                "unseen": None,
            },
            m.SetDevice: lambda: {"setting": "auto", "now": "cpu", "here": ["cpu"]},
        }
        answer = answers.get(type(request))
        return json.dumps(answer()) if answer else ""

    def _results(self, search: m.Search) -> m.SearchResults:
        ids, aspects, tones = self._packed
        count = min(self._rows, search.limit) if search.describes else self._rows
        found = m.SearchResults(
            request=search.request,
            result=next(self._handles),
            stage=m.Stage.RETRIEVED,
            count=count,
            photo_ids=ids[: 8 * count],
            aspect_ratios=aspects[: 4 * count],
            tones=tones[: 4 * count],
            looked_closely=0,
            searched=self._rows,
            total=self._rows,
            seconds=0.01,
            sentence=search.sentence,
            matched=count,
            days=b"" if search.describes else self._days,
        )
        if "sort:oldest" in search.sentence:
            self._turned.add(found.result)
            return dataclasses.replace(found, photo_ids=_reversed(ids, "q"), days=b"")
        return found

    def _hit(self, row: int) -> SearchHit:
        path = b"/photos/%d/IMG_%05d.JPG" % (row // 1000, row)
        facts = {"taken_at": "2019-06-14T18:40:00", "camera": "FUJIFILM X100V", "file_size": 9_000_000}
        return SearchHit(row + 1, path, thumbnail_of(row, self._pictures), *LARGE_PX, rating=row % 6, **facts)

    def _folder(self, number: int) -> Folder:
        return Folder(number + 1, b"/photos/%d" % number, ready=self._rows // FOLDERS)

    def _tree(self) -> list[tuple[str, int]]:
        tags = [f"{('places', 'people', 'things')[n % 3]} {n % 40}/level {n // 40}" for n in range(TAGS)]
        return sorted((tag, 100) for tag in {*tags, *(tag.partition("/")[0] for tag in tags)})

    def _edited(self, photo_ids: tuple[int, ...], what: str) -> dict[str, Any]:
        now = {photo: {"tags": [["places/sea", "person"]], "rating": 5} for photo in photo_ids}
        return {"what": what, "photos": len(photo_ids), "now": now if len(now) <= TOLD_ONE_BY_ONE else None}


def _reversed(packed: bytes, typecode: str) -> bytes:
    values = memoryview(packed).cast(typecode)
    return values[::-1].tobytes()
