"""Thumbnails that we draw ourselves, packed results and hits, and a wait with a deadline."""

from __future__ import annotations

import itertools
import os
import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QDate, QEvent, QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.search_hit import SearchHit

TONE = 0x336699
PATIENT_S = 0.1


class Ear(QObject):
    """Remembers what a signal said."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple] = []

    def hear(self, *said: object) -> None:
        self.heard.append(said)


def until(condition: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Runs the event loop until the condition holds. What takes its time gets the processor: it may be an engine."""
    began = time.monotonic()
    while not condition():
        waited_s = time.monotonic() - began
        assert waited_s < within_s, "waited in vain"
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if waited_s > PATIENT_S:
            QTest.qWait(1)


def jpeg(path: Path, width: int = 512, height: int = 341, colour: str = "#c04020") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path), "JPEG", 90)
    return os.fsencode(path)


def packed(photo_ids: Sequence[int], aspects: Sequence[float] | None = None) -> tuple[bytes, bytes, bytes]:
    count = len(photo_ids)
    shapes = aspects if aspects is not None else [1.5] * count
    tones = [TONE] * count
    return (
        struct.pack(f"<{count}q", *photo_ids),
        struct.pack(f"<{count}f", *shapes),
        struct.pack(f"<{count}I", *tones),
    )


def packed_days(hits: Sequence[SearchHit]) -> bytes:
    """Of hits, latest first."""
    days = [QDate.fromString((each.taken_at or "")[:10], "yyyy-MM-dd").toJulianDay() - 2_440_588 for each in hits]
    runs = [(day, len(list(same))) for day, same in itertools.groupby(days)]
    return struct.pack(f"<{2 * len(runs)}i", *itertools.chain.from_iterable(runs))


def hit(photo_id: int, thumbnail: bytes = b"", **facts: object) -> SearchHit:
    named: dict[str, object] = {
        "path": f"/photos/photo {photo_id}.jpg".encode(),
        "width": 3000,
        "height": 2000,
        "taken_at": "2021-07-14T18:03:22",
        "probability": 0.87,
        "score": 1.0,
    }
    return SearchHit(photo_id=photo_id, thumbnail=thumbnail, **{**named, **facts})  # type: ignore[arg-type]
