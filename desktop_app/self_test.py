"""Tries the whole on photos that it draws itself: window, engine, index, search, thumbnails."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter

from engine.messages import Event, Failed, IndexProgress, SearchResults, Stage

LIMIT_S = 180.0
BEAT_MS = 50
SENTENCE = "a red ball on green grass"
SCENES = {  # ground, thing: far enough apart to be told apart on the screen, and of shapes that make them no copies
    "red-ball-on-green.jpg": (QColor(40, 150, 60), QColor(215, 30, 35), QRectF(290, 130, 380, 380)),
    "blue-sky-over-sand.jpg": (QColor(70, 140, 230), QColor(225, 190, 120), QRectF(-300, 250, 1560, 900)),
    "white-moon-at-night.jpg": (QColor(18, 20, 60), QColor(245, 245, 240), QRectF(420, 250, 140, 140)),
}
CLOSE = 40  # how far a channel may be off after JPEG and scaling


def draw_scenes(folder: str) -> None:
    """Three photos, old enough to be indexed at once."""
    for name, (ground, thing, place) in SCENES.items():
        image = QImage(960, 640, QImage.Format.Format_RGB32)
        image.fill(ground)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(thing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(place)
        painter.end()
        path = os.path.join(folder, name)
        if not image.save(path, quality=92):
            raise OSError(f"cannot write {path}")
        past = time.time() - 60
        os.utime(path, (past, past))


@dataclass
class _Seen:
    ready: int = 0
    stages: set[Stage] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


def run(open_window: Callable[[bytes, tuple[bytes, ...]], Any], *, limit_s: float = LIMIT_S) -> int:
    """Opens a real window on a temporary library; 0 if everything was seen in time, else 3 and what was missing.

    `open_window(library, folders)` builds an AppWindow: its client, session, model and window are used.
    """
    with tempfile.TemporaryDirectory(prefix="afterimage-self-test-") as folder:
        photos, library = os.path.join(folder, "photos"), os.path.join(folder, "library")
        os.makedirs(photos)
        os.makedirs(library)
        draw_scenes(photos)
        shown = open_window(os.fsencode(library), (os.fsencode(photos),))
        try:
            missing = _try(shown, time.monotonic() + limit_s)
        finally:
            shown.close()
    if missing:
        print("Self-test failed: " + "; ".join(missing), file=sys.stderr)
        return 3
    print("Self-test passed: 3 photos indexed, searched, reranked and shown.")
    return 0


def _try(shown: Any, deadline: float) -> list[str]:
    """What was missing at the deadline, or when the engine gave up."""
    seen = _Seen()
    shown.client.message.connect(lambda event: _note(seen, event))
    shown.client.gave_up.connect(seen.failures.append)
    shown.show()
    beat = QTimer(interval=BEAT_MS)
    beat.start()  # waiting must not cost what the engine needs

    def until(condition: Callable[[], bool]) -> bool:
        while not condition():
            if time.monotonic() > deadline or seen.failures:
                return False
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return True

    count = len(SCENES)
    if not until(lambda: seen.ready >= count):
        return [*seen.failures, f"{seen.ready} of {count} photos were indexed"]
    shown.window.search.setText(SENTENCE)
    shown.window.search.search_now.emit()
    until(lambda: len(seen.stages) == len(Stage))
    missing = [f"no {stage} result came" for stage in Stage if stage not in seen.stages]
    shown.model.unfold(True)  # two of the three do not match
    until(lambda: _painted(shown) == count)
    if (painted := _painted(shown)) != count:
        missing.append(f"{painted} of {count} thumbnails were painted")
    return seen.failures + missing


def _note(seen: _Seen, event: Event) -> None:
    if isinstance(event, IndexProgress):
        seen.ready = event.ready
    elif isinstance(event, SearchResults) and event.sentence == SENTENCE:
        seen.stages.add(event.stage)
    elif isinstance(event, Failed) and not event.cancelled:
        seen.failures.append(f"{event.problem} ({event.remedy})" if event.remedy else event.problem)


def _painted(shown: Any) -> int:
    """How many different scenes are to be seen in the grid, by the colours on the screen."""
    grid = shown.window.grid
    picture = grid.viewport().grab().toImage()
    scale = picture.devicePixelRatio()
    places = [grid.visualRect(shown.model.index(row)) for row in range(shown.model.rowCount())]
    return sum(any(_shows(picture, place, scale, scene) for place in places) for scene in SCENES.values())


def _shows(picture: QImage, place: QRect, scale: float, scene: tuple[QColor, QColor, QRectF]) -> bool:
    ground, thing, _ = scene
    corner, middle = place.topLeft() + (place.center() - place.topLeft()) / 6, place.center()
    return all(
        picture.rect().contains(point) and _close(picture.pixelColor(point), colour)
        for point, colour in ((corner * scale, ground), (middle * scale, thing))
    )


def _close(one: QColor, other: QColor) -> bool:
    apart = (one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue())
    return all(abs(channel) <= CLOSE for channel in apart)
