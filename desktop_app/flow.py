"""Things of one height set in lines, as words are. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect


def flow(widths: Sequence[int], room: int, *, height: int, gap: int, leading: int = 0) -> list[QRect]:
    """A rectangle for each width, left to right in as many lines as it takes; all in pixels. What is wider than the
    room is cut to it. `leading` is the room between lines."""
    lines: list[list[int]] = [[]]
    used = 0
    for at, width in enumerate(widths):
        width = min(width, room)
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0
        lines[-1].append(at)
        used += width + gap
    rects = [QRect()] * len(widths)
    for line, members in enumerate(lines):
        left = 0
        for at in members:
            rects[at] = QRect(left, line * (height + leading), min(widths[at], room), height)
            left = rects[at].right() + 1 + gap
    return rects
