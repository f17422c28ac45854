"""How fast photos become searchable, over the last seconds."""

from __future__ import annotations

import time
from collections import deque

WINDOW_S = 10.0


class Pace:
    """Counts photos; the rate is that of the last WINDOW_S seconds in which there was work."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """Work begins now, if it had not begun."""
        if not self._marks:
            self._marks.append((time.monotonic(), 0))

    def count(self, photos: int) -> None:
        if photos:
            self._marks.append((time.monotonic(), photos))

    def stop(self) -> None:
        self._marks.clear()

    def rate(self) -> float:
        """Photos per second; 0 while there is nothing to go by."""
        now = time.monotonic()
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW_S:
            self._marks.popleft()
        photos = sum(count for _, count in list(self._marks)[1:])
        return photos / max(now - self._marks[0][0], 1e-3) if photos else 0.0
